//! Customers handed in, with forms filled in from their rules.

use std::collections::BTreeMap;

use bytes::Bytes;
use cardmux_domain::card_type::{CardTypeSpec, EnrolmentForm};
use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    DocumentUpload, EnrolCustomer, EnrolmentSnapshot, ProviderError, Simulation, UpdateEnrolment,
};
use futures::StreamExt;

use super::{broken, eventually, new_reference, query, succeeded, types_where};
use crate::forms::{Lists, profile_for};
use crate::subject::Subject;
use crate::trial::{Result, Stop};

/// The first bytes of a picture; nobody looks further.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// Types whose cards need a cardholder.
pub async fn types(subject: &Subject) -> Result<Vec<CardTypeSpec>> {
    subject.enrolments()?;
    types_where(subject, "a type with a form", |card_type| {
        card_type.enrolment.is_some()
    })
    .await
}

pub async fn any_type(subject: &Subject) -> Result<CardTypeSpec> {
    let first = types(subject).await?.into_iter().next();
    first.ok_or(Stop::Unsupported("a type with a form"))
}

pub fn form(card_type: &CardTypeSpec) -> Result<&EnrolmentForm> {
    let form = card_type.enrolment.as_ref();
    form.ok_or_else(|| broken("the type needs a cardholder and has no form"))
}

pub async fn lists(subject: &Subject) -> Result<Lists> {
    let Some(data) = subject.provider.reference_data() else {
        return Ok(Lists::default());
    };
    let ctx = subject.ctx()?;
    Ok(Lists {
        regions: data.regions(&ctx).await?,
        cities: data.cities(&ctx, None).await?,
        dial_codes: data.dial_codes(&ctx).await?,
        occupations: data.occupations(&ctx).await?,
    })
}

pub fn picture() -> DocumentUpload {
    let pieces = PICTURE.chunks(8).map(|piece| Ok(Bytes::from_static(piece)));
    DocumentUpload {
        file_name: "picture.png".to_owned(),
        media_type: "image/png",
        content: futures::stream::iter(pieces).boxed(),
    }
}

/// A profile nobody else has, its documents uploaded.
pub async fn profile(subject: &Subject, form: &EnrolmentForm) -> Result<Profile> {
    let mut documents: BTreeMap<CustomerField, String> = BTreeMap::new();
    let wanted = form.fields.iter().filter(|rule| rule.required);
    for rule in wanted.filter(|rule| rule.field.is_document()) {
        let (uploads, ctx) = (subject.documents()?, subject.ctx()?);
        documents.insert(rule.field, uploads.upload(&ctx, picture()).await?);
    }
    let serial = new_reference();
    profile_for(form, &lists(subject).await?, &documents, serial.as_str())
}

pub async fn request(subject: &Subject, card_type: &CardTypeSpec) -> Result<EnrolCustomer> {
    let form = form(card_type)?;
    Ok(EnrolCustomer {
        reference: new_reference(),
        card_type_ref: card_type.provider_ref.clone(),
        form: form.name.clone(),
        profile: profile(subject, form).await?,
        share_token: None,
    })
}

/// Hands a customer in; the provider's id of the enrolment.
pub async fn enrolled(subject: &Subject, request: &EnrolCustomer) -> Result<String> {
    let report = subject
        .enrolments()?
        .enrol(&subject.ctx()?, request)
        .await?;
    let asked = query(OperationKind::Enrol, &request.reference);
    let report = succeeded(subject, &asked, report).await?;
    let id = report.subject_ref;
    id.ok_or_else(|| broken("an enrolment has no id"))
}

/// The enrolment is read, and carried on where that is our turn, until it has the wanted status.
pub async fn becomes(
    subject: &Subject,
    enrolment_ref: &str,
    wanted: EnrolmentStatus,
) -> Result<EnrolmentSnapshot> {
    let (enrolments, ctx) = (subject.enrolments()?, subject.ctx()?);
    eventually(async || {
        let mut seen = enrolments.get(&ctx, enrolment_ref).await?;
        if seen.step_due {
            seen = enrolments.advance(&ctx, enrolment_ref).await?;
        }
        Ok((seen.status == wanted).then_some(seen))
    })
    .await
}

/// The same from the beginning, where errors are awaited.
pub async fn tried(
    subject: &Subject,
    card_type: &CardTypeSpec,
) -> Result<std::result::Result<String, ProviderError>> {
    let (enrolments, ctx) = (subject.enrolments()?, subject.ctx()?);
    let report = match enrolments
        .enrol(&ctx, &request(subject, card_type).await?)
        .await
    {
        Ok(report) => report,
        Err(error) => return Ok(Err(error)),
    };
    let id = report.subject_ref;
    let id = id.ok_or_else(|| broken("an enrolment has no id"))?;
    eventually(async || {
        let seen = match enrolments.get(&ctx, &id).await {
            Ok(seen) if seen.step_due => enrolments.advance(&ctx, &id).await,
            seen => seen,
        };
        Ok(match seen {
            Ok(seen) => (seen.status == EnrolmentStatus::Approved).then(|| Ok(id.clone())),
            Err(error) => Some(Err(error)),
        })
    })
    .await
}

/// A cardholder cards can be issued for.
pub async fn approved(subject: &Subject, card_type: &CardTypeSpec) -> Result<String> {
    let id = enrolled(subject, &request(subject, card_type).await?).await?;
    becomes(subject, &id, EnrolmentStatus::Approved).await?;
    Ok(id)
}

/// An enrolment the provider refused, for a correction or for good.
pub async fn refused(
    subject: &Subject,
    card_type: &CardTypeSpec,
    correctable: bool,
    reason: &str,
) -> Result<(EnrolCustomer, String)> {
    subject.simulator()?;
    subject.world.hold_next_review().await?;
    let request = request(subject, card_type).await?;
    let id = enrolled(subject, &request).await?;
    let decision = Simulation::RejectEnrolment {
        enrolment_ref: id.clone(),
        correctable,
        reason: Some(reason.to_owned()),
    };
    subject
        .simulator()?
        .simulate(&subject.ctx()?, &decision)
        .await?;
    let status = match correctable {
        true => EnrolmentStatus::ActionRequired,
        false => EnrolmentStatus::Rejected,
    };
    becomes(subject, &id, status).await?;
    Ok((request, id))
}

/// The same data once more, as a correction.
pub fn correction(request: &EnrolCustomer, enrolment_ref: &str) -> UpdateEnrolment {
    let EnrolCustomer {
        reference: _,
        card_type_ref,
        form,
        profile,
        share_token: _,
    } = request.clone();
    UpdateEnrolment {
        reference: new_reference(),
        enrolment_ref: enrolment_ref.to_owned(),
        card_type_ref,
        form,
        profile,
    }
}
