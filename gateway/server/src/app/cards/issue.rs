use std::collections::BTreeMap;
use std::sync::Arc;

use cardmux_domain::batch::BatchItem;
use cardmux_domain::card::{Card, CardStatus};
use cardmux_domain::card_type::{CardType, Requirement};
use cardmux_domain::controls::Controls;
use cardmux_domain::id::{BudgetId, CardTypeId, CustomerId, OperationId, fresh};
use cardmux_domain::money::Money;
use cardmux_domain::operation::{Operation, OperationKind};
use cardmux_domain::provider::PersonName;
use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_domain::time::Timestamp;

use super::needs::{self, Needs};
use super::rules;
use crate::app::attempt::attempt;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, FieldProblem, Tenant, card_types, new_operation};
use crate::clock;
use crate::operations::{Answer, Arguments, Intent, Owned};
use crate::store::Change;

/// What a client wants to have issued.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    pub type_id: CardTypeId,
    pub customer_id: Option<CustomerId>,
    pub budget_id: Option<BudgetId>,
    /// Of a physical card; goes to the provider and nowhere else.
    pub card_number: Option<SecretString>,
    /// Goes to the provider and nowhere else.
    pub cardholder: Option<PersonName>,
    pub initial_balance: Option<Money>,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// Enrol the customer where they are not enrolled yet.
    pub enrol: bool,
}

/// Issue a card: check it, write it down, hand it to the provider, answer with what is known.
pub async fn issue(
    app: &App,
    tenant: &Tenant,
    wanted: IssueRequest,
    request: Request,
) -> Result<Answer, AppError> {
    let intend = || intend(app, tenant, &wanted, &request);
    attempt(app, &tenant.id, &request, "card", intend).await
}

/// The same for an item of a batch, which is begun in the transaction that writes the intent down:
/// no crash leaves one without the other, and of two that begin it the later one does nothing.
pub async fn issue_item(
    app: &App,
    tenant: &Tenant,
    wanted: IssueRequest,
    request: Request,
    item: &BatchItem,
) -> Result<(), AppError> {
    let mut intent = intend(app, tenant, &wanted, &request).await?;
    let operation = &intent.operation;
    if let Some(card) = operation.subject.card() {
        let begun = item.begun(card, operation.id, operation.created_at);
        intent.also.push(Change::UpdateBatchItem(begun));
    }
    app.engine.execute(intent).await?;
    Ok(())
}

async fn intend(
    app: &App,
    tenant: &Tenant,
    wanted: &IssueRequest,
    request: &Request,
) -> Result<Intent, AppError> {
    let (card_type, needs) = checked(app, tenant, wanted, request).await?;
    let now = clock::now();
    let also = one_at_a_time(app, &card_type, &needs, now).await?;
    let card = intended(tenant, &card_type, wanted, &needs, now);
    let operation_id: OperationId = fresh();
    let takes_name = card_type
        .spec
        .requirements
        .contains(&Requirement::CardholderName);
    let cardholder = wanted.cardholder.clone().filter(|_| takes_name);
    let subject = crate::operations::Subject::from(Card {
        pending_operation: Some(operation_id),
        ..card
    });
    let operation = Operation {
        amount: wanted.initial_balance,
        // Neither is kept, so it cannot be sent a second time.
        holds_secret: wanted.card_number.is_some() || cardholder.is_some(),
        ..new_operation(operation_id, &subject, OperationKind::Issue, now)
    };
    Ok(Intent {
        also,
        key: request.claim(app, &tenant.id, operation.id),
        subject,
        subject_is_new: true,
        operation,
        arguments: Arguments {
            card_type_ref: Some(card_type.spec.provider_ref.clone()),
            enrolment_ref: needs.enrolment.and_then(|e| e.provider_ref),
            budget_ref: needs.budget.and_then(|b| b.provider_ref),
            card_number: wanted.card_number.clone(),
            cardholder,
            ..Arguments::default()
        },
        wait: request.wait,
        request_id: request.id.clone(),
    })
}

