//! Purchases we are asked about, and what is told of them afterwards.

use std::collections::BTreeMap;

use cardmux_domain::authorization::{
    AuthorizationNotice, AuthorizationRequest, AuthorizationStep, Verdict,
};
use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{CardTypeSpec, Requirement};
use cardmux_domain::money::Decimal;
use cardmux_domain::provider::{AuthorizationMessage, ProviderError, ProviderEvent, Simulation};

use super::{Issued, eventually, issue, spending, type_where};
use crate::inbox::Inbox;
use crate::subject::{Purchase, Subject};
use crate::trial::{Result, Stop, ensure};

/// The gateway keeps the money behind its cards, so that it is asked.
pub fn is_decided_by_us(card_type: &CardTypeSpec) -> bool {
    card_type.model == CardModel::BudgetCard
        && card_type.form == CardForm::Virtual
        && card_type.requirements.contains(&Requirement::Budget)
}

fn inbox(subject: &Subject) -> Result<&Inbox> {
    let inbox = subject.world.inbox();
    inbox.ok_or(Stop::Unsupported("a receiver of questions"))
}

/// From now on this is our answer.
pub fn answer(subject: &Subject, verdict: Verdict) -> Result {
    subject.authorizations()?;
    inbox(subject)?.decide(subject.provider.clone(), verdict);
    Ok(())
}

/// A card we are asked about, and our answer.
pub async fn card(subject: &Subject, verdict: Verdict) -> Result<Issued> {
    subject.simulator()?;
    answer(subject, verdict)?;
    let what = "cards we are asked about";
    let card_type = type_where(subject, what, is_decided_by_us).await?;
    let card = issue(subject, card_type).await?;
    super::becomes_usable(subject, &card).await?;
    Ok(card)
}

/// Somebody pays: the id the simulation was told, and what the provider's books show.
pub async fn pays(subject: &Subject, card: &Issued, amount: Decimal) -> Result<(String, Purchase)> {
    let id = spending::purchase(subject, card, amount, None).await?;
    let purchase = subject.world.purchase(&id).await?;
    Ok((id, purchase))
}

/// What has come about the card so far, as the adapter reads it where we are asked.
pub async fn messages(subject: &Subject, card: &Issued) -> Result<Vec<AuthorizationMessage>> {
    let authorizations = subject.authorizations()?;
    let sent = subject.world.webhooks_about(&card.card_ref).await?;
    let read = sent
        .iter()
        .map(|sent| authorizations.read(&sent.delivery()));
    Ok(read.collect::<std::result::Result<_, _>>()?)
}

/// The questions among them.
pub async fn questions(subject: &Subject, card: &Issued) -> Result<Vec<AuthorizationRequest>> {
    let messages = messages(subject, card).await?.into_iter();
    let questions = messages.filter_map(|message| match message {
        AuthorizationMessage::Request(request) => Some(*request),
        AuthorizationMessage::Notice => None,
    });
    Ok(questions.collect())
}

/// A notice as it was told, with the identities of the deliveries that told it.
pub struct Told {
    pub notice: AuthorizationNotice,
    pub identities: Vec<String>,
}

/// What deliveries have told so far, by notice; the provider's time may be that of the receipt.
pub async fn told(
    subject: &Subject,
    card: &Issued,
) -> Result<std::result::Result<BTreeMap<String, Told>, ProviderError>> {
    let webhooks = subject.webhooks()?;
    let mut all = BTreeMap::<String, Told>::new();
    for sent in subject.world.webhooks_about(&card.card_ref).await? {
        let verified = webhooks.verify(&sent.delivery())?;
        let kept = verified.retained.as_deref().unwrap_or(&sent.body);
        let events = match webhooks.translate(&verified.category, kept) {
            Ok(events) => events,
            Err(error) => return Ok(Err(error)),
        };
        for notice in events.into_iter().filter_map(notice) {
            let told = all.entry(notice.notice_ref.clone()).or_insert(Told {
                notice: notice.clone(),
                identities: Vec::new(),
            });
            let first = AuthorizationNotice {
                occurred_at: notice.occurred_at,
                ..told.notice.clone()
            };
            ensure(first == notice, || {
                format!("two facts share a notice: {first:?}, {notice:?}")
            })?;
            told.identities.push(verified.identity.clone());
        }
    }
    Ok(Ok(all))
}

