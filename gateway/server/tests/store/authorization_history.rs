//! What decisions ask of the authorizations before them, and who ends their holds.

use std::collections::HashSet;

use cardmux::store::authorizations;
use cardmux::store::{Change, Store};
use cardmux_domain::authorization::{Authorization, AuthorizationStatus, DecidedBy, DecisionTimes};
use cardmux_domain::id::{AuthorizationId, BudgetId, CustomerId, fresh};
use cardmux_domain::money::Decimal;
use cardmux_domain::spend_control::Scope;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Merchant;
use futures::future::join_all;

use crate::authorizations::{approved, money, stored_card, stored_cards};
use crate::fixtures::{NOW, commit, later, tenant};
use crate::ledger::amount;

/// Of one card, customer and budget unless said otherwise.
async fn history(store: &Store) -> (Authorization, Vec<Authorization>) {
    let [card, other] = stored_cards(store).await;
    let first = Authorization {
        customer_id: Some(CustomerId::new()),
        budget_id: Some(BudgetId::new()),
        ..approved(&card, "base", NOW)
    };
    let like = |provider_ref: &str, seconds| Authorization {
        id: fresh(),
        customer_id: first.customer_id,
        budget_id: first.budget_id,
        ..approved(&card, provider_ref, later(seconds))
    };
    let ended = |provider_ref: &str, status| Authorization {
        status,
        held: Decimal::ZERO,
        ..like(provider_ref, 0)
    };
    let verification = Authorization {
        amount: money("0", "USD"),
        held: Decimal::ZERO,
        ..like("verification", 0)
    };
    let euros = Authorization {
        amount: money("3", "EUR"),
        held: amount("1"),
        posted: amount("2.000001"),
        status: AuthorizationStatus::Posted,
        ..like("euros", 20)
    };
    let of_another_card = Authorization {
        card_id: other.id,
        ..like("card", 10)
    };
    let of_another_customer = Authorization {
        customer_id: None,
        ..like("customer", 11)
    };
    let of_another_budget = Authorization {
        budget_id: Some(BudgetId::new()),
        ..like("budget", 12)
    };
    let of_another_tenant = Authorization {
        tenant: tenant("other"),
        ..like("tenant", 0)
    };
    let rest = vec![
        like("usual", 9),
        euros,
        verification,
        ended("declined", AuthorizationStatus::Declined),
        ended("reversed", AuthorizationStatus::Reversed),
        ended("expired", AuthorizationStatus::Expired),
        of_another_card,
        of_another_customer,
        of_another_budget,
        of_another_tenant,
    ];
    (first, rest)
}

pub async fn spent_counts_what_is_held_and_posted_in_its_scope_and_time(store: Store) {
    let (first, rest) = history(&store).await;
    let all = rest.into_iter().chain([first.clone()]);
    commit(&store, all.map(Change::InsertAuthorization)).await;
    let spent = async |scope, since| {
        let spent = authorizations::spent(&store, &first.tenant, scope, since);
        let spent = spent.await.unwrap();
        let amounts = spent.amounts.iter().map(|(c, a)| format!("{a} {c}"));
        (amounts.collect::<Vec<_>>().join(", "), spent.count)
    };
    let scopes = [
        Scope::Card(first.card_id),
        Scope::Customer(first.customer_id.unwrap()),
        Scope::Budget(first.budget_id.unwrap()),
    ];
    // Each but for the one payment that is another's.
    for scope in scopes {
        let (amounts, count) = spent(scope, None).await;
        assert_eq!((amounts.as_str(), count), ("3.000001 EUR, 40 USD", 5));
        assert_eq!(spent(scope, Some(later(10))).await.1, 3, "{scope:?}");
    }
    let of_all = ("3.000001 EUR, 50 USD".to_owned(), 6);
    assert_eq!(spent(Scope::Tenant, None).await, of_all);
    // The beginning of a window is in it.
    let of_euros = ("3.000001 EUR".to_owned(), 1);
    assert_eq!(spent(Scope::Tenant, Some(later(20))).await, of_euros);
    let after = Timestamp::from_millis(later(20).as_millis() + 1);
    assert_eq!(spent(Scope::Tenant, Some(after)).await, (String::new(), 0));
}

pub async fn spent_follows_every_change_and_sums_beyond_one_integer(store: Store) {
    let card = stored_card(&store).await;
    // Twice the largest amount that can be stored.
    let large = ["a", "b"].map(|provider_ref| Authorization {
        amount: money("9223372036854.775807", "USD"),
        held: amount("9223372036854.775807"),
        ..approved(&card, provider_ref, NOW)
    });
    commit(&store, large.clone().map(Change::InsertAuthorization)).await;
    let spent = async || {
        let spent = authorizations::spent(&store, &card.tenant, Scope::Card(card.id), None);
        let spent = spent.await.unwrap();
        let amounts = spent.amounts.into_iter().map(|(_, amount)| amount);
        (amounts.collect::<Vec<_>>(), spent.count)
    };
    let sum = Decimal::from_str_exact("18446744073709.551614").unwrap();
    assert_eq!(spent().await, (vec![sum], 2));
    let [first, second] = large;
    let partly = Authorization {
        held: amount("1"),
        version: 2,
        ..first
    };
    let reversed = Authorization {
        held: Decimal::ZERO,
        status: AuthorizationStatus::Reversed,
        version: 2,
        ..second
    };
    let updates = [partly, reversed].map(Change::UpdateAuthorization);
    commit(&store, updates).await;
    assert_eq!(spent().await, (vec![amount("1")], 1));
}

