//! Operations: taken on under a reference, done once, found again.

use std::mem::take;

use cardmux_domain::money::Money;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CreateKey, EnrolmentSnapshot, OperationReport, Reported};

use super::{Effect, Ledger, Sort, now};
use crate::error::Refusal;
use crate::wire::operation_word;

/// What is left to be done once an operation is accepted. Places are those of the subject.
#[derive(Clone)]
pub(super) enum Work {
    Card { place: usize, effect: Effect },
    Enrol { place: usize },
    UpdateEnrolment { place: usize },
    CreateBudget { place: usize },
    FundBudget { place: usize },
    WithdrawBudget { place: usize },
    OpenDispute { place: usize },
    CancelDispute { place: usize },
}

impl Work {
    fn kind(&self) -> OperationKind {
        match self {
            Self::Card { place: _, effect } => effect.kind(),
            Self::Enrol { place: _ } => OperationKind::Enrol,
            Self::UpdateEnrolment { place: _ } => OperationKind::UpdateEnrolment,
            Self::CreateBudget { place: _ } => OperationKind::CreateBudget,
            Self::FundBudget { place: _ } => OperationKind::FundBudget,
            Self::WithdrawBudget { place: _ } => OperationKind::WithdrawBudget,
            Self::OpenDispute { place: _ } => OperationKind::OpenDispute,
            Self::CancelDispute { place: _ } => OperationKind::CancelDispute,
        }
    }

    fn subject(&self) -> (Sort, usize) {
        match *self {
            Self::Card { place, effect: _ } => (Sort::Card, place),
            Self::Enrol { place } | Self::UpdateEnrolment { place } => (Sort::Enrolment, place),
            Self::CreateBudget { place }
            | Self::FundBudget { place }
            | Self::WithdrawBudget { place } => (Sort::Account, place),
            Self::OpenDispute { place } | Self::CancelDispute { place } => (Sort::Dispute, place),
        }
    }
}

/// An operation and how many look-ups are yet to miss it.
pub(super) struct Entry {
    work: Work,
    report: OperationReport,
    hidden: u32,
}

impl Ledger {
    /// What a reference used before leads to: the first answer, a refusal, or nothing.
    pub(super) fn seen(
        &self,
        reference: &Reference,
        kind: OperationKind,
    ) -> Result<Option<OperationReport>, Refusal> {
        let Some(first) = self.peek(reference) else {
            return Ok(None);
        };
        match self.create_key {
            CreateKey::None => Ok(None),
            CreateKey::Replay if first.kind == Some(kind) => Ok(Some(first)),
            CreateKey::Replay | CreateKey::Unique => Err(Refusal::DuplicateReference),
        }
    }

    pub(super) fn accept(
        &mut self,
        reference: &Reference,
        work: Work,
        amount: Option<Money>,
        fee: Option<Money>,
    ) -> OperationReport {
        let place = self.operations.len();
        let (sort, subject) = work.subject();
        let report = OperationReport {
            reference: Some(reference.clone()),
            kind: Some(work.kind()),
            provider_status: operation_word(&Reported::Processing).to_owned(),
            reported: Reported::Processing,
            provider_ref: Some(self.id(Sort::Operation, place)),
            subject_ref: Some(self.id(sort, subject)),
            amount,
            fee,
            received: None,
            occurred_at: Some(now()),
            enrolment: self.enrolment_of(&work),
        };
        let hidden = take(&mut self.hide_next);
        self.operations.push(Entry {
            work,
            report: report.clone(),
            hidden,
        });
        let places = self.by_reference.entry(reference.clone()).or_default();
        places.push(place);
        if !self.asynchronous {
            self.finish(place);
        }
        self.shown(place).unwrap_or(report)
    }

    /// A look-up by reference: what lets asynchronous work finish.
    pub(crate) fn find(&mut self, reference: &Reference) -> Option<OperationReport> {
        let place = *self.by_reference.get(reference)?.first()?;
        let entry = self.operations.get_mut(place)?;
        if entry.hidden > 0 {
            entry.hidden -= 1;
            return None;
        }
        self.finish(place);
        self.shown(place)
    }

    /// The same without finishing anything.
    pub(crate) fn peek(&self, reference: &Reference) -> Option<OperationReport> {
        self.shown(*self.by_reference.get(reference)?.first()?)
    }

    /// The report as it is now: an enrolment goes on after its operation has ended.
    fn shown(&self, place: usize) -> Option<OperationReport> {
        let entry = self.operations.get(place)?;
        Some(OperationReport {
            enrolment: self.enrolment_of(&entry.work),
            ..entry.report.clone()
        })
    }

    fn enrolment_of(&self, work: &Work) -> Option<EnrolmentSnapshot> {
        match work {
            Work::Enrol { place } | Work::UpdateEnrolment { place } => {
                self.enrolment_snapshot(*place)
            }
            Work::Card { .. }
            | Work::CreateBudget { .. }
            | Work::FundBudget { .. }
            | Work::WithdrawBudget { .. }
            | Work::OpenDispute { .. }
            | Work::CancelDispute { .. } => None,
        }
    }

    /// Does the work of an accepted operation, once.
    fn finish(&mut self, place: usize) {
        let Some(entry) = self.operations.get(place) else {
            return;
        };
        if entry.report.reported != Reported::Processing {
            return;
        }
        let (work, report) = (entry.work.clone(), entry.report.clone());
        let done = self.perform(&work, &report);
        let Some(entry) = self.operations.get_mut(place) else {
            return;
        };
        let report = &mut entry.report;
        report.reported = match done {
            Ok(received) => {
                report.received = received;
                Reported::Succeeded
            }
            Err(refusal) => Reported::Failed(refusal.failure()),
        };
        report.provider_status = operation_word(&report.reported).to_owned();
        report.occurred_at = Some(now());
    }

    /// The effect, and what arrived at the other end. Checked again: other work may have finished
    /// since this was accepted.
    fn perform(&mut self, work: &Work, report: &OperationReport) -> Result<Option<Money>, Refusal> {
        match work {
            Work::Card { place, effect } => self.apply(*place, effect, report),
            Work::Enrol { place } | Work::UpdateEnrolment { place } => {
                self.review(*place);
                Ok(None)
            }
            Work::CreateBudget { place } => {
                self.open_budget(*place);
                Ok(None)
            }
            // Opened and taken back as it was accepted.
            Work::OpenDispute { place: _ } | Work::CancelDispute { place: _ } => Ok(None),
            Work::FundBudget { place } => self.fund(*place, report),
            Work::WithdrawBudget { place } => self.withdraw(*place, report),
        }
    }

    pub(crate) fn hide_next(&mut self, lookups: u32) {
        self.hide_next = lookups;
    }

    /// How many operations of a kind were taken on under a reference.
    pub(crate) fn made_with(&self, kind: OperationKind, reference: &Reference) -> usize {
        let places = self.by_reference.get(reference).into_iter().flatten();
        let entries = places.filter_map(|place| self.operations.get(*place));
        entries.filter(|entry| entry.work.kind() == kind).count()
    }
}
