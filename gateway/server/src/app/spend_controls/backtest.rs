//! The past decided again under other controls: what was stored of it is put in order for
//! [`cardmux_domain::spend_control::replay`].

mod controls;
mod past;
mod stream;

use std::collections::HashMap;

use cardmux_domain::authorization::Verdict;
use cardmux_domain::id::{AuthorizationId, CardId, SpendControlId, TenantId};
use cardmux_domain::money::Money;
use cardmux_domain::spend_control::{Happening, Replayed, Rules, Scope, replay};
use cardmux_domain::time::Timestamp;

use crate::app::{App, AppError};

/// Which span to decide again, and with which changes of the live controls.
#[derive(Debug, Clone)]
pub struct BacktestRequest {
    pub from: Timestamp,
    /// Excluded.
    pub to: Timestamp,
    pub changes: Vec<RuleChange>,
}

/// A change of the live controls; rules have no problems.
#[derive(Debug, Clone)]
pub enum RuleChange {
    Add {
        scope: Scope,
        rules: Rules,
    },
    Replace {
        id: SpendControlId,
        /// Its own where absent.
        scope: Option<Scope>,
        rules: Rules,
    },
    Remove(SpendControlId),
}

#[derive(Debug, Clone)]
pub struct Backtest {
    pub asked: usize,
    /// As it was answered, and as it would have been.
    pub approved: (usize, usize),
    /// What would have been answered otherwise, oldest first.
    pub changed: Vec<Tested>,
    /// Whether there are more of them.
    pub truncated: bool,
}

/// What would have been answered otherwise.
#[derive(Debug, Clone)]
pub struct Tested {
    pub card_id: CardId,
    pub amount: Money,
    pub at: Timestamp,
    pub replayed: Replayed,
}

/// More than anybody reads; the counts are of all.
const CHANGED_MAX: usize = 1000;

pub async fn backtest(
    app: &App,
    tenant: &TenantId,
    wanted: BacktestRequest,
) -> Result<Backtest, AppError> {
    let BacktestRequest { from, to, changes } = wanted;
    let controls = controls::with(app, tenant, changes).await?;
    let past = past::read(app, tenant, from, to, &controls).await?;
    // As long as its happenings are many: not on a thread that answers providers in time.
    let decided = app.tasks.spawn_blocking(move || {
        let (start, happenings) = stream::of(past);
        let asked = shown(&happenings);
        (replay(start, happenings, &controls), asked)
    });
    let (decided, asked) = decided
        .await
        .map_err(|_| AppError::Internal("a back-test ended early"))?;
    Ok(summary(decided, &asked))
}

type Shown = HashMap<AuthorizationId, (CardId, Money, Timestamp)>;

fn shown(happenings: &[Happening]) -> Shown {
    let asked = happenings.iter().filter_map(|happening| match happening {
        Happening::Asked(asked) => {
            let shown = (asked.card, asked.amount, asked.at);
            Some((asked.authorization, shown))
        }
        Happening::Unasked(_) | Happening::Changed { .. } | Happening::Moved { .. } => None,
    });
    asked.collect()
}

fn summary(decided: Vec<Replayed>, asked: &Shown) -> Backtest {
    let approved = |verdict: fn(&Replayed) -> Verdict| {
        let approved = decided.iter().filter(|r| verdict(r) == Verdict::Approve);
        approved.count()
    };
    let approved = (approved(|r| r.recorded), approved(|r| r.replayed));
    let total = decided.len();
    let changed = decided.into_iter().filter(|r| r.recorded != r.replayed);
    let changed = changed.filter_map(|replayed| {
        let (card_id, amount, at) = *asked.get(&replayed.authorization)?;
        Some(Tested {
            card_id,
            amount,
            at,
            replayed,
        })
    });
    let mut changed: Vec<Tested> = changed.collect();
    let truncated = changed.len() > CHANGED_MAX;
    changed.truncate(CHANGED_MAX);
    Backtest {
        asked: total,
        approved,
        changed,
        truncated,
    }
}
