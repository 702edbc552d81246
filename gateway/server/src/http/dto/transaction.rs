use cardmux_domain::provider::TransactionReport;
use cardmux_domain::transaction::{Merchant, Transaction, TransactionKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MoneyDto, open};
use crate::app::transactions::LinkedTransaction;

/// What a card did: one life cycle, as its provider last reported it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Transaction)]
pub struct TransactionDto {
    #[schema(example = "txn_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    pub card_id: String,
    /// The provider instance.
    pub instance: String,
    #[schema(value_type = open::TransactionType)]
    pub r#type: String,
    #[schema(value_type = open::TransactionStatus)]
    pub status: String,
    /// The provider's own word for the type.
    pub provider_type: String,
    /// The provider's own word for the status.
    pub provider_status: String,
    /// The provider's id of it.
    pub provider_ref: String,
    /// In the merchant's currency.
    pub amount: Option<MoneyDto>,
    /// In the card's currency.
    pub billing_amount: Option<MoneyDto>,
    pub fee: Option<MoneyDto>,
    pub cross_border_fee: Option<MoneyDto>,
    pub settled_amount: Option<MoneyDto>,
    /// The provider's text for the day.
    pub settled_on: Option<String>,
    /// `card`, or `funding_account`: the provider took your own money, a loss to be booked.
    #[schema(value_type = open::ChargedTo)]
    pub charged_to: String,
    pub authorization_code: Option<String>,
    pub merchant: Option<MerchantDto>,
    /// The provider's words; of a declined one, why.
    pub description: Option<String>,
    /// The transaction this one reverses, refunds or charges for, once it has arrived.
    pub original_id: Option<String>,
    /// What reverses, refunds or charges for this one, oldest first.
    pub follow_ups: Vec<FollowUpDto>,
    /// The sum of its reversals, in the currency of `billingAmount`; null without one.
    pub reversed_amount: Option<MoneyDto>,
    /// The sum of its refunds, likewise.
    pub refunded_amount: Option<MoneyDto>,
    #[schema(format = DateTime)]
    pub occurred_at: String,
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// A transaction about another one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FollowUp)]
pub struct FollowUpDto {
    #[schema(example = "txn_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::TransactionType)]
    pub r#type: String,
    #[schema(value_type = open::TransactionStatus)]
    pub status: String,
    /// In the card's currency; the merchant's where the provider gives no other.
    pub amount: Option<MoneyDto>,
}

/// Where a card was used, as the network tells.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Merchant)]
pub struct MerchantDto {
    pub name: Option<String>,
    /// The acquirer's id of it.
    pub merchant_id: Option<String>,
    /// Merchant category code (ISO 18245), as it came.
    #[schema(example = "5999")]
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

impl From<LinkedTransaction> for TransactionDto {
    fn from(linked: LinkedTransaction) -> Self {
        let reversed = linked.undone(TransactionKind::Reversal);
        let refunded = linked.undone(TransactionKind::Refund);
        let LinkedTransaction {
            transaction,
            original,
            follow_ups,
        } = linked;
        let Transaction {
            id,
            tenant: _,
            card_id,
            instance,
            report,
            version,
            created_at,
            updated_at,
        } = transaction;
        let TransactionReport {
            provider_ref,
            reference: _,
            authorization_ref: _,
            card_ref: _,
            original_ref: _,
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
        } = report;
        Self {
            id: id.to_string(),
            card_id: card_id.to_string(),
            instance: instance.to_string(),
            r#type: kind.to_string(),
            status: status.to_string(),
            provider_type: provider_kind,
            provider_status,
            provider_ref,
            amount: amount.map(Into::into),
            billing_amount: billing_amount.map(Into::into),
            fee: fee.map(Into::into),
            cross_border_fee: cross_border_fee.map(Into::into),
            settled_amount: settled_amount.map(Into::into),
            settled_on,
            charged_to: charged_to.to_string(),
            authorization_code,
            merchant: merchant.map(Into::into),
            description,
            original_id: original.map(|id| id.to_string()),
            follow_ups: follow_ups.iter().map(FollowUpDto::new).collect(),
            reversed_amount: reversed.map(Into::into),
            refunded_amount: refunded.map(Into::into),
            occurred_at: occurred_at.to_string(),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}

impl FollowUpDto {
    /// The few facts of it; the whole of it is a transaction of its own.
    fn new(transaction: &Transaction) -> Self {
        let report = &transaction.report;
        Self {
            id: transaction.id.to_string(),
            r#type: report.kind.to_string(),
            status: report.status.to_string(),
            amount: report.billing_amount.or(report.amount).map(Into::into),
        }
    }
}

impl From<Merchant> for MerchantDto {
    fn from(merchant: Merchant) -> Self {
        let Merchant {
            name,
            merchant_id,
            mcc,
            category,
            country,
            state,
            city,
            postal_code,
            wallet,
        } = merchant;
        Self {
            name,
            merchant_id,
            mcc,
            category,
            country,
            state,
            city,
            postal_code,
            wallet,
        }
    }
}

impl From<MerchantDto> for Merchant {
    fn from(merchant: MerchantDto) -> Self {
        let MerchantDto {
            name,
            merchant_id,
            mcc,
            category,
            country,
            state,
            city,
            postal_code,
            wallet,
        } = merchant;
        Self {
            name,
            merchant_id,
            mcc,
            category,
            country,
            state,
            city,
            postal_code,
            wallet,
        }
    }
}
