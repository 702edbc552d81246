//! The changing calls beside those of every card, each as a value that can be sent, sent again, and
//! looked for.

use cardmux_domain::controls::{Controls, SpendLimit, SpendRule};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    ActivateCard, CancelDispute, CardChange, CreateBudget, EnrolCustomer, MoveBudgetFunds,
    OpenDispute, OperationQuery, OperationReport, OrderPhysical, ProviderError, SetControls,
    SetPin, UpdateEnrolment,
};

use super::{Issued, new_reference, now, query};
use crate::subject::Subject;
use crate::trial::{Result, Stop};

#[derive(Debug)]
pub enum Change {
    Enrol(EnrolCustomer),
    UpdateEnrolment(UpdateEnrolment),
    CreateBudget(CreateBudget),
    FundBudget(MoveBudgetFunds),
    WithdrawBudget(MoveBudgetFunds),
    Controls(SetControls),
    Note(CardChange),
    Pin(SetPin),
    Activate(ActivateCard),
    Order(OrderPhysical),
    OpenDispute(OpenDispute),
    CancelDispute(CancelDispute),
}

/// What identifies a change for a look-up.
struct Facts<'a> {
    kind: OperationKind,
    reference: &'a Reference,
    subject_ref: Option<&'a String>,
    amount: Option<Money>,
    note: Option<&'a String>,
}

impl Change {
    fn facts(&self) -> Facts<'_> {
        use OperationKind as Kind;
        let facts = |kind, reference, subject_ref| Facts {
            kind,
            reference,
            subject_ref,
            amount: None,
            note: None,
        };
        match self {
            Self::Enrol(r) => facts(Kind::Enrol, &r.reference, None),
            Self::UpdateEnrolment(r) => {
                facts(Kind::UpdateEnrolment, &r.reference, Some(&r.enrolment_ref))
            }
            Self::CreateBudget(r) => Facts {
                note: Some(&r.name),
                ..facts(Kind::CreateBudget, &r.reference, None)
            },
            Self::FundBudget(r) => Facts {
                amount: Some(r.amount),
                ..facts(Kind::FundBudget, &r.reference, Some(&r.budget_ref))
            },
            Self::WithdrawBudget(r) => Facts {
                amount: Some(r.amount),
                ..facts(Kind::WithdrawBudget, &r.reference, Some(&r.budget_ref))
            },
            Self::Controls(r) => facts(Kind::UpdateControls, &r.reference, Some(&r.card_ref)),
            Self::Note(r) => Facts {
                note: r.note.as_ref(),
                ..facts(Kind::UpdateNote, &r.reference, Some(&r.card_ref))
            },
            Self::Pin(r) => facts(Kind::SetPin, &r.reference, Some(&r.card_ref)),
            Self::Activate(r) => facts(Kind::Activate, &r.reference, Some(&r.card_ref)),
            Self::Order(r) => facts(Kind::OrderPhysical, &r.reference, Some(&r.card_ref)),
            Self::OpenDispute(r) => facts(Kind::OpenDispute, &r.reference, None),
            Self::CancelDispute(r) => {
                facts(Kind::CancelDispute, &r.reference, Some(&r.dispute_ref))
            }
        }
    }

    /// All the gateway would know about it when it looks it up.
    pub fn query(&self) -> OperationQuery {
        let Facts {
            kind,
            reference,
            subject_ref,
            amount,
            note,
        } = self.facts();
        OperationQuery {
            subject_ref: subject_ref.cloned(),
            amount,
            note: note.cloned(),
            sent_at: Some(now()),
            ..query(kind, reference)
        }
    }

    pub async fn send(
        &self,
        subject: &Subject,
    ) -> Result<std::result::Result<OperationReport, ProviderError>> {
        let ctx = subject.ctx()?;
        Ok(match self {
            Self::Enrol(request) => subject.enrolments()?.enrol(&ctx, request).await,
            Self::UpdateEnrolment(request) => subject.enrolments()?.update(&ctx, request).await,
            Self::CreateBudget(request) => subject.budgets()?.create(&ctx, request).await,
            Self::FundBudget(request) => subject.budgets()?.fund(&ctx, request).await,
            Self::WithdrawBudget(request) => subject.budgets()?.withdraw(&ctx, request).await,
            Self::Controls(request) => subject.controls()?.set(&ctx, request).await,
            Self::Note(request) => subject.notes()?.set_note(&ctx, request).await,
            Self::Pin(request) => subject.pins()?.set_pin(&ctx, request).await,
            Self::Activate(request) => subject.activation()?.activate(&ctx, request).await,
            Self::Order(request) => subject.shipping()?.order_physical(&ctx, request).await,
            Self::OpenDispute(request) => subject.disputes()?.open(&ctx, request).await,
            Self::CancelDispute(request) => subject.disputes()?.cancel(&ctx, request).await,
        })
    }
}

/// A limit of the first kind the card's type takes.
pub fn spend_limit(card: &Issued, amount: Decimal) -> Result<SetControls> {
    let rule = card.card_type.controls.spend_limits.first();
    let SpendRule { channel, interval } = *rule.ok_or(Stop::Unsupported("spend limits"))?;
    let limit = SpendLimit {
        channel,
        interval,
        amount,
    };
    Ok(set_controls(
        card,
        Controls {
            spend_limits: Some(vec![limit]),
            ..Controls::default()
        },
    ))
}

pub fn set_controls(card: &Issued, controls: Controls) -> SetControls {
    SetControls {
        reference: new_reference(),
        card_ref: card.card_ref.clone(),
        controls,
    }
}

pub fn note(card: &Issued, text: &str) -> CardChange {
    CardChange {
        reference: new_reference(),
        card_ref: card.card_ref.clone(),
        note: Some(text.to_owned()),
    }
}
