use std::collections::BTreeMap;
use std::sync::Arc;

use cardmux_domain::card::{Card, CardStatus};
use cardmux_domain::card_type::{CardType, Requirement};
use cardmux_domain::id::{CardTypeId, OperationId, fresh};
use cardmux_domain::money::Money;
use cardmux_domain::operation::{Operation, OperationKind, OperationStatus, Reference};
use cardmux_domain::time::Timestamp;

use super::rules;
use crate::app::idempotency::{self, Request};
use crate::app::{App, AppError, FieldProblem, Tenant, card_types};
use crate::clock;
use crate::operations::{Answer, ExecuteError, Intent};

/// What a client wants to have issued.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    pub type_id: CardTypeId,
    pub initial_balance: Option<Money>,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

/// Issue a card: check it, write it down, hand it to the provider, answer with what is known.
pub async fn issue(
    app: &App,
    tenant: &Tenant,
    wanted: IssueRequest,
    request: Request,
) -> Result<Answer, AppError> {
    let card_type = match card_type(app, tenant, &wanted).await {
        Ok(card_type) => card_type,
        Err(error) => return idempotency::replay_or(app, &tenant.id, &request, error).await,
    };
    let now = clock::now();
    let (card, operation) = intended(tenant, &card_type, &wanted, now);
    let intent = Intent {
        key: request.claim(app, &tenant.id, operation.id, card.id),
        card,
        card_is_new: true,
        operation,
        card_type_ref: Some(card_type.spec.provider_ref.clone()),
        wait: request.wait,
        request_id: request.id.clone(),
    };
    match app.engine.execute(intent).await {
        // Another request with this key came first: its answer is ours, or it is still running.
        Err(ExecuteError::KeyTaken) => idempotency::replay(app, &tenant.id, &request)
            .await?
            .ok_or(AppError::KeyInUse),
        other => Ok(other?),
    }
}

/// The type to issue from, if the request fits it.
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
    check(&card_type, wanted)?;
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

fn check(card_type: &CardType, wanted: &IssueRequest) -> Result<(), AppError> {
    let spec = &card_type.spec;
    let mut problems = Vec::new();
    if !card_type.is_available() {
        let detail = "cards cannot be issued from this type now: the provider has it switched off";
        problems.push(FieldProblem::body("/typeId", "unavailable", detail));
    }
    for requirement in &spec.requirements {
        let detail = match requirement {
            Requirement::Cardholder => {
                "this type needs an approved cardholder, which this version cannot enrol yet"
            }
            Requirement::CardNumber => {
                "this type needs the printed card number, which this version does not take yet"
            }
            Requirement::Budget => {
                "this type draws on a budget, which this version does not have yet"
            }
        };
        problems.push(FieldProblem::body("/typeId", "requirement_not_met", detail));
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
    if problems.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(problems))
    }
}

fn intended(
    tenant: &Tenant,
    card_type: &CardType,
    wanted: &IssueRequest,
    now: Timestamp,
) -> (Card, Operation) {
    let operation_id: OperationId = fresh();
    let spec = &card_type.spec;
    let card = Card {
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
        brand: spec.brand.clone(),
        last4: None,
        currency: spec.currency,
        balance: None,
        label: wanted.label.clone(),
        external_id: wanted.external_id.clone(),
        metadata: wanted.metadata.clone(),
        pending_operation: Some(operation_id),
        refresh_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let operation = operation(
        operation_id,
        &card,
        OperationKind::Issue,
        wanted.initial_balance,
        None,
        now,
    );
    (card, operation)
}

/// A new operation on a card, not yet sent.
pub(super) fn operation(
    id: OperationId,
    card: &Card,
    kind: OperationKind,
    amount: Option<Money>,
    note: Option<String>,
    now: Timestamp,
) -> Operation {
    Operation {
        id,
        tenant: card.tenant.clone(),
        kind,
        status: OperationStatus::Pending,
        card_id: card.id,
        instance: card.instance.clone(),
        reference: Reference::of(id),
        provider_ref: None,
        provider_status: None,
        card_ref: card.provider_ref.clone(),
        amount,
        fee: None,
        received: None,
        note,
        failure: None,
        attention: None,
        occurred_at: None,
        sends: 0,
        lookups: 0,
        sent_at: None,
        due_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
