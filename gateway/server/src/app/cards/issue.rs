use std::collections::BTreeMap;
use std::sync::Arc;

use cardmux_domain::batch::BatchItem;
use cardmux_domain::card::{Card, CardStatus};
use cardmux_domain::card_type::{CardType, Requirement};
use cardmux_domain::controls::Controls;
use cardmux_domain::id::{BudgetId, CardId, CardTypeId, CustomerId, OperationId, fresh};
use cardmux_domain::money::Money;
use cardmux_domain::operation::{Operation, OperationKind};
use cardmux_domain::provider::PersonName;
use cardmux_domain::routing::{Routing, Wish};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_domain::time::Timestamp;

use super::needs::{self, Enrolled, Named, Needs, enrolled};
use super::{routing, rules};
use crate::app::attempt::attempt;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, FieldProblem, Tenant, card_types, new_operation};
use crate::clock;
use crate::operations::{Answer, Arguments, Attempt, Intent, Owned, Subject};
use crate::store::Change;

/// From what a card is to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Type(CardTypeId),
    /// Routing finds the type.
    Wish(Wish),
}

/// What a client wants to have issued.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    pub target: Target,
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
        let mut begun = item.begun(card, operation.id, operation.created_at);
        intent.also.push(Change::UpdateBatchItem(begun.clone()));
        for next in &mut intent.alternatives {
            begun = begun.elsewhere(next.operation.id, next.operation.created_at);
            next.also.push(Change::UpdateBatchItem(begun.clone()));
        }
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
    let named = Named::by(&app.store, &tenant.id, wanted.customer_id, wanted.budget_id).await?;
    let draft = Draft {
        app,
        tenant,
        wanted,
        named: &named,
        request,
        id: fresh(),
        now: clock::now(),
    };
    let (first, alternatives) = match &wanted.target {
        Target::Type(id) => (draft.of_type(*id).await?, Vec::new()),
        Target::Wish(wish) => draft.of_wish(wish).await?,
    };
    let Attempt {
        subject,
        operation,
        arguments,
        also,
    } = first;
    Ok(Intent {
        also,
        key: request.claim(app, &tenant.id, operation.id),
        subject,
        subject_is_new: true,
        operation,
        arguments,
        alternatives,
        wait: request.wait,
        request_id: request.id.clone(),
    })
}

/// A card on its way to being written down.
struct Draft<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    wanted: &'a IssueRequest,
    named: &'a Named,
    request: &'a Request,
    id: CardId,
    now: Timestamp,
}

impl Draft<'_> {
    /// From the type the request names.
    async fn of_type(&self, id: CardTypeId) -> Result<Attempt, AppError> {
        let Self {
            app,
            tenant,
            wanted,
            named,
            ..
        } = self;
        let card_type = named_type(app, tenant, id).await?;
        let mut problems = check(&card_type, wanted);
        problems.extend(needs::problems(&app.registry, &card_type, wanted, named));
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        if app.issuing_paused.contains(&card_type.instance) {
            let instance = &card_type.instance;
            return Err(AppError::State {
                code: "issuing_paused",
                detail: format!("the operator has paused issuing at `{instance}`; try again later"),
                enrolment: None,
            });
        }
        self.at(&card_type, None).await
    }

    /// From the types routing finds: the one that is tried first, and those that step in.
    async fn of_wish(&self, wish: &Wish) -> Result<(Attempt, Vec<Attempt>), AppError> {
        let Self {
            app,
            tenant,
            wanted,
            named,
            ..
        } = self;
        let problems = routing::problems(wanted, named);
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        let situation = routing::situation(app, tenant).await?;
        let decision = situation.decide(tenant, wish, wanted, named, &app.vault)?;
        let record = routing::record(&decision, wish, wanted)?;
        let mut attempts = Vec::new();
        for id in decision.tried() {
            let card_type = situation.card_type(id);
            let card_type =
                card_type.ok_or(AppError::Internal("a candidate is in the catalogue"))?;
            let enrols = matches!(enrolled(card_type, wanted, named), Enrolled::Possible);
            // Nobody is enrolled with an issuer that only might step in.
            if !attempts.is_empty() && enrols {
                continue;
            }
            match self.at(card_type, Some(&record)).await {
                // One that only might step in and cannot now holds up nobody.
                Err(AppError::Busy { .. }) if !attempts.is_empty() => {}
                attempt => attempts.push(attempt?),
            }
        }
        let mut attempts = attempts.into_iter();
        let first = attempts.next();
        let first = first.ok_or(AppError::Internal(
            "a decision without a candidate is an error",
        ))?;
        Ok((first, attempts.collect()))
    }

    /// The card as one of this type, and what its provider is sent.
    async fn at(
        &self,
        card_type: &CardType,
        routing: Option<&Routing>,
    ) -> Result<Attempt, AppError> {
        let Self {
            app,
            tenant,
            wanted,
            named,
            request,
            id,
            now,
        } = *self;
        let needs = needs::gather(app, tenant, card_type, wanted, named, request).await?;
        let also = one_at_a_time(app, card_type, &needs, now).await?;
        let operation_id: OperationId = fresh();
        let requirements = &card_type.spec.requirements;
        let takes_name = requirements.contains(&Requirement::CardholderName);
        let cardholder = wanted.cardholder.clone().filter(|_| takes_name);
        let subject = Subject::from(Card {
            pending_operation: Some(operation_id),
            routing: routing.cloned().map(Box::new),
            ..intended(id, tenant, card_type, wanted, &needs, now)
        });
        let operation = Operation {
            amount: wanted.initial_balance,
            // Neither is kept, so it cannot be sent a second time.
            holds_secret: wanted.card_number.is_some() || cardholder.is_some(),
            ..new_operation(operation_id, &subject, OperationKind::Issue, now)
        };
        Ok(Attempt {
            subject,
            operation,
            arguments: Arguments {
                card_type_ref: Some(card_type.spec.provider_ref.clone()),
                enrolment_ref: needs.enrolment.and_then(|e| e.provider_ref),
                budget_ref: needs.budget.and_then(|b| b.provider_ref),
                card_number: wanted.card_number.clone(),
                cardholder,
                ..Arguments::default()
            },
            also,
        })
    }
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

async fn named_type(app: &App, tenant: &Tenant, id: CardTypeId) -> Result<Arc<CardType>, AppError> {
    let card_type = card_types::known(app, id).await?;
    let card_type = card_type
        .filter(|t| tenant.instances.contains(&t.instance))
        .ok_or_else(|| {
            let detail = format!("card type `{id}` does not exist; GET /v1/card-types lists them");
            AppError::Invalid(vec![FieldProblem::body("/typeId", "unknown", detail)])
        })?;
    let instance = app.registry.get(&card_type.instance);
    if instance.is_some_and(|i| i.supports(OperationKind::Issue)) {
        return Ok(card_type);
    }
    let instance = card_type.instance.clone();
    Err(AppError::Unsupported {
        instance,
        what: OperationKind::Issue.to_string(),
    })
}

/// What the request alone and the type's bounds tell.
pub(super) fn check(card_type: &CardType, wanted: &IssueRequest) -> Vec<FieldProblem> {
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
    id: CardId,
    tenant: &Tenant,
    card_type: &CardType,
    wanted: &IssueRequest,
    needs: &Needs,
    now: Timestamp,
) -> Card {
    let spec = &card_type.spec;
    Card {
        id,
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
        routing: None,
        pending_operation: None,
        refresh_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
