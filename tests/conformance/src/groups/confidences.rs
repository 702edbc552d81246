//! What is confided to an adapter in the course of a card's life, and where it could come out again:
//! for the group "secrets".

use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ActivateCard, ProviderError, SetPin};
use cardmux_domain::secret::{ExposeSecret, SecretString};

use crate::steps::changes::Change;
use crate::steps::{self, Issued, enrolments, physical};
use crate::subject::{Fault, Subject};
use crate::trial::{Result, Stop};

/// Fields whose values nothing else has.
const PERSONAL: [CustomerField; 8] = [
    CustomerField::FirstName,
    CustomerField::LastName,
    CustomerField::BirthDate,
    CustomerField::Email,
    CustomerField::PhoneNumber,
    CustomerField::AddressLine1,
    CustomerField::IdentityNumber,
    CustomerField::VerificationReference,
];

/// What came out of a walk through the calls.
#[derive(Default)]
pub(super) struct Walked {
    /// `Display` and `Debug` of every error, with its causes.
    pub(super) errors: Vec<String>,
    /// `Debug` of requests, answers and events.
    pub(super) debug: Vec<String>,
    /// What was told or learnt, and must not be in either.
    pub(super) confided: Vec<String>,
}

impl Walked {
    pub(super) fn note<T>(&mut self, answer: std::result::Result<T, ProviderError>) {
        if let Err(error) = answer {
            self.errors.push(texts(&error));
        }
    }

    fn confide(&mut self, secret: &SecretString) {
        self.confided.push(secret.expose_secret().to_owned());
    }

    fn confide_profile(&mut self, profile: &Profile) {
        let values = PERSONAL.into_iter().filter_map(|field| profile.get(field));
        self.confided.extend(values.map(str::to_owned));
    }
}

/// `Display` and `Debug` of an error and of everything under it.
pub(super) fn texts(error: &(dyn std::error::Error + 'static)) -> String {
    let mut all = format!("{error}\n{error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        all = format!("{all}\n{cause}\n{cause:?}");
        source = cause.source();
    }
    all
}

/// What a subject cannot do is left out of the walk.
fn if_supported(part: Result) -> Result {
    match part {
        Err(Stop::Unsupported(_)) => Ok(()),
        other => other,
    }
}

pub(super) async fn confide(subject: &Subject, walked: &mut Walked) -> Result {
    if_supported(a_cardholder(subject, walked).await)?;
    if_supported(a_physical_card(subject, walked).await)?;
    if_supported(a_reveal(subject, walked).await)
}

async fn a_cardholder(subject: &Subject, walked: &mut Walked) -> Result {
    let card_type = enrolments::any_type(subject).await?;
    let request = enrolments::request(subject, &card_type).await?;
    walked.confide_profile(&request.profile);
    enrolments::enrolled(subject, &request).await?;
    let enrolments = subject.enrolments()?;
    // The same person again, which a provider may refuse in its own words, and other mishaps.
    walked.note(enrolments.enrol(&subject.ctx()?, &request).await);
    for fault in [
        Fault::Refusal,
        Fault::ServerErrorAfter,
        Fault::GarbledAnswer,
    ] {
        let request = enrolments::request(subject, &card_type).await?;
        walked.confide_profile(&request.profile);
        subject.world.inject(OperationKind::Enrol, fault).await?;
        walked.note(enrolments.enrol(&subject.ctx()?, &request).await);
    }
    let mut broken = request.clone();
    broken.reference = steps::new_reference();
    broken.form = "no such form".to_owned();
    walked.note(enrolments.enrol(&subject.ctx()?, &broken).await);
    walked.debug.push(format!("{:?}", Change::Enrol(request)));
    Ok(())
}

async fn a_physical_card(subject: &Subject, walked: &mut Walked) -> Result {
    subject.activation()?;
    let card = match subject.provider.shipping() {
        Some(_) => an_order(subject, walked).await?,
        None => a_printed_number(subject, walked).await?,
    };
    let right = physical::activation(subject, &card).await?;
    let ctx = subject.ctx()?;
    if let Some(challenges) = subject.provider.challenges() {
        let seen = challenges.challenges(&ctx, &card.card_ref).await?;
        walked.debug.push(format!("{seen:?}"));
    }
    walked.confide(&right.code);
    if let Some(pin) = &right.pin {
        walked.confide(pin);
    }
    let wrong = ActivateCard {
        reference: steps::new_reference(),
        code: "canarycode".into(),
        ..right.clone()
    };
    walked.confide(&wrong.code);
    let activation = subject.activation()?;
    walked.note(activation.activate(&subject.ctx()?, &wrong).await);
    for fault in [Fault::Refusal, Fault::ServerErrorBefore] {
        subject.world.inject(OperationKind::Activate, fault).await?;
        walked.note(activation.activate(&subject.ctx()?, &right).await);
    }
    walked.debug.push(format!("{:?}", Change::Activate(right)));
    walked.debug.push(format!("{:?}", Change::Activate(wrong)));
    // On a card that is not active yet, and of digits no rule takes.
    let pin = SetPin {
        reference: steps::new_reference(),
        card_ref: card.card_ref.clone(),
        pin: "90909012".into(),
    };
    walked.confide(&pin.pin);
    walked.note(subject.pins()?.set_pin(&subject.ctx()?, &pin).await);
    walked.debug.push(format!("{:?}", Change::Pin(pin)));
    Ok(())
}

async fn a_printed_number(subject: &Subject, walked: &mut Walked) -> Result<Issued> {
    let card = physical::inactive(subject).await?;
    let number = physical::card_number(&card.card_type, &card.reference);
    walked.confide(&number.clone().into());
    let mut again = steps::issue_request(&card.card_type, &steps::new_reference());
    again.enrolment_ref.clone_from(&card.enrolment_ref);
    again.card_number = Some(number.into());
    let answer = subject.cards()?.issue(&subject.ctx()?, &again).await;
    walked.note(answer);
    walked.debug.push(format!("{again:?}"));
    Ok(card)
}

/// Sent to somebody, somewhere; and refused, in the provider's words.
async fn an_order(subject: &Subject, walked: &mut Walked) -> Result<Issued> {
    let shipping = subject.shipping()?;
    let card = physical::ordered(subject).await?;
    for fault in [Fault::Refusal, Fault::GarbledAnswer] {
        let order = physical::order(&card);
        let address = &order.address;
        for part in [&address.name.first_name, &address.name.last_name] {
            walked.confide(part);
        }
        for part in [&address.email, &address.phone, &address.line1] {
            walked.confide(part);
        }
        let kind = OperationKind::OrderPhysical;
        subject.world.inject(kind, fault).await?;
        walked.note(shipping.order_physical(&subject.ctx()?, &order).await);
        walked.debug.push(format!("{order:?}"));
    }
    Ok(card)
}

async fn a_reveal(subject: &Subject, walked: &mut Walked) -> Result {
    let reveal = subject.reveal()?;
    let card = steps::issue_any(subject).await?;
    let secrets = steps::eventually(async || {
        let secrets = reveal.reveal(&subject.ctx()?, &card.card_ref).await?;
        Ok(secrets.number.is_some().then_some(secrets))
    })
    .await?;
    if let Some(number) = &secrets.number {
        walked.confide(number);
    }
    walked.debug.push(format!("{secrets:?}"));
    walked.note(reveal.reveal(&subject.ctx()?, "nosuchcard").await);
    Ok(())
}
