//! Enrolments: handed in, reviewed, corrected. What the form said is checked and not kept.

use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::customer::Profile;
use cardmux_domain::customer::form::check;
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    EnrolCustomer, EnrolmentSnapshot, OperationReport, ProviderError, UpdateEnrolment,
};
use cardmux_domain::time::Timestamp;
use time::{Date, OffsetDateTime};

use super::operations::Work;
use super::{Ledger, Sort, now};
use crate::error::Refusal;
use crate::places;
use crate::wire::{self, enrolment_word};

pub(super) struct Enrolment {
    type_ref: String,
    status: EnrolmentStatus,
    /// Decided by the simulator, not by itself.
    held: bool,
    reason: Option<String>,
    cards: u32,
}

impl Ledger {
    pub(crate) fn enrol(
        &mut self,
        request: &EnrolCustomer,
    ) -> Result<OperationReport, ProviderError> {
        let EnrolCustomer {
            reference,
            card_type_ref,
            form,
            profile,
            share_token: _,
        } = request;
        if let Some(first) = self.seen(reference, OperationKind::Enrol)? {
            return Ok(first);
        }
        self.check_form(card_type_ref, form, profile)?;
        let place = self.enrolments.len();
        let held = self.next_is_held();
        self.enrolments.push(Enrolment {
            type_ref: card_type_ref.clone(),
            status: EnrolmentStatus::Pending,
            held,
            reason: None,
            cards: 0,
        });
        Ok(self.accept(reference, Work::Enrol { place }, None, None))
    }

    pub(crate) fn update_enrolment(
        &mut self,
        request: &UpdateEnrolment,
    ) -> Result<OperationReport, ProviderError> {
        let UpdateEnrolment {
            reference,
            enrolment_ref,
            card_type_ref,
            form,
            profile,
        } = request;
        if let Some(first) = self.seen(reference, OperationKind::UpdateEnrolment)? {
            return Ok(first);
        }
        let place = self.enrolment_place(enrolment_ref)?;
        self.check_form(card_type_ref, form, profile)?;
        let held = self.next_is_held();
        let enrolment = self.enrolment_mut(place)?;
        if enrolment.status != EnrolmentStatus::ActionRequired {
            return Err(Refusal::BadStatus.into());
        }
        enrolment.status = EnrolmentStatus::Pending;
        enrolment.held = held;
        enrolment.reason = None;
        Ok(self.accept(reference, Work::UpdateEnrolment { place }, None, None))
    }

    /// Reading it is what lets an asynchronous review end.
    pub(crate) fn enrolment(&mut self, id: &str) -> Result<EnrolmentSnapshot, ProviderError> {
        let place = self.enrolment_place(id)?;
        let enrolment = self.enrolment_mut(place)?;
        if enrolment.status == EnrolmentStatus::InReview && !enrolment.held {
            self.decide(place, EnrolmentStatus::Approved, None);
        }
        let snapshot = self.enrolment_snapshot(place);
        Ok(snapshot.ok_or(Refusal::UnknownEnrolment)?)
    }

    pub(super) fn enrolment_snapshot(&self, place: usize) -> Option<EnrolmentSnapshot> {
        let enrolment = self.enrolments.get(place)?;
        let review_stage = enrolment.status == EnrolmentStatus::InReview;
        Some(EnrolmentSnapshot {
            enrolment_ref: self.id(Sort::Enrolment, place),
            card_type_ref: Some(enrolment.type_ref.clone()),
            status: enrolment.status,
            provider_status: enrolment_word(enrolment.status).to_owned(),
            review_stage: review_stage.then(|| "desk".to_owned()),
            reason: enrolment.reason.clone(),
            action_url: None,
            step_due: false,
        })
    }

    /// What follows on handing it in.
    pub(super) fn review(&mut self, place: usize) {
        let slow = self.asynchronous;
        let Ok(enrolment) = self.enrolment_mut(place) else {
            return;
        };
        enrolment.status = EnrolmentStatus::InReview;
        if !enrolment.held && !slow {
            self.decide(place, EnrolmentStatus::Approved, None);
        }
    }

