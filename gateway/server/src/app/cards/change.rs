use cardmux_domain::card::{Card, CardModel};
use cardmux_domain::id::{CardId, OperationId, fresh};
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;

use super::{get, issue, rules};
use crate::app::idempotency::{self, Request};
use crate::app::{App, AppError, FieldProblem, Tenant, card_types};
use crate::clock;
use crate::operations::{Answer, ExecuteError, Intent};

/// One change of a card: deposit, withdraw, freeze, unfreeze, cancel.
#[derive(Debug, Clone)]
pub struct CardRequest {
    pub card_id: CardId,
    pub kind: OperationKind,
    /// For deposit and withdraw.
    pub amount: Option<Money>,
    pub note: Option<String>,
}

/// How often a change is tried again after the card was changed meanwhile: an answer, its webhook
/// and a reading of the card can follow each other closely.
const MAX_RACES: usize = 8;

/// Change a card: check its status, write the operation down, hand it to the provider.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    wanted: CardRequest,
    request: Request,
) -> Result<Answer, AppError> {
    for _ in 0..MAX_RACES {
        let card = get(app, &tenant.id, wanted.card_id).await?;
        if let Err(error) = check(app, &card, &wanted).await {
            return idempotency::replay_or(app, &tenant.id, &request, error).await;
        }
        match app
            .engine
            .execute(intent(app, tenant, card, &wanted, &request))
            .await
        {
            // Read again: the answer may be there, or the card may have changed.
            Err(ExecuteError::CardChanged | ExecuteError::KeyTaken) => {
                if let Some(answer) = idempotency::replay(app, &tenant.id, &request).await? {
                    return Ok(answer);
                }
            }
            other => return Ok(other?),
        }
    }
    Err(AppError::CardBusy { pending: None })
}

async fn check(app: &App, card: &Card, wanted: &CardRequest) -> Result<(), AppError> {
    if !app
        .registry
        .get(&card.instance)
        .is_some_and(|i| i.supports(wanted.kind))
    {
        let instance = card.instance.clone();
        return Err(AppError::Unsupported {
            instance,
            what: wanted.kind.to_string(),
        });
    }
    if !card.status.allows().contains(&wanted.kind) {
        return Err(AppError::CardStatus {
            status: card.status,
            asked: wanted.kind,
        });
    }
    if card.pending_operation.is_some() {
        return Err(AppError::CardBusy {
            pending: card.pending_operation,
        });
    }
    let mut problems: Vec<FieldProblem> = rules::note(wanted.note.as_deref()).into_iter().collect();
    let card_type = card_types::known(app, card.type_id).await?;
    if let Some(spec) = card_type.as_ref().map(|t| &t.spec) {
        if !spec.capabilities.contains(&wanted.kind)
            || card.model == CardModel::Gift && wanted.amount.is_some()
        {
            let instance = card.instance.clone();
            let what = format!("{} on cards of type `{}`", wanted.kind, spec.name);
            return Err(AppError::Unsupported { instance, what });
        }
        let rule = match wanted.kind {
            OperationKind::Deposit => spec.deposit.as_ref(),
            OperationKind::Issue
            | OperationKind::Withdraw
            | OperationKind::Freeze
            | OperationKind::Unfreeze
            | OperationKind::Cancel => None,
        };
        let amount = wanted.amount.as_ref();
        problems.extend(rules::amount(
            "/amount",
            amount,
            card.currency,
            rule.filter(|_| amount.is_some()),
        ));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(problems))
    }
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
    let operation = issue::operation(
        id,
        &card,
        wanted.kind,
        wanted.amount,
        wanted.note.clone(),
        now,
    );
    let card = Card {
        pending_operation: Some(id),
        version: card.version + 1,
        updated_at: now,
        ..card
    };
    Intent {
        key: request.claim(app, &tenant.id, operation.id, card.id),
        card,
        card_is_new: false,
        operation,
        card_type_ref: None,
        wait: request.wait,
        request_id: request.id.clone(),
    }
}
