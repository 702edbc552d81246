//! What of the past a back-test needs, read from the store.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use cardmux_domain::authorization::Authorization;
use cardmux_domain::id::{AuthorizationId, TenantId};
use cardmux_domain::ledger::{Book, BookOwner, Transfer};
use cardmux_domain::spend_control::{Period, Rules, Scope, SpendControl, Window};
use cardmux_domain::time::Timestamp;

use crate::app::{App, AppError, FieldProblem};
use crate::clock;
use crate::store::{self, authorizations::AuthorizationFilter};

/// The past from `from` on, and what limits count of before.
pub struct Past {
    pub from: Timestamp,
    pub to: Timestamp,
    /// Received from `from` on and before `to`, whether we were asked or not.
    pub within: Vec<Authorization>,
    /// Received earlier, as they are now.
    pub before: Vec<Authorization>,
    pub books: HashMap<BookOwner, Book>,
    /// From `from` on until now, in their order: what became of an authorization tells what it was.
    pub transfers: Vec<Transfer>,
}

/// Of one authorization: hold, a presentment or two, fee, return.
const TRANSFERS_EACH: u64 = 5;

pub async fn read(
    app: &App,
    tenant: &TenantId,
    from: Timestamp,
    to: Timestamp,
    controls: &[SpendControl],
) -> Result<Past, AppError> {
    let most = app.decisions.backtest_max;
    let mut left = most;
    let span = AuthorizationFilter {
        from: Some(from),
        to: Some(earlier(to, 1)),
        ..AuthorizationFilter::default()
    };
    let within = some(app, tenant, &span, &mut left).await?;
    let mut before: BTreeMap<AuthorizationId, Authorization> = BTreeMap::new();
    for (scope, since) in looked_back(controls, &within, from) {
        let earlier = AuthorizationFilter {
            from: since,
            to: Some(earlier(from, 1)),
            ..on(scope)
        };
        let found = some(app, tenant, &earlier, &mut left).await?;
        before.extend(found.into_iter().map(|found| (found.id, found)));
    }
    // The books first: one of which no transfer is found was then as it was at the beginning.
    let mut books = HashMap::new();
    let owners: BTreeSet<BookOwner> = within.iter().map(Authorization::drawn_on).collect();
    for owner in owners {
        let book = store::ledger::book_of(&app.store, tenant, owner).await?;
        books.extend(book.map(|book| (owner, book)));
    }
    let rows = most.saturating_mul(TRANSFERS_EACH);
    let end = clock::now().plus(Duration::from_millis(1)).max(to);
    let read =
        store::ledger::transfers_between(&app.store, tenant, from, end, rows.saturating_add(1));
    let transfers = read.await?;
    if u64::try_from(transfers.len()).unwrap_or(u64::MAX) > rows {
        return Err(too_long(format!("more than {rows} movements of money")));
    }
    Ok(Past {
        from,
        to,
        within,
        before: before.into_values().collect(),
        books,
        transfers,
    })
}

fn earlier(time: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(time.as_millis().saturating_sub(millis))
}

/// All that pass the filter, as long as no more than what is left of the bound.
async fn some(
    app: &App,
    tenant: &TenantId,
    filter: &AuthorizationFilter,
    left: &mut u64,
) -> Result<Vec<Authorization>, AppError> {
    let rows = left.saturating_add(1);
    let found = store::authorizations::list(&app.store, tenant, filter, None, rows).await?;
    let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
    *left = left.checked_sub(count).ok_or_else(|| {
        let most = app.decisions.backtest_max;
        too_long(format!("more than {most} authorizations"))
    })?;
    Ok(found)
}

fn too_long(what: String) -> AppError {
    let detail = format!(
        "{what} would have to be read: those of the span, and those before it that the rules count \
         (rules without a window count all there ever were); ask for a shorter span"
    );
    AppError::Invalid(vec![FieldProblem::body("/from", "too_large", detail)])
}

fn on(scope: Scope) -> AuthorizationFilter {
    let mut filter = AuthorizationFilter::default();
    match scope {
        Scope::Card(id) => filter.card_id = Some(id),
        Scope::Customer(id) => filter.customer_id = Some(id),
        Scope::Budget(id) => filter.budget_id = Some(id),
        Scope::Tenant => {}
    }
    filter
}

/// How far back before `from` something counts, in each scope that is asked about; `None`: for ever.
fn looked_back(
    controls: &[SpendControl],
    within: &[Authorization],
    from: Timestamp,
) -> Vec<(Scope, Option<Timestamp>)> {
    let asked: HashSet<Scope> = within.iter().flat_map(scopes).collect();
    let mut back: HashMap<Scope, Back> = HashMap::new();
    for control in controls {
        if asked.contains(&control.scope)
            && let Some(counted) = counts_back(&control.rules)
        {
            let known = back.entry(control.scope).or_insert(counted);
            *known = (*known).max(counted);
        }
    }
    let back = back.into_iter().map(|(scope, back)| match back {
        Back::Days(days) => (scope, Some(earlier(from, days * DAY_MS))),
        Back::Ever => (scope, None),
    });
    back.collect()
}

fn scopes(authorization: &Authorization) -> impl Iterator<Item = Scope> + use<> {
    let customer = authorization.customer_id.map(Scope::Customer);
    let budget = authorization.budget_id.map(Scope::Budget);
    let card = Scope::Card(authorization.card_id);
    [Some(card), customer, budget, Some(Scope::Tenant)]
        .into_iter()
        .flatten()
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Back {
    Days(i64),
    Ever,
}

/// How far back rules count at most, a day more than a calendar period can have: days of 25 hours.
fn counts_back(rules: &Rules) -> Option<Back> {
    let windows = rules.limits.iter().map(|limit| match &limit.window {
        Window::PerTransaction => None,
        Window::Lifetime => Some(Back::Ever),
        Window::Calendar { period, .. } | Window::Rolling { period } => {
            Some(Back::Days(match period {
                Period::Day => 2,
                Period::Week => 8,
                Period::Month => 32,
            }))
        }
    });
    let ever = rules.max_uses.is_some() || rules.merchant_lock;
    windows.flatten().chain(ever.then_some(Back::Ever)).max()
}
