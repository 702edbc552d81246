//! Customers at the provider: handed in, reviewed, corrected.

use bytes::Bytes;
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    DocumentUpload, EnrolCustomer, ErrorKind, OperationQuery, Outcome, Simulation,
};
use futures::StreamExt;

use super::repeat::{check_repeat, needs_protection};
use crate::steps::{self, enrolments as steps_of};
use crate::subject::Subject;
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

/// Why a review goes wrong here.
const REASON: &str = "the picture is blurred";

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Enrolments,
        enrol_is_reviewed_and_approved,
        enrol_with_a_used_reference_makes_no_second_enrolment,
        enrol_refused_for_good_is_rejected_with_its_reason,
        enrolment_refused_for_a_correction_can_be_updated,
        enrolment_that_is_approved_cannot_be_updated,
        enrolment_unknown_is_not_found,
        enrolment_of_several_steps_is_carried_through,
        document_uploaded_has_an_id_that_an_enrolment_takes,
        document_that_breaks_off_is_an_error,
    )
}

async fn enrol_is_reviewed_and_approved(subject: &Subject) -> Result {
    for card_type in steps_of::types(subject).await? {
        let request = steps_of::request(subject, &card_type).await?;
        let id = steps_of::enrolled(subject, &request).await?;
        let seen = steps_of::becomes(subject, &id, EnrolmentStatus::Approved).await?;
        ensure_eq(&seen.enrolment_ref, &id, "the enrolment's id")?;
        ensure(!seen.provider_status.is_empty(), || {
            "the provider's word is missing".to_owned()
        })?;
        let asked = asked(&request, &id);
        ensure_eq(steps::made(subject, &asked).await?, 1, "enrolments made")?;
    }
    if subject.provider.simulator().is_some() {
        approved_by_hand(subject).await?;
    }
    Ok(())
}

fn asked(request: &EnrolCustomer, enrolment_ref: &str) -> OperationQuery {
    OperationQuery {
        subject_ref: Some(enrolment_ref.to_owned()),
        ..steps::query(OperationKind::Enrol, &request.reference)
    }
}

/// A review that waits, until somebody decides.
async fn approved_by_hand(subject: &Subject) -> Result {
    let card_type = steps_of::any_type(subject).await?;
    match subject.world.hold_next_review().await {
        // Nobody looks at them: there is nothing to be decided.
        Err(Stop::Unsupported(_)) => return Ok(()),
        held => held?,
    }
    let request = steps_of::request(subject, &card_type).await?;
    let id = steps_of::enrolled(subject, &request).await?;
    let waiting = subject.enrolments()?.get(&subject.ctx()?, &id).await?;
    // Meanwhile, a provider may also want to hear more of the customer.
    let undecided = waiting.status.is_open() || waiting.status == EnrolmentStatus::ActionRequired;
    ensure(undecided, || format!("decided already: {}", waiting.status))?;
    let approval = Simulation::ApproveEnrolment {
        enrolment_ref: id.clone(),
    };
    steps::spending::simulate(subject, approval).await?;
    steps_of::becomes(subject, &id, EnrolmentStatus::Approved).await?;
    Ok(())
}

async fn enrol_with_a_used_reference_makes_no_second_enrolment(subject: &Subject) -> Result {
    let kind = OperationKind::Enrol;
    needs_protection(subject, kind)?;
    let card_type = steps_of::any_type(subject).await?;
    let request = steps_of::request(subject, &card_type).await?;
    let id = steps_of::enrolled(subject, &request).await?;
    let second = subject.enrolments()?.enrol(&subject.ctx()?, &request).await;
    let asked = asked(&request, &id);
    check_repeat(subject, &asked, second).await?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "enrolments made")
}

async fn enrol_refused_for_good_is_rejected_with_its_reason(subject: &Subject) -> Result {
    let card_type = steps_of::any_type(subject).await?;
    let (request, id) = steps_of::refused(subject, &card_type, false, REASON).await?;
    let seen = subject.enrolments()?.get(&subject.ctx()?, &id).await?;
    ensure_eq(seen.status, EnrolmentStatus::Rejected, "status")?;
    ensure_eq(seen.reason.as_deref(), Some(REASON), "reason")?;
    let correction = steps_of::correction(&request, &id);
    let answer = subject
        .enrolments()?
        .update(&subject.ctx()?, &correction)
        .await;
    let asked = steps::query(OperationKind::UpdateEnrolment, &correction.reference);
    steps::refused(subject, &asked, answer).await
}

async fn enrolment_refused_for_a_correction_can_be_updated(subject: &Subject) -> Result {
    let card_type = steps_of::any_type(subject).await?;
    let (request, id) = steps_of::refused(subject, &card_type, true, REASON).await?;
    let seen = subject.enrolments()?.get(&subject.ctx()?, &id).await?;
    // In the provider's own words, where it has no room for those of its reviewers.
    ensure(seen.reason.is_some(), || "it is not told why".to_owned())?;
    let correction = steps_of::correction(&request, &id);
    let answer = subject
        .enrolments()?
        .update(&subject.ctx()?, &correction)
        .await;
    let asked = steps::query(OperationKind::UpdateEnrolment, &correction.reference);
    if seen.action_url.is_some() {
        // The customer is sent elsewhere; what is handed in here must not count as handed in.
        steps::refused(subject, &asked, answer).await?;
        return Err(Stop::Unsupported("corrections by the API"));
    }
    steps::succeeded(subject, &asked, answer?).await?;
    steps_of::becomes(subject, &id, EnrolmentStatus::Approved).await?;
    Ok(())
}

