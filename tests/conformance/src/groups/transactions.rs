//! What cards did: purchases, what undoes them, and who paid. By the simulator's hand.

use cardmux_domain::money::Decimal;
use cardmux_domain::provider::Simulation;
use cardmux_domain::transaction::{ChargedTo, TransactionKind, TransactionStatus};

use crate::steps::{self, spending};
use crate::subject::Subject;
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Transactions,
        simulated_purchase_shows_in_the_transactions,
        transactions_list_purchases_settled_and_declined,
        transactions_link_reversal_and_refund_to_the_original,
        transactions_charged_to_the_funding_account_say_so,
    )
}

fn needed(subject: &Subject) -> Result {
    subject.transactions()?;
    subject.simulator()?;
    Ok(())
}

async fn simulated_purchase_shows_in_the_transactions(subject: &Subject) -> Result {
    needed(subject)?;
    let since = steps::now();
    let card = spending::loaded(subject).await?;
    let amount = Decimal::new(321, 2);
    let before = spending::balance(subject, &card).await?;
    let id = spending::purchase(subject, &card, amount, None).await?;
    let seen = spending::seen(subject, since, &id, |_| true).await?;
    ensure_eq(seen.kind, TransactionKind::Purchase, "kind")?;
    // Held at first, unless the provider shows nothing before it is settled.
    let alive = [TransactionStatus::Pending, TransactionStatus::Settled];
    ensure(alive.contains(&seen.status), || {
        format!("status {}", seen.status)
    })?;
    ensure_eq(seen.card_ref.as_ref(), Some(&card.card_ref), "card")?;
    let wanted = Some(spending::money(&card, amount));
    ensure_eq(seen.amount, wanted, "amount")?;
    ensure_eq(seen.billing_amount, wanted, "billing amount")?;
    ensure_eq(seen.charged_to, ChargedTo::Card, "who paid")?;
    // Not every provider tells where; who does, tells the name.
    if let Some(merchant) = seen.merchant {
        let sent = spending::merchant();
        ensure_eq(merchant.name, sent.name, "merchant")?;
        ensure(merchant.mcc.is_none() || merchant.mcc == sent.mcc, || {
            format!("merchant category {:?}", merchant.mcc)
        })?;
    }
    steps::balance_becomes(subject, &card, before - amount).await
}

async fn transactions_list_purchases_settled_and_declined(subject: &Subject) -> Result {
    needed(subject)?;
    let since = steps::now();
    let card = spending::loaded(subject).await?;
    let amount = Decimal::new(250, 2);
    let settled = spending::purchase(subject, &card, amount, None).await?;
    spending::settle(subject, &settled).await?;
    let reason = "not on a Sunday";
    let declined = spending::purchase(subject, &card, amount, Some(reason)).await?;
    ensure(settled != declined, || {
        "two purchases share an id".to_owned()
    })?;

    let is_settled = |status| status == TransactionStatus::Settled;
    let seen = spending::seen(subject, since, &settled, |t| is_settled(t.status)).await?;
    let wanted = Some(spending::money(&card, amount));
    let amount_settled = seen.settled_amount.or(seen.billing_amount);
    ensure_eq(amount_settled, wanted, "settled amount")?;
    let seen = spending::seen(subject, since, &declined, |_| true).await?;
    ensure_eq(seen.status, TransactionStatus::Declined, "status")?;
    ensure_eq(seen.description.as_deref(), Some(reason), "why")?;

    let all = spending::listed(subject, since).await?;
    for id in [&settled, &declined] {
        let count = all.iter().filter(|t| t.provider_ref == *id).count();
        ensure_eq(count, 1, "times one transaction is listed")?;
    }
    Ok(())
}

async fn transactions_link_reversal_and_refund_to_the_original(subject: &Subject) -> Result {
    needed(subject)?;
    let since = steps::now();
    let card = spending::loaded(subject).await?;
    let before = spending::balance(subject, &card).await?;
    let amount = Decimal::new(400, 2);
    let held = spending::purchase(subject, &card, amount, None).await?;
    let seen = spending::seen(subject, since, &held, |_| true).await?;
    if seen.status != TransactionStatus::Pending {
        return Err(Stop::Unsupported("purchases that are held at first"));
    }
    let transaction_ref = held.clone();
    let void = spending::transact(
        subject,
        Simulation::Void {
            transaction_ref,
            amount: None,
        },
    )
    .await?;
    let settled = spending::purchase(subject, &card, amount, None).await?;
    spending::settle(subject, &settled).await?;
    let refund = Simulation::Refund {
        transaction_ref: settled.clone(),
        amount: Some(spending::money(&card, Decimal::ONE)),
    };
    let refund = spending::transact(subject, refund).await?;
    let of = |kind, original: &str| {
        let original = original.to_owned();
        move |seen: &cardmux_domain::provider::TransactionReport| {
            seen.kind == kind && seen.original_ref.as_ref() == Some(&original)
        }
    };
    let reversal = of(TransactionKind::Reversal, &held);
    spending::seen(subject, since, &void, reversal).await?;
    let returned = of(TransactionKind::Refund, &settled);
    let seen = spending::seen(subject, since, &refund, returned).await?;
    let wanted = Some(spending::money(&card, Decimal::ONE));
    ensure_eq(seen.billing_amount, wanted, "what came back")?;
    steps::balance_becomes(subject, &card, before - amount + Decimal::ONE).await
}

async fn transactions_charged_to_the_funding_account_say_so(subject: &Subject) -> Result {
    needed(subject)?;
    let since = steps::now();
    let card = spending::loaded(subject).await?;
    let amount = Decimal::new(200, 2);
    let purchase = spending::purchase(subject, &card, amount, None).await?;
    let fee = Decimal::new(30, 2);
    let patch = Simulation::FeePatch {
        card_ref: card.card_ref.clone(),
        transaction_ref: Some(purchase.clone()),
        amount: spending::money(&card, fee),
    };
    let patch = spending::transact(subject, patch).await?;
    let seen = spending::seen(subject, since, &patch, |_| true).await?;
    ensure_eq(seen.charged_to, ChargedTo::FundingAccount, "who paid")?;
    ensure_eq(seen.kind, TransactionKind::Fee, "kind")?;
    ensure_eq(seen.original_ref, Some(purchase), "original")?;
    let charged = seen.billing_amount.or(seen.amount);
    ensure_eq(charged, Some(spending::money(&card, fee)), "amount")
}
