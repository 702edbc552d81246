use std::sync::Arc;

use cardmux_domain::card_type::CardType;
use cardmux_domain::customer::Customer;
use cardmux_domain::enrolment::{Enrolment, EnrolmentStatus};
use cardmux_domain::id::{CardTypeId, CustomerId, EnrolmentId, OperationId, fresh};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::secret::SecretString;
use cardmux_domain::time::Timestamp;

use super::{form, get};
use crate::app::attempt::attempt;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, FieldProblem, Tenant, card_types, customers, new_operation};
use crate::operations::{Answer, Arguments, Intent, Subject};
use crate::{clock, profile, store};

/// Whom to hand in, and for what.
#[derive(Debug, Clone)]
pub struct EnrolmentRequest {
    pub customer: CustomerId,
    pub type_id: CardTypeId,
    /// In place of the form's fields; goes to the provider and nowhere else.
    pub share_token: Option<SecretString>,
}

/// Hand a customer in for a card type.
pub async fn enrol(
    app: &App,
    tenant: &Tenant,
    wanted: EnrolmentRequest,
    request: Request,
) -> Result<Answer, AppError> {
    let intend = || enrolment_intent(app, tenant, &wanted, &request);
    attempt(app, &tenant.id, &request, "enrolment", intend).await
}

/// Enrol on the way to a card. The key of the request belongs to the card, not to this.
pub(in crate::app) async fn enrol_for(
    app: &App,
    tenant: &Tenant,
    customer: CustomerId,
    card_type: &CardType,
    request: &Request,
) -> Result<Enrolment, AppError> {
    let wanted = EnrolmentRequest {
        customer,
        type_id: card_type.id,
        share_token: None,
    };
    let mut intent = enrolment_intent(app, tenant, &wanted, request).await?;
    intent.key = None;
    let id = intent.subject.id().enrolment();
    app.engine.execute(intent).await?;
    let id = id.ok_or(AppError::Internal("an enrolment has an enrolment's id"))?;
    get(app, &tenant.id, id).await
}

/// Hand in the customer's data as it is now, after the provider refused it.
pub async fn update(
    app: &App,
    tenant: &Tenant,
    id: EnrolmentId,
    request: Request,
) -> Result<Answer, AppError> {
    let intend = || update_intent(app, tenant, id, &request);
    attempt(app, &tenant.id, &request, "enrolment", intend).await
}

async fn update_intent(
    app: &App,
    tenant: &Tenant,
    id: EnrolmentId,
    request: &Request,
) -> Result<Intent, AppError> {
    let enrolment = get(app, &tenant.id, id).await?;
    check_updatable(&enrolment)?;
    let card_type = enrollable(app, tenant, enrolment.type_id).await?;
    let customer = customers::get(app, &tenant.id, enrolment.customer_id).await?;
    form::check(app, tenant, &customer, &card_type).await?;
    let operation = fresh();
    let subject = Subject::from(enrolment).beginning(operation, clock::now());
    let kind = (operation, OperationKind::UpdateEnrolment);
    intent(app, tenant, subject, kind, &card_type, request).await
}

fn check_updatable(enrolment: &Enrolment) -> Result<(), AppError> {
    if enrolment.pending_operation.is_some() {
        return Err(AppError::Busy {
            what: "enrolment",
            pending: enrolment.pending_operation,
        });
    }
    if enrolment.status == EnrolmentStatus::ActionRequired {
        return Ok(());
    }
    Err(AppError::State {
        code: "enrolment_not_updatable",
        detail: format!(
            "an enrolment that is {} cannot be updated; only one that is action_required can",
            enrolment.status
        ),
        enrolment: Some(Box::new(enrolment.clone())),
    })
}