    /// A decision from outside, on what waits for one.
    pub(super) fn decide_by_hand(
        &mut self,
        id: &str,
        status: EnrolmentStatus,
        reason: Option<String>,
    ) -> Result<(), Refusal> {
        let place = self.enrolment_place(id)?;
        if !self.enrolment_mut(place)?.status.is_open() {
            return Err(Refusal::BadStatus);
        }
        self.decide(place, status, reason);
        Ok(())
    }

    fn decide(&mut self, place: usize, status: EnrolmentStatus, reason: Option<String>) {
        let Ok(enrolment) = self.enrolment_mut(place) else {
            return;
        };
        enrolment.status = status;
        enrolment.reason = reason;
        let (id, revision) = (self.id(Sort::Enrolment, place), self.notices.len());
        let body = wire::enrolment_body(&id, enrolment_word(status), revision);
        self.notify(&id, body);
    }

    /// Who a card is to be issued for.
    pub(super) fn cardholder(
        &self,
        id: Option<&str>,
        card_type: &CardTypeSpec,
    ) -> Result<usize, Refusal> {
        let place = self.enrolment_place(id.ok_or(Refusal::CardholderNeeded)?)?;
        let enrolment = self.enrolments.get(place);
        let enrolment = enrolment.ok_or(Refusal::UnknownEnrolment)?;
        let approved = enrolment.status == EnrolmentStatus::Approved;
        if !approved || enrolment.type_ref != card_type.provider_ref {
            return Err(Refusal::CardholderNotApproved);
        }
        let most = card_type.enrolment.as_ref().and_then(|form| form.max_cards);
        if most.is_some_and(|most| enrolment.cards >= most) {
            return Err(Refusal::TooManyCards);
        }
        Ok(place)
    }

    pub(super) fn count_card(&mut self, place: usize) {
        if let Ok(enrolment) = self.enrolment_mut(place) {
            enrolment.cards = enrolment.cards.saturating_add(1);
        }
    }

    pub(super) fn uncount_card(&mut self, place: Option<usize>) {
        if let Some(Ok(enrolment)) = place.map(|place| self.enrolment_mut(place)) {
            enrolment.cards = enrolment.cards.saturating_sub(1);
        }
    }

    pub(crate) fn hold_reviews(&mut self, count: u32) {
        self.hold_reviews = count;
    }

    fn next_is_held(&mut self) -> bool {
        let held = self.hold_reviews > 0;
        self.hold_reviews = self.hold_reviews.saturating_sub(1);
        held
    }

    fn enrolment_place(&self, id: &str) -> Result<usize, Refusal> {
        self.place(Sort::Enrolment, id)
            .filter(|place| *place < self.enrolments.len())
            .ok_or(Refusal::UnknownEnrolment)
    }

    fn enrolment_mut(&mut self, place: usize) -> Result<&mut Enrolment, Refusal> {
        let enrolment = self.enrolments.get_mut(place);
        enrolment.ok_or(Refusal::UnknownEnrolment)
    }

    fn check_form(&self, type_ref: &str, name: &str, profile: &Profile) -> Result<(), Refusal> {
        let card_type = self.types.get(type_ref).ok_or(Refusal::UnknownType)?;
        let form = card_type.enrolment.as_ref();
        let form = form
            .filter(|form| form.name == name)
            .ok_or(Refusal::BadForm)?;
        let faults = check(profile, &form.fields, today(now()), &places::listed);
        let mut named = profile.iter().filter(|(field, _)| field.is_document());
        if faults.is_empty() && named.all(|(_, id)| self.has_document(id)) {
            Ok(())
        } else {
            Err(Refusal::BadForm)
        }
    }
}

fn today(now: Timestamp) -> Date {
    let seconds = now.as_millis().div_euclid(1000);
    OffsetDateTime::from_unix_timestamp(seconds).map_or(Date::MIN, OffsetDateTime::date)
}
