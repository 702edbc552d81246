//! Transactions: what a card did, one life cycle each.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::id::{CardId, InstanceId, TenantId, TransactionId};
use crate::money::Money;
use crate::provider::TransactionReport;
use crate::time::Timestamp;

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// Something was bought.
    Purchase,
    /// A merchant looked whether the card works; no money.
    Verification,
    /// Undoes an authorization before it is settled.
    Reversal,
    /// Gives back what was settled.
    Refund,
    /// The provider's own charge.
    Fee,
    /// The price of the card and its initial deposit.
    Issue,
    /// From the funding account or budget onto the card.
    Deposit,
    /// From the card back.
    Withdrawal,
    /// What was left on a card that was closed.
    Cancellation,
    /// The provider covered what the card could not pay.
    Overdraft,
    /// A kind the domain does not know: `provider_kind` has the provider's word.
    Other,
}

/// How far it is. The order is the order of certainty: of two reports the one further on counts.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TransactionStatus {
    /// Authorized and held, not settled.
    Pending,
    Declined,
    /// Taken back, or let go, before it was settled: nothing was charged.
    Reversed,
    Settled,
}

/// Who paid.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ChargedTo {
    Card,
    /// The tenant's own money: a loss to be booked.
    FundingAccount,
}

/// Where a card was used, as the network tells.
#[derive(
    Debug,
    Clone,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Merchant {
    pub name: Option<String>,
    /// The acquirer's id of it.
    pub merchant_id: Option<String>,
    /// Merchant category code (ISO 18245), as it came.
    pub mcc: Option<String>,
    pub category: Option<String>,
    /// ISO 3166-1 alpha-2 or alpha-3, as it came.
    pub country: Option<String>,
    pub state: Option<String>,
    pub city: Option<String>,
    pub postal_code: Option<String>,
    /// `APPLE_PAY` …, as it came.
    pub wallet: Option<String>,
}

/// A transaction of the registry. What it says beside its ids is the latest report of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    pub id: TransactionId,
    pub tenant: TenantId,
    pub card_id: CardId,
    pub instance: InstanceId,
    pub report: TransactionReport,
    /// Grows by one with every stored change.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Transaction {
    /// Take over a report of this transaction. Idempotent, and the same end for every order of
    /// reports: of two, the one further on in status counts, then the later, then (so that the end
    /// does not hang on the order of arrival) the one that says more. `true` where anything changed.
    pub fn absorb(&mut self, report: &TransactionReport) -> bool {
        let newer = self.report.precedes(report);
        if newer {
            self.report = report.clone();
        }
        newer
    }
}

impl TransactionReport {
    /// Whether `other` says what is the case after this report.
    fn precedes(&self, other: &Self) -> bool {
        self.rank() < other.rank()
    }

    /// A total order of reports of one transaction. Amounts that appear later (`settled`, fees) make
    /// a report say more; the rest of the fields only break ties, in a fixed way.
    fn rank(&self) -> impl Ord + use<> {
        let Self {
            provider_ref: _,
            reference,
            authorization_ref,
            card_ref,
            original_ref,
            kind,
            provider_kind,
            status,
            provider_status,
            amount,
            billing_amount,
            fee,
            cross_border_fee,
            settled_amount,
            settled_on,
            charged_to,
            authorization_code,
            merchant,
            description,
            occurred_at,
        } = self.clone();
        let plain = |money: Option<Money>| money.map(|m| (m.amount, m.currency));
        let amounts = [
            settled_amount,
            cross_border_fee,
            fee,
            billing_amount,
            amount,
        ]
        .map(plain);
        let texts = (
            [
                settled_on,
                authorization_code,
                description,
                original_ref,
                authorization_ref,
            ],
            [Some(provider_status), Some(provider_kind), card_ref],
            reference.map(|r| r.to_string()),
        );
        let kind = <&'static str>::from(kind);
        (
            status,
            occurred_at,
            amounts,
            texts,
            merchant,
            charged_to,
            kind,
        )
    }
}
