//! Cards in use, by the simulator's hand.

use std::time::Duration;

use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::provider::{Outcome, Simulation, TransactionQuery, TransactionReport};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Merchant;

use super::{Issued, amount_for, broken, deposit, issue_any, now};
use crate::subject::Subject;
use crate::trial::{Result, Stop};

/// Clocks of adapter and provider may differ by this.
const SLACK: Duration = Duration::from_secs(60);
const PAGE: u32 = 2;
/// More than any trial makes.
const PAGES_MAX: usize = 50;

pub fn merchant() -> Merchant {
    Merchant {
        name: Some("EXAMPLE SHOP".to_owned()),
        mcc: Some("5999".to_owned()),
        country: Some("DEU".to_owned()),
        city: Some("BERLIN".to_owned()),
        ..Merchant::default()
    }
}

/// A card with money on it.
pub async fn loaded(subject: &Subject) -> Result<Issued> {
    let card = issue_any(subject).await?;
    deposit(subject, &card, amount_for(&card)).await?;
    Ok(card)
}

pub async fn balance(subject: &Subject, card: &Issued) -> Result<Decimal> {
    let (funds, ctx) = (subject.funds()?, subject.ctx()?);
    Ok(funds.balance(&ctx, &card.card_ref).await?.amount)
}

/// Does it; nothing is expected back. An event that this provider's world does not know is not for
/// it.
pub async fn simulate(subject: &Subject, simulation: Simulation) -> Result<Option<String>> {
    let simulator = subject.simulator()?;
    match simulator.simulate(&subject.ctx()?, &simulation).await {
        Err(error) if error.outcome == Outcome::NotSent => {
            Err(Stop::Unsupported("the simulated event"))
        }
        answer => Ok(answer?),
    }
}

/// The same, where it makes a transaction.
pub async fn transact(subject: &Subject, simulation: Simulation) -> Result<String> {
    let id = simulate(subject, simulation).await?;
    id.ok_or(Stop::Unsupported("an id of the simulated transaction"))
}

pub fn money(card: &Issued, amount: Decimal) -> Money {
    Money::new(amount, card.card_type.currency)
}

/// A purchase of this amount; declined where there is a reason.
pub async fn purchase(
    subject: &Subject,
    card: &Issued,
    amount: Decimal,
    decline: Option<&str>,
) -> Result<String> {
    transact(subject, authorization(card, amount, decline)).await
}

/// A purchase nobody asks about again: not every provider gives it an id.
pub async fn spend(subject: &Subject, card: &Issued, amount: Decimal) -> Result {
    simulate(subject, authorization(card, amount, None)).await?;
    Ok(())
}

fn authorization(card: &Issued, amount: Decimal, decline: Option<&str>) -> Simulation {
    Simulation::Authorize {
        card_ref: card.card_ref.clone(),
        amount: money(card, amount),
        merchant: Box::new(merchant()),
        verification: false,
        decline: decline.map(str::to_owned),
    }
}

pub async fn settle(subject: &Subject, transaction_ref: &str) -> Result {
    let settlement = Simulation::Settle {
        transaction_ref: transaction_ref.to_owned(),
        amount: None,
    };
    simulate(subject, settlement).await?;
    Ok(())
}

/// Every transaction since then.
pub async fn listed(subject: &Subject, since: Timestamp) -> Result<Vec<TransactionReport>> {
    let (transactions, ctx) = (subject.transactions()?, subject.ctx()?);
    let slack = i64::try_from(SLACK.as_millis()).unwrap_or(i64::MAX);
    let mut all = Vec::new();
    let mut cursor = None;
    let to = now().plus(SLACK);
    for _page in 0..PAGES_MAX {
        let query = TransactionQuery {
            from: Timestamp::from_millis(since.as_millis().saturating_sub(slack)),
            to,
            cursor,
            limit: PAGE,
        };
        let page = transactions.list(&ctx, &query).await?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
    Err(broken("the list of transactions does not end"))
}

/// One of them, by the provider's id, once it is as wanted.
pub async fn seen(
    subject: &Subject,
    since: Timestamp,
    transaction_ref: &str,
    wanted: impl Fn(&TransactionReport) -> bool,
) -> Result<TransactionReport> {
    super::eventually(async || {
        let all = listed(subject, since).await?;
        let mut found = all.into_iter();
        Ok(found.find(|report| report.provider_ref == transaction_ref && wanted(report)))
    })
    .await
}