/// Where an owner's cards can only be told apart by which of them are known, a second issue waits for
/// the first: both change the enrolment that stands for the owner.
async fn one_at_a_time(
    app: &App,
    card_type: &CardType,
    needs: &Needs,
    now: Timestamp,
) -> Result<Vec<Change>, AppError> {
    let enrolment = needs.enrolment.as_ref();
    let Some(enrolment_ref) = enrolment.and_then(|e| e.provider_ref.as_deref()) else {
        return Ok(Vec::new());
    };
    let instance = &card_type.instance;
    let owned = Owned::by(&app.store, &app.registry, instance, enrolment_ref).await?;
    let Some(owned) = owned else {
        return Ok(Vec::new());
    };
    if let Some(card) = owned.pending() {
        return Err(AppError::Busy {
            what: "enrolment",
            pending: card.pending_operation,
        });
    }
    let mut first = owned.first;
    first.version += 1;
    first.updated_at = now;
    Ok(vec![Change::UpdateEnrolment(first)])
}

/// The type to issue from and what it needs, if the request fits it.
async fn checked(
    app: &App,
    tenant: &Tenant,
    wanted: &IssueRequest,
    request: &Request,
) -> Result<(Arc<CardType>, Needs), AppError> {
    let card_type = card_type(app, tenant, wanted).await?;
    let problems = check(&card_type, wanted);
    let needs = needs::gather(app, tenant, &card_type, wanted, request, problems).await?;
    Ok((card_type, needs))
}

async fn card_type(
    app: &App,
    tenant: &Tenant,
    wanted: &IssueRequest,
) -> Result<Arc<CardType>, AppError> {
    let id = wanted.type_id;
    let card_type = card_types::known(app, id).await?;
    let card_type = card_type
        .filter(|t| tenant.instances.contains(&t.instance))
        .ok_or_else(|| {
            let detail = format!("card type `{id}` does not exist; GET /v1/card-types lists them");
            AppError::Invalid(vec![FieldProblem::body("/typeId", "unknown", detail)])
        })?;
    if app
        .registry
        .get(&card_type.instance)
        .is_some_and(|i| i.supports(OperationKind::Issue))
    {
        return Ok(card_type);
    }
    let instance = card_type.instance.clone();
    Err(AppError::Unsupported {
        instance,
        what: OperationKind::Issue.to_string(),
    })
}

/// What the request alone and the type's bounds tell.
fn check(card_type: &CardType, wanted: &IssueRequest) -> Vec<FieldProblem> {
    let spec = &card_type.spec;
    let mut problems = Vec::new();
    if !card_type.is_available() {
        let detail = "cards cannot be issued from this type now: the provider has it switched off";
        problems.push(FieldProblem::body("/typeId", "unavailable", detail));
    }
    problems.extend(rules::amount(
        "/initialBalance",
        wanted.initial_balance.as_ref(),
        spec.currency,
        spec.initial_deposit.as_ref(),
    ));
    problems.extend(rules::texts(
        wanted.label.as_deref(),
        wanted.external_id.as_deref(),
        &wanted.metadata,
    ));
    problems
}

/// The part of a card number that may be kept and shown (PCI DSS 3.4).
fn last4(number: &SecretString) -> Option<String> {
    let number = number.expose_secret();
    let start = number.len().checked_sub(4)?;
    number.get(start..).map(str::to_owned)
}

fn intended(
    tenant: &Tenant,
    card_type: &CardType,
    wanted: &IssueRequest,
    needs: &Needs,
    now: Timestamp,
) -> Card {
    let spec = &card_type.spec;
    Card {
        id: fresh(),
        tenant: tenant.id.clone(),
        status: CardStatus::Pending,
        status_as_of: Timestamp::from_millis(0),
        provider_status: None,
        drift: false,
        model: spec.model,
        form: spec.form,
        type_id: card_type.id,
        instance: card_type.instance.clone(),
        provider_ref: None,
        customer_id: wanted.customer_id,
        enrolment_id: needs.enrolment.as_ref().map(|enrolment| enrolment.id),
        budget_id: needs.budget.as_ref().map(|budget| budget.id),
        brand: spec.brand.clone(),
        last4: wanted.card_number.as_ref().and_then(last4),
        currency: spec.currency,
        balance: None,
        controls: Controls::default(),
        note: None,
        label: wanted.label.clone(),
        external_id: wanted.external_id.clone(),
        metadata: wanted.metadata.clone(),
        pending_operation: None,
        refresh_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
