use cardmux_domain::card::{Card, CardModel, CardStatus};
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::controls::Controls;
use cardmux_domain::id::{CardId, OperationId, fresh};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{Operation, OperationKind};
use cardmux_domain::provider::ShippingAddress;
use cardmux_domain::secret::{ExposeSecret, SecretString};

use super::{book, control_rules, get, rules};
use crate::app::attempt::attempt;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, FieldProblem, Tenant, card_types, new_operation};
use crate::clock;
use crate::operations::{Answer, Arguments, Intent, Subject};

/// One change of a card, with what its kind takes.
#[derive(Debug, Clone)]
pub struct CardRequest {
    pub card_id: CardId,
    pub kind: OperationKind,
    /// For deposit and withdraw.
    pub amount: Option<Money>,
    pub note: Option<String>,
    pub controls: Option<Controls>,
    /// For activation and PIN; never stored.
    pub pin: Option<SecretString>,
    pub activation_code: Option<SecretString>,
    pub no_pin_limit: Option<Decimal>,
    /// For the order of the plastic; never stored.
    pub shipping: Option<ShippingAddress>,
}

impl CardRequest {
    /// A change that takes nothing.
    pub fn new(card_id: CardId, kind: OperationKind) -> Self {
        Self {
            card_id,
            kind,
            amount: None,
            note: None,
            controls: None,
            pin: None,
            activation_code: None,
            no_pin_limit: None,
            shipping: None,
        }
    }
}

/// Change a card: check its status, write the operation down, hand it to the provider.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    wanted: CardRequest,
    request: Request,
) -> Result<Answer, AppError> {
    if let Some(amount) = wanted.amount {
        let card = get(app, &tenant.id, wanted.card_id).await?;
        if book::keeps_money_of(app, &card) {
            return book::transfer(app, tenant, &wanted, amount, &request).await;
        }
    }
    let intend = || intend(app, tenant, &wanted, &request);
    attempt(app, &tenant.id, &request, "card", intend).await
}

async fn intend(
    app: &App,
    tenant: &Tenant,
    wanted: &CardRequest,
    request: &Request,
) -> Result<Intent, AppError> {
    let card = get(app, &tenant.id, wanted.card_id).await?;
    check(app, &card, wanted).await?;
    Ok(intent(app, tenant, card, wanted, request))
}

pub(super) async fn check(app: &App, card: &Card, wanted: &CardRequest) -> Result<(), AppError> {
    let unsupported = |what: String| AppError::Unsupported {
        instance: card.instance.clone(),
        what,
    };
    let instance = app.registry.get(&card.instance);
    if !instance.is_some_and(|i| i.supports_on(card.model, wanted.kind)) {
        return Err(unsupported(wanted.kind.to_string()));
    }
    let card_type = card_types::known(app, card.type_id).await?;
    let spec = card_type.as_ref().map(|t| &t.spec);
    // Before the status: what a card can never do is not a matter of its status.
    if spec.is_some_and(|spec| !spec.capabilities.contains(&wanted.kind))
        || card.model == CardModel::Gift && wanted.amount.is_some()
    {
        let name = spec.map_or("this", |spec| spec.name.as_str());
        return Err(unsupported(format!(
            "{} on {} cards of type `{name}`",
            wanted.kind, card.model
        )));
    }
    // The plastic of a card that is in use already waits for its activation by itself.
    let plastic = wanted.kind == OperationKind::Activate
        && card.status == CardStatus::Active
        && instance.is_some_and(|i| i.supports(OperationKind::OrderPhysical));
    // What comes back to a card that was closed stays its owner's.
    let paid_out = wanted.kind == OperationKind::Withdraw
        && !matches!(card.status, CardStatus::Pending | CardStatus::Failed)
        && book::keeps_money_of(app, card);
    if !plastic && !paid_out && !card.status.allows().contains(&wanted.kind) {
        let supported =
            |kind: &&OperationKind| instance.is_some_and(|i| i.supports_on(card.model, **kind));
        return Err(AppError::CardStatus {
            status: card.status,
            asked: wanted.kind,
            allowed: card
                .status
                .allows()
                .iter()
                .filter(supported)
                .copied()
                .collect(),
        });
    }
    if card.pending_operation.is_some() {
        return Err(AppError::Busy {
            what: "card",
            pending: card.pending_operation,
        });
    }
    let problems = problems(card, spec, wanted);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(problems))
    }
}

fn problems(card: &Card, spec: Option<&CardTypeSpec>, wanted: &CardRequest) -> Vec<FieldProblem> {
    let mut problems: Vec<FieldProblem> = rules::note(wanted.note.as_deref()).into_iter().collect();
    if let Some(amount) = &wanted.amount {
        let rule = spec
            .filter(|_| wanted.kind == OperationKind::Deposit)
            .and_then(|spec| spec.deposit.as_ref());
        problems.extend(rules::amount("/amount", Some(amount), card.currency, rule));
    }
    let Some(spec) = spec else {
        return problems;
    };
    if let Some(controls) = &wanted.controls {
        problems.extend(control_rules::problems(
            "",
            controls,
            &spec.controls,
            card.currency,
        ));
    }
    let no_pin = wanted.no_pin_limit.and_then(|limit| {
        control_rules::no_pin_problem("/noPinLimit", limit, &spec.controls, card.currency)
    });
    problems.extend(no_pin);
    if let (Some(pin), Some(rule)) = (&wanted.pin, spec.pin)
        && let Err(weak) = rule.check(pin.expose_secret())
    {
        problems.push(FieldProblem::body("/pin", weak.code(), weak.to_string()));
    }
    let needs_pin = wanted.kind == OperationKind::Activate
        && spec.pin.is_some_and(|rule| rule.at_activation)
        && wanted.pin.is_none();
    if needs_pin {
        let detail = "the card's first PIN is set when it is activated";
        problems.push(FieldProblem::body("/pin", "required", detail));
    }
    if let Some(code) = &wanted.activation_code {
        let code = code.expose_secret();
        let plain = (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_graphic());
        let problem = || {
            FieldProblem::body(
                "/activationCode",
                "bad_format",
                "1 to 64 visible characters",
            )
        };
        problems.extend((!plain).then(problem));
    }
    problems
}

fn intent(
    app: &App,
    tenant: &Tenant,
    card: Card,
    wanted: &CardRequest,
    request: &Request,
) -> Intent {
    let now = clock::now();
    let id: OperationId = fresh();
    let CardRequest {
        card_id: _,
        kind,
        amount,
        note,
        controls,
        pin,
        activation_code,
        no_pin_limit,
        shipping,
    } = wanted.clone();
    let subject = Subject::from(card).beginning(id, now);
    let operation = Operation {
        amount,
        note,
        controls,
        holds_secret: pin.is_some() || activation_code.is_some() || shipping.is_some(),
        ..new_operation(id, &subject, kind, now)
    };
    Intent {
        alternatives: Vec::new(),
        also: Vec::new(),
        key: request.claim(app, &tenant.id, id),
        subject,
        subject_is_new: false,
        operation,
        arguments: Arguments {
            pin,
            activation_code,
            no_pin_limit,
            shipping,
            ..Arguments::default()
        },
        wait: request.wait,
        request_id: request.id.clone(),
    }
}
