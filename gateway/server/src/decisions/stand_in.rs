use cardmux_domain::authorization::Verdict;
use cardmux_domain::spend_control::same_merchant;
use tokio::time::{Instant, timeout_at};

use super::reserve::Held;
use crate::app::App;
use crate::store;
use crate::store::authorizations::AuthorizationFilter;

/// How far back a merchant is known.
const LOOKED_AT: u64 = 200;

/// The tenant's rules for when its endpoint says nothing in time: approved only if all that is set
/// holds, declined where nothing is set or nothing can be looked up.
pub async fn decide(app: &App, held: &Held, until: Instant) -> Verdict {
    let rules = &held.endpoint.stand_in;
    let ceiling = rules.ceiling();
    if ceiling.is_none() && !rules.known_merchants {
        return Verdict::Decline;
    }
    let amount = held.authorization.amount;
    let within = ceiling.is_none_or(|ceiling| {
        ceiling.currency == amount.currency && amount.amount <= ceiling.amount
    });
    if !within {
        return Verdict::Decline;
    }
    if rules.known_merchants {
        match timeout_at(until, is_known(app, held)).await {
            Ok(true) => {}
            Ok(false) | Err(_) => return Verdict::Decline,
        }
    }
    Verdict::Approve
}

/// Whether this card has paid this merchant before, among its last authorizations.
async fn is_known(app: &App, held: &Held) -> bool {
    let authorization = &held.authorization;
    let filter = AuthorizationFilter {
        card_id: Some(authorization.card_id),
        ..AuthorizationFilter::default()
    };
    let before = store::authorizations::list(
        &app.store,
        &authorization.tenant,
        &filter,
        Some(authorization.id),
        LOOKED_AT,
    );
    before.await.is_ok_and(|before| {
        before.iter().any(|b| {
            b.counts() && b.verdict.is_some() && same_merchant(&b.merchant, &authorization.merchant)
        })
    })
}