async fn enrolment_intent(
    app: &App,
    tenant: &Tenant,
    wanted: &EnrolmentRequest,
    request: &Request,
) -> Result<Intent, AppError> {
    let type_id = wanted.type_id;
    let customer = customers::get(app, &tenant.id, wanted.customer).await?;
    let card_type = enrollable(app, tenant, type_id).await?;
    let earlier = store::enrolments::of_customer(&app.store, &tenant.id, customer.id, type_id);
    let earlier = earlier.await?;
    if let Some(earlier) = &earlier
        && !may_begin_anew(earlier)
    {
        return Err(AppError::State {
            code: "enrolment_exists",
            detail: format!("`{}` is {}", earlier.id, earlier.status),
            enrolment: Some(Box::new(earlier.clone())),
        });
    }
    match &wanted.share_token {
        Some(_) => check_takes_token(&card_type)?,
        None => form::check(app, tenant, &customer, &card_type).await?,
    }
    let now = clock::now();
    let operation = fresh();
    let is_new = earlier.is_none();
    let subject = match earlier {
        Some(earlier) => Subject::from(Enrolment {
            status: EnrolmentStatus::Pending,
            reason: None,
            ..earlier
        })
        .beginning(operation, now),
        None => Subject::from(begun(tenant, &customer, &card_type, operation, now)),
    };
    let kind = (operation, OperationKind::Enrol);
    let mut intent = intent(app, tenant, subject, kind, &card_type, request).await?;
    intent.subject_is_new = is_new;
    intent.operation.holds_secret = wanted.share_token.is_some();
    intent.arguments.share_token.clone_from(&wanted.share_token);
    Ok(intent)
}

fn check_takes_token(card_type: &CardType) -> Result<(), AppError> {
    let form = card_type.spec.enrolment.as_ref();
    if form.is_some_and(|form| form.takes_share_token) {
        return Ok(());
    }
    let detail = "customers are enrolled for this card type with their data, not with a token";
    let problem = FieldProblem::body("/shareToken", "not_taken", detail);
    Err(AppError::Invalid(vec![problem]))
}

/// An enrolment the provider never took can be tried again; every other one exists there.
fn may_begin_anew(enrolment: &Enrolment) -> bool {
    enrolment.provider_ref.is_none() && enrolment.pending_operation.is_none()
}

fn begun(
    tenant: &Tenant,
    customer: &Customer,
    card_type: &CardType,
    operation: OperationId,
    now: Timestamp,
) -> Enrolment {
    Enrolment {
        id: fresh(),
        tenant: tenant.id.clone(),
        customer_id: customer.id,
        instance: card_type.instance.clone(),
        type_id: card_type.id,
        status: EnrolmentStatus::Pending,
        status_as_of: Timestamp::from_millis(0),
        provider_ref: None,
        provider_status: None,
        review_stage: None,
        reason: None,
        action_url: None,
        pending_operation: Some(operation),
        refresh_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

async fn intent(
    app: &App,
    tenant: &Tenant,
    subject: Subject,
    (id, kind): (OperationId, OperationKind),
    card_type: &CardType,
    request: &Request,
) -> Result<Intent, AppError> {
    let Subject::Enrolment(enrolment) = &subject else {
        return Err(AppError::Internal("an enrolment is enrolled"));
    };
    let profile = profile::for_provider(
        &app.store,
        &app.vault,
        &tenant.id,
        enrolment.customer_id,
        &enrolment.instance,
    )
    .await?;
    let form = card_type.spec.enrolment.as_ref();
    let operation = new_operation(id, &subject, kind, clock::now());
    Ok(Intent {
        alternatives: Vec::new(),
        also: Vec::new(),
        key: request.claim(app, &tenant.id, id),
        subject,
        subject_is_new: false,
        operation,
        arguments: Arguments {
            card_type_ref: Some(card_type.spec.provider_ref.clone()),
            form: form.map(|form| form.name.clone()),
            profile,
            ..Arguments::default()
        },
        wait: request.wait,
        request_id: request.id.clone(),
    })
}

/// The card type, if customers can be enrolled for it.
async fn enrollable(
    app: &App,
    tenant: &Tenant,
    type_id: CardTypeId,
) -> Result<Arc<CardType>, AppError> {
    let card_type = card_types::known(app, type_id).await?;
    let card_type = card_type.filter(|t| tenant.instances.contains(&t.instance));
    let card_type = card_type.ok_or_else(|| {
        let detail = format!("card type `{type_id}` does not exist; GET /v1/card-types lists them");
        AppError::Invalid(vec![FieldProblem::body("/typeId", "unknown", detail)])
    })?;
    let instance = app.registry.get(&card_type.instance);
    let supported = instance.is_some_and(|i| i.supports(OperationKind::Enrol));
    if supported && card_type.spec.enrolment.is_some() {
        return Ok(card_type);
    }
    Err(AppError::Unsupported {
        instance: card_type.instance.clone(),
        what: format!("enrolment for cards of type `{}`", card_type.spec.name),
    })
}
