//! Transactions of providers that tell of authorizations only: the gateway makes them.

use cardmux_domain::authorization::{Authorization, AuthorizationNotice, AuthorizationStatus};
use cardmux_domain::event::EventKind;
use cardmux_domain::id::fresh;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::provider::TransactionReport;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{ChargedTo, Transaction, TransactionKind, TransactionStatus};

use crate::app::transactions::event;
use crate::app::{App, AppError};
use crate::store::{Change, Unit, transactions};

/// Changes of transactions that go with a step.
#[derive(Default)]
pub struct Told(Vec<Change>);

impl Told {
    pub fn into_unit(self, unit: &mut Unit) {
        for change in self.0 {
            unit.push(change);
        }
    }

    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn insert(&mut self, transaction: Transaction) {
        self.0.push(Change::InsertEvent(event(
            EventKind::TransactionCreated,
            &transaction,
        )));
        self.0.push(Change::InsertTransaction(transaction));
    }
}

/// The transaction the gateway has made of an authorization.
pub async fn known(
    app: &App,
    authorization: &Authorization,
) -> Result<Option<Transaction>, AppError> {
    match authorization.transaction_id {
        Some(id) => Ok(transactions::get(&app.store, &authorization.tenant, id).await?),
        None => Ok(None),
    }
}

/// The transaction of an authorization that was just made: the life cycle's own.
pub fn asked(authorization: &mut Authorization, now: Timestamp) -> Told {
    let transaction = Transaction {
        id: fresh(),
        tenant: authorization.tenant.clone(),
        card_id: authorization.card_id,
        instance: authorization.instance.clone(),
        report: report(authorization),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    authorization.transaction_id = Some(transaction.id);
    let mut told = Told::default();
    told.insert(transaction);
    told
}

/// The same transaction one step further.
pub fn went_on(transaction: Transaction, authorization: &Authorization, now: Timestamp) -> Told {
    let report = report(authorization);
    if report == transaction.report {
        return Told::default();
    }
    let transaction = Transaction {
        report,
        version: transaction.version + 1,
        updated_at: now,
        ..transaction
    };
    Told(vec![
        Change::InsertEvent(event(EventKind::TransactionUpdated, &transaction)),
        Change::UpdateTransaction(transaction),
    ])
}

/// A reversal or return: a transaction of its own that names the first.
pub fn undone(
    authorization: &Authorization,
    kind: TransactionKind,
    notice: &AuthorizationNotice,
    amount: Decimal,
    now: Timestamp,
) -> Told {
    let amount = Money::new(amount, authorization.currency());
    let linked = notice.authorization_ref.is_some();
    let mut told = Told::default();
    told.insert(Transaction {
        id: fresh(),
        tenant: authorization.tenant.clone(),
        card_id: authorization.card_id,
        instance: authorization.instance.clone(),
        report: TransactionReport {
            provider_ref: notice.notice_ref.clone(),
            original_ref: linked.then(|| authorization.provider_ref.clone()),
            kind,
            provider_kind: notice.step.to_string(),
            status: TransactionStatus::Settled,
            provider_status: notice.provider_status.clone(),
            amount: notice.merchant_amount.or(Some(amount)),
            billing_amount: Some(amount),
            settled_amount: Some(amount),
            occurred_at: notice.occurred_at,
            ..report(authorization)
        },
        version: 1,
        created_at: now,
        updated_at: now,
    });
    told
}

/// What an authorization is as a transaction.
fn report(authorization: &Authorization) -> TransactionReport {
    let presented = authorization.posted > Decimal::ZERO;
    let verification = authorization.amount.amount.is_zero();
    let status = match authorization.status {
        _ if presented => TransactionStatus::Settled,
        AuthorizationStatus::Declined => TransactionStatus::Declined,
        AuthorizationStatus::Reversed | AuthorizationStatus::Expired => TransactionStatus::Reversed,
        AuthorizationStatus::Held | AuthorizationStatus::Posted | AuthorizationStatus::Returned => {
            TransactionStatus::Pending
        }
    };
    let money = |amount| Money::new(amount, authorization.currency());
    let first = authorization.reasons.first();
    TransactionReport {
        provider_ref: authorization.provider_ref.clone(),
        reference: None,
        authorization_ref: Some(authorization.provider_ref.clone()),
        card_ref: None,
        original_ref: None,
        kind: match verification {
            true => TransactionKind::Verification,
            false => TransactionKind::Purchase,
        },
        provider_kind: "authorization".to_owned(),
        status,
        provider_status: authorization.status.to_string(),
        amount: authorization.merchant_amount.or(Some(authorization.amount)),
        billing_amount: Some(authorization.amount),
        fee: (!authorization.fees.is_zero()).then(|| money(authorization.fees)),
        cross_border_fee: None,
        settled_amount: presented.then(|| money(authorization.posted)),
        settled_on: None,
        charged_to: ChargedTo::Card,
        authorization_code: None,
        merchant: Some(authorization.merchant.clone()),
        description: first.map(|reason| reason.code.to_string()),
        occurred_at: authorization.times.received_at,
    }
}