pub async fn first_merchant_is_that_of_the_oldest_payment_that_counts(store: Store) {
    let (first, rest) = history(&store).await;
    let inserts = rest.into_iter().map(Change::InsertAuthorization);
    commit(&store, inserts).await;
    let merchant = async |scope| {
        let found = authorizations::first_merchant(&store, &first.tenant, scope);
        found.await.unwrap().and_then(|merchant| merchant.name)
    };
    let customer = Scope::Customer(first.customer_id.unwrap());
    for scope in [Scope::Card(first.card_id), customer, Scope::Tenant] {
        assert_eq!(merchant(scope).await.as_deref(), Some("usual"));
    }
    // Of two in one millisecond the lesser id is the first.
    let tie = Authorization {
        id: AuthorizationId::from_uuid(uuid::Uuid::from_u128(1)),
        provider_ref: "tie".to_owned(),
        merchant: Merchant {
            name: Some("tie".to_owned()),
            ..Merchant::default()
        },
        times: DecisionTimes {
            received_at: later(9),
            ..first.times
        },
        ..first.clone()
    };
    commit(&store, [Change::InsertAuthorization(tie)]).await;
    assert_eq!(merchant(customer).await.as_deref(), Some("tie"));
    commit(&store, [Change::InsertAuthorization(first.clone())]).await;
    assert_eq!(merchant(customer).await.as_deref(), Some("base"));
    let nobody = Scope::Customer(CustomerId::new());
    assert_eq!(merchant(nobody).await, None);
}

pub async fn holds_that_expire_are_given_to_one_claimer_each(store: Store) {
    let card = stored_card(&store).await;
    let expiring = |n: usize| Authorization {
        expires_at: Some(later(10)),
        ..approved(&card, &n.to_string(), NOW)
    };
    let due: Vec<_> = (0..30).map(expiring).collect();
    let nothing_held = Authorization {
        held: Decimal::ZERO,
        ..expiring(30)
    };
    let not_yet = Authorization {
        expires_at: Some(later(11)),
        ..expiring(31)
    };
    let never = approved(&card, "never", NOW);
    let others = [nothing_held, not_yet.clone(), never];
    let inserts = due.iter().cloned().chain(others);
    commit(&store, inserts.map(Change::InsertAuthorization)).await;
    let claim = |at, lease, limit| authorizations::claim_expiring(&store, at, lease, limit);
    assert_eq!(claim(later(9), later(99), 99).await.unwrap(), []);

    let claims = join_all((0..8).map(|_| claim(later(10), later(60), 5))).await;
    let mut claimed: Vec<_> = claims.into_iter().flat_map(Result::unwrap).collect();
    claimed.extend(claim(later(10), later(60), 99).await.unwrap());
    let distinct: HashSet<_> = claimed.iter().map(|a| a.id.uuid()).collect();
    assert_eq!((claimed.len(), distinct.len()), (30, 30));
    // As they were: a claim is nobody's business.
    for asked in &claimed {
        assert!(due.contains(asked));
    }
    let next = claim(later(59), later(61), 99).await;
    assert_eq!(next.unwrap(), [not_yet]);

    // One is released, the others come back when the lease ends.
    let released = Authorization {
        held: Decimal::ZERO,
        status: AuthorizationStatus::Expired,
        version: 2,
        ..due[0].clone()
    };
    commit(&store, [Change::UpdateAuthorization(released)]).await;
    let again = claim(later(60), later(99), 99).await.unwrap();
    assert_eq!(again.len(), 29);
}

pub async fn asked_between_is_in_order_and_without_what_nobody_asked(store: Store) {
    let card = stored_card(&store).await;
    let at = |provider_ref: &str, seconds| approved(&card, provider_ref, later(seconds));
    let unasked = Authorization {
        verdict: None,
        decided_by: DecidedBy::Provider,
        ..at("unasked", 1)
    };
    let foreign = Authorization {
        tenant: tenant("other"),
        ..at("foreign", 1)
    };
    let end = at("end", 3);
    let (late, early, begin) = (at("late", 2), at("early", 1), at("begin", 0));
    let all = [end, late, early, begin, unasked, foreign];
    commit(&store, all.map(Change::InsertAuthorization)).await;
    let asked = async |limit| {
        let found = authorizations::asked_between(&store, &card.tenant, NOW, later(3), limit);
        let refs = found.await.unwrap().into_iter().map(|a| a.provider_ref);
        refs.collect::<Vec<_>>()
    };
    assert_eq!(asked(9).await, ["begin", "early", "late"]);
    assert_eq!(asked(2).await, ["begin", "early"]);
}