fn notice(event: ProviderEvent) -> Option<AuthorizationNotice> {
    match event {
        ProviderEvent::Authorization(notice) => Some(*notice),
        ProviderEvent::Operation(_)
        | ProviderEvent::CardStatus { .. }
        | ProviderEvent::Transaction(_)
        | ProviderEvent::Challenge(_)
        | ProviderEvent::Enrolment { .. }
        | ProviderEvent::Hint { .. }
        | ProviderEvent::Unrecognised { .. } => None,
    }
}

/// One fact: what it is, of which authorization, how much.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    pub step: AuthorizationStep,
    pub authorization_ref: Option<String>,
    pub amount: Decimal,
}

/// All that becomes of purchases; each fact once. `None` where our yes was not taken for one.
pub async fn lived(subject: &Subject, card: &Issued) -> Result<Option<Vec<Fact>>> {
    use AuthorizationStep::{Approved, Declined, Posted, Returned, Reversed};
    let (whole, small) = (Decimal::from(20), Decimal::new(325, 2));
    let (part, first, second) = (Decimal::new(250, 2), Decimal::from(15), Decimal::from(6));
    let (alone, back) = (Decimal::new(175, 2), Decimal::new(525, 2));
    let mut facts = Vec::new();
    let mut fact = |step, id: Option<&String>, amount| {
        let authorization_ref = id.cloned();
        facts.push(Fact {
            step,
            authorization_ref,
            amount,
        });
    };
    answer(subject, Verdict::Decline)?;
    let (declined, _) = pays(subject, card, small).await?;
    fact(Declined, Some(&declined), small);
    answer(subject, Verdict::Approve)?;
    let (id, purchase) = pays(subject, card, whole).await?;
    if !purchase.approved {
        return Ok(None);
    }
    fact(Approved, Some(&id), whole);
    let money = |amount| spending::money(card, amount);
    let merchant = || Box::new(spending::merchant());
    let advice = Simulation::Advise {
        card_ref: card.card_ref.clone(),
        amount: money(small),
        merchant: merchant(),
    };
    let advised = spending::transact(subject, advice).await?;
    fact(Approved, Some(&advised), small);
    let reversal = Simulation::Void {
        transaction_ref: id.clone(),
        amount: Some(money(part)),
    };
    spending::simulate(subject, reversal).await?;
    fact(Reversed, Some(&id), part);
    // More in all than was authorized.
    for amount in [first, second] {
        let presentment = Simulation::Settle {
            transaction_ref: id.clone(),
            amount: Some(money(amount)),
        };
        spending::simulate(subject, presentment).await?;
        fact(Posted, Some(&id), amount);
    }
    let deferred = Simulation::Present {
        card_ref: card.card_ref.clone(),
        amount: money(alone),
        merchant: merchant(),
    };
    spending::simulate(subject, deferred).await?;
    fact(Posted, None, alone);
    let returned = Simulation::Refund {
        transaction_ref: id.clone(),
        amount: Some(money(back)),
    };
    spending::simulate(subject, returned).await?;
    fact(Returned, Some(&id), back);
    facts.sort();
    Ok(Some(facts))
}

/// Waits until so many facts were told, each so often.
pub async fn told_all(
    subject: &Subject,
    card: &Issued,
    facts: usize,
    times: usize,
) -> Result<std::result::Result<Vec<Told>, ProviderError>> {
    eventually(async || {
        Ok(match told(subject, card).await? {
            Err(error) => Some(Err(error)),
            Ok(told) => {
                let often = told.values().all(|told| told.identities.len() >= times);
                let whole = told.len() >= facts && often;
                whole.then(|| Ok(told.into_values().collect()))
            }
        })
    })
    .await
}

/// As facts; a notice without amount is none.
pub fn facts_of(card: &Issued, told: &[Told]) -> Result<Vec<Fact>> {
    let mut facts = Vec::new();
    for Told { notice, .. } in told {
        let amount = notice.amount;
        let amount = amount.filter(|amount| amount.currency == card.card_type.currency);
        let amount = amount.ok_or_else(|| {
            let text = format!("no amount in the card's currency: {notice:?}");
            Stop::Broken(text)
        })?;
        facts.push(Fact {
            step: notice.step,
            authorization_ref: notice.authorization_ref.clone(),
            amount: amount.amount,
        });
    }
    facts.sort();
    Ok(facts)
}
