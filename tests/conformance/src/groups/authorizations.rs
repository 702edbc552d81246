//! Real-time authorizations: the emulator asks, the adapter reads and replies, and the provider's own
//! books show what was understood.

use std::collections::BTreeSet;

use cardmux_domain::authorization::Verdict;
use cardmux_domain::money::Decimal;
use cardmux_domain::provider::{AuthorizationMessage, TransactionReport};
use cardmux_domain::transaction::TransactionStatus;

use crate::steps::authorizations::{
    answer, card, facts_of, lived, messages, pays, questions, told_all,
};
use crate::steps::{self, Issued, spending};
use crate::subject::{Purchase, Subject};
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Authorizations,
        authorization_request_is_read_with_amount_and_merchant,
        authorization_request_sent_twice_has_one_ref,
        authorization_path_takes_other_messages_as_notices,
        authorization_approved_by_us_is_approved_by_the_provider,
        authorization_declined_by_us_is_declined_by_the_provider,
        webhooks_of_an_authorization_tell_its_steps,
    )
}

fn amount() -> Decimal {
    Decimal::new(1_234, 2)
}

async fn authorization_request_is_read_with_amount_and_merchant(subject: &Subject) -> Result {
    let card = card(subject, Verdict::Approve).await?;
    let (_, purchase) = pays(subject, &card, amount()).await?;
    let asked = questions(subject, &card).await?;
    let [request] = asked.as_slice() else {
        return Err(steps::broken(format!("not one question: {asked:?}")));
    };
    let Purchase {
        authorization_ref, ..
    } = purchase;
    ensure_eq(&request.authorization_ref, &authorization_ref, "ref")?;
    ensure_eq(&request.card_ref, &card.card_ref, "card")?;
    let wanted = spending::money(&card, amount());
    ensure_eq(request.amount, wanted, "amount")?;
    if let Some(at_merchant) = request.merchant_amount {
        ensure_eq(at_merchant, wanted, "amount at the merchant")?;
    }
    let (told, sent) = (&request.merchant, spending::merchant());
    ensure_eq(&told.name, &sent.name, "merchant")?;
    ensure_eq(&told.mcc, &sent.mcc, "merchant category")?;
    // What controls ask for; not every simulation can say what it is.
    for (what, told) in [
        ("id", &told.merchant_id),
        ("country", &told.country),
        ("city", &told.city),
    ] {
        let is_there = told.as_ref().is_some_and(|told| !told.is_empty());
        ensure(is_there, || format!("the merchant's {what} is missing"))?;
    }
    Ok(())
}

async fn authorization_request_sent_twice_has_one_ref(subject: &Subject) -> Result {
    let card = card(subject, Verdict::Approve).await?;
    let (_, purchase) = pays(subject, &card, amount()).await?;
    subject.world.ask_again(&purchase).await?;
    let (_, other) = pays(subject, &card, amount()).await?;
    let asked = questions(subject, &card).await?;
    let [first, again, another] = asked.as_slice() else {
        return Err(steps::broken(format!("not three questions: {asked:?}")));
    };
    ensure_eq(first, again, "the question, asked twice")?;
    ensure_eq(&first.authorization_ref, &purchase.authorization_ref, "ref")?;
    ensure_eq(&another.authorization_ref, &other.authorization_ref, "ref")?;
    ensure(
        purchase.authorization_ref != other.authorization_ref,
        || "two purchases share a ref".to_owned(),
    )
}

async fn authorization_path_takes_other_messages_as_notices(subject: &Subject) -> Result {
    let card = card(subject, Verdict::Approve).await?;
    let (id, _) = pays(subject, &card, amount()).await?;
    spending::settle(subject, &id).await?;
    let read = steps::eventually(async || {
        let read = messages(subject, &card).await?;
        Ok(read.contains(&AuthorizationMessage::Notice).then_some(read))
    })
    .await?;
    let is_request = |message: &&AuthorizationMessage| **message != AuthorizationMessage::Notice;
    let requests = read.iter().filter(is_request).count();
    ensure_eq(requests, 1, "questions among what came")
}

async fn understood(subject: &Subject, verdict: Verdict) -> Result {
    let card = card(subject, verdict).await?;
    let (_, purchase) = pays(subject, &card, amount()).await?;
    ensure_eq(purchase.answer, Some(verdict), "what was understood")?;
    let approved = verdict == Verdict::Approve;
    ensure_eq(purchase.approved, approved, "what the network was told")
}

async fn authorization_approved_by_us_is_approved_by_the_provider(subject: &Subject) -> Result {
    understood(subject, Verdict::Approve).await
}

async fn authorization_declined_by_us_is_declined_by_the_provider(subject: &Subject) -> Result {
    understood(subject, Verdict::Decline).await
}

async fn webhooks_of_an_authorization_tell_its_steps(subject: &Subject) -> Result {
    let since = steps::now();
    let card = card(subject, Verdict::Approve).await?;
    if subject.provider.transactions().is_some() {
        named_in_transactions(subject, &card, since).await?;
        // Its webhooks are hints, and the steps are read.
        return Err(Stop::Unsupported("webhooks that tell of authorizations"));
    }
    subject.world.send_webhooks_twice().await?;
    let lived = lived(subject, &card).await?;
    let lived = lived.ok_or_else(|| steps::broken("our yes was not taken for one"))?;
    let told = told_all(subject, &card, lived.len(), 2).await??;
    ensure_eq(facts_of(&card, &told)?, lived, "what was told")?;
    let mut identities = BTreeSet::new();
    for told in &told {
        ensure_eq(&told.notice.card_ref, &card.card_ref, "card")?;
        ensure(!told.notice.provider_status.is_empty(), || {
            "the provider's word is missing".to_owned()
        })?;
        let of_it: BTreeSet<_> = told.identities.iter().collect();
        ensure_eq(of_it.len(), 1, "identities of one fact")?;
        identities.extend(of_it);
    }
    ensure_eq(identities.len(), told.len(), "identities of the facts")?;
    for question in subject.world.webhooks_about(&card.card_ref).await? {
        let authorizations = subject.authorizations()?;
        if authorizations.read(&question.delivery())? != AuthorizationMessage::Notice {
            let verified = subject.webhooks()?.verify(&question.delivery())?;
            ensure(!identities.contains(&verified.identity), || {
                "a question and what came of it share an identity".to_owned()
            })?;
        }
    }
    Ok(())
}

/// Approved, declined and settled, each found under the ref we were asked with.
async fn named_in_transactions(
    subject: &Subject,
    card: &Issued,
    since: cardmux_domain::time::Timestamp,
) -> Result {
    let named = async |id: &str, purchase: &Purchase, status| {
        let wanted = |seen: &TransactionReport| {
            seen.authorization_ref.as_ref() == Some(&purchase.authorization_ref)
                && seen.card_ref.as_ref() == Some(&card.card_ref)
                && seen.status == status
        };
        spending::seen(subject, since, id, wanted).await
    };
    let (held, purchase) = pays(subject, card, amount()).await?;
    named(&held, &purchase, TransactionStatus::Pending).await?;
    spending::settle(subject, &held).await?;
    named(&held, &purchase, TransactionStatus::Settled).await?;
    answer(subject, Verdict::Decline)?;
    let (refused, purchase) = pays(subject, card, amount()).await?;
    named(&refused, &purchase, TransactionStatus::Declined).await?;
    Ok(())
}