async fn enrolment_that_is_approved_cannot_be_updated(subject: &Subject) -> Result {
    let card_type = steps_of::any_type(subject).await?;
    let request = steps_of::request(subject, &card_type).await?;
    let id = steps_of::enrolled(subject, &request).await?;
    steps_of::becomes(subject, &id, EnrolmentStatus::Approved).await?;
    let correction = steps_of::correction(&request, &id);
    let answer = subject
        .enrolments()?
        .update(&subject.ctx()?, &correction)
        .await;
    let asked = steps::query(OperationKind::UpdateEnrolment, &correction.reference);
    steps::refused(subject, &asked, answer).await?;
    steps_of::becomes(subject, &id, EnrolmentStatus::Approved).await?;
    Ok(())
}

async fn enrolment_unknown_is_not_found(subject: &Subject) -> Result {
    // The id of a real enrolment that begins otherwise: well formed wherever ids have a form.
    let card_type = steps_of::any_type(subject).await?;
    let request = steps_of::request(subject, &card_type).await?;
    let known = steps_of::enrolled(subject, &request).await?;
    let mut unknown = known.chars();
    let first = if unknown.next() == Some('9') {
        '8'
    } else {
        '9'
    };
    let unknown: String = std::iter::once(first).chain(unknown).collect();
    let enrolments = subject.enrolments()?;
    let answer = enrolments.get(&subject.ctx()?, &unknown).await;
    let error = steps::failed(answer)?;
    ensure_eq(error.kind, ErrorKind::NotFound, "kind")?;
    ensure_eq(error.outcome, Outcome::Rejected, "outcome")
}

async fn enrolment_of_several_steps_is_carried_through(subject: &Subject) -> Result {
    let card_type = steps_of::any_type(subject).await?;
    let request = steps_of::request(subject, &card_type).await?;
    let id = steps_of::enrolled(subject, &request).await?;
    let (enrolments, ctx) = (subject.enrolments()?, subject.ctx()?);
    let due = steps::eventually(async || {
        let seen = enrolments.get(&ctx, &id).await?;
        let decided = [EnrolmentStatus::Approved, EnrolmentStatus::Rejected];
        Ok((seen.step_due || decided.contains(&seen.status)).then_some(seen))
    })
    .await?;
    if !due.step_due {
        return Err(Stop::Unsupported("enrolments of several steps"));
    }
    ensure(due.status.is_open(), || {
        format!("{} with a step to be taken", due.status)
    })?;
    let taken = enrolments.advance(&ctx, &id).await?;
    ensure_eq(&taken.enrolment_ref, &id, "the enrolment's id")?;
    ensure(!taken.step_due, || "the step is due again".to_owned())?;
    // It is looked first whether it was taken already.
    enrolments.advance(&ctx, &id).await?;
    steps_of::becomes(subject, &id, EnrolmentStatus::Approved).await?;
    let after = enrolments.advance(&ctx, &id).await?;
    ensure_eq(after.status, EnrolmentStatus::Approved, "status")?;
    ensure_eq(subject.world.steps_taken(&id).await?, 1, "steps taken")
}

async fn document_uploaded_has_an_id_that_an_enrolment_takes(subject: &Subject) -> Result {
    let documents = subject.documents()?;
    let upload = async || -> Result<String> {
        Ok(documents
            .upload(&subject.ctx()?, steps_of::picture())
            .await?)
    };
    let (first, second) = (upload().await?, upload().await?);
    ensure(!first.is_empty() && first != second, || {
        "two files share an id".to_owned()
    })?;
    let wants_one = |card_type: &cardmux_domain::card_type::CardTypeSpec| {
        let form = card_type.enrolment.as_ref();
        let mut fields = form.into_iter().flat_map(|form| &form.fields);
        fields.any(|rule| rule.required && rule.field.is_document())
    };
    let types = steps_of::types(subject).await?;
    let card_type = types.iter().find(|card_type| wants_one(card_type));
    let card_type = card_type.ok_or(Stop::Unsupported("a form with documents"))?;

    // Of the same profile, with a file nobody uploaded, and with one.
    let mut request = steps_of::request(subject, card_type).await?;
    let fields = &steps_of::form(card_type)?.fields;
    let field = fields
        .iter()
        .find(|rule| rule.required && rule.field.is_document());
    let field = field.map(|rule| rule.field);
    let field = field.ok_or(Stop::Unsupported("a form with documents"))?;
    request.profile.set(field, Some("nosuchfile".to_owned()));
    let answer = subject.enrolments()?.enrol(&subject.ctx()?, &request).await;
    let asked = steps::query(OperationKind::Enrol, &request.reference);
    steps::refused(subject, &asked, answer).await?;
    request.reference = steps::new_reference();
    request.profile.set(field, Some(first));
    steps_of::enrolled(subject, &request).await?;
    Ok(())
}

async fn document_that_breaks_off_is_an_error(subject: &Subject) -> Result {
    let pieces = [
        Ok(Bytes::from_static(b"\x89PNG\r\n\x1a\n")),
        Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof)),
    ];
    let document = DocumentUpload {
        content: futures::stream::iter(pieces).boxed(),
        ..steps_of::picture()
    };
    let documents = subject.documents()?;
    let answer = documents.upload(&subject.ctx()?, document).await;
    steps::failed(answer)?;
    // The adapter is not left in a bad state by it.
    documents
        .upload(&subject.ctx()?, steps_of::picture())
        .await?;
    Ok(())
}
