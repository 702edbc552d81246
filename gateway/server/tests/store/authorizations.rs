//! Authorizations, and what decisions ask of those before.

use std::collections::HashSet;

use cardmux::store::authorizations::{self, AuthorizationFilter};
use cardmux::store::{Change, Conflict, Store, WriteError};
use cardmux_domain::authorization::{
    Authorization, AuthorizationStatus, DecidedBy, DecisionFacts, DecisionTimes, DeclineReason,
    Reason, RuleVersion, Shadow, Verdict,
};
use cardmux_domain::card::Card;
use cardmux_domain::id::{AuthorizationId, BudgetId, CustomerId, TransactionId, fresh};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::spend_control::Scope;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Merchant;
use futures::future::join_all;

use crate::fixtures::{NOW, card, commit, later, stored_type, tenant, unit};
use crate::ledger::amount;

fn money(text: &str, currency: &str) -> Money {
    Money::new(amount(text), currency.parse().unwrap())
}

/// Cards of one type.
async fn stored_cards<const N: usize>(store: &Store) -> [Card; N] {
    let of = stored_type(store).await;
    let cards = [(); N].map(|()| card(&of));
    commit(store, cards.clone().map(Change::InsertCard)).await;
    cards
}

async fn stored_card(store: &Store) -> Card {
    let [card] = stored_cards(store).await;
    card
}

/// Approved, its ten dollars held.
pub fn approved(card: &Card, provider_ref: &str, at: Timestamp) -> Authorization {
    Authorization {
        id: fresh(),
        tenant: card.tenant.clone(),
        instance: card.instance.clone(),
        provider_ref: provider_ref.to_owned(),
        card_id: card.id,
        customer_id: None,
        budget_id: None,
        transaction_id: None,
        status: AuthorizationStatus::Held,
        amount: money("10", "USD"),
        merchant_amount: None,
        merchant: Merchant {
            name: Some(provider_ref.to_owned()),
            ..Merchant::default()
        },
        held: amount("10"),
        released: Decimal::ZERO,
        posted: Decimal::ZERO,
        fees: Decimal::ZERO,
        returned: Decimal::ZERO,
        verdict: Some(Verdict::Approve),
        decided_by: DecidedBy::Rules,
        reasons: Vec::new(),
        rule_versions: Vec::new(),
        shadow: None,
        facts: DecisionFacts {
            card_status: "active".to_owned(),
            beyond_rules: None,
        },
        times: DecisionTimes {
            received_at: at,
            evaluated_at: None,
            endpoint_at: None,
            answered_at: None,
        },
        expires_at: None,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

fn reason(code: DeclineReason) -> Reason {
    Reason {
        code,
        control: Some("sctl_1".to_owned()),
        detail: Some("at most 5 \u{20AC}".to_owned()),
    }
}

/// Nothing in it is empty, no two amounts or times are the same.
fn full(card: &Card) -> Authorization {
    let rule = RuleVersion {
        control: "sctl_2".to_owned(),
        version: 7,
    };
    let text = |text: &str| Some(text.to_owned());
    Authorization {
        customer_id: Some(CustomerId::new()),
        budget_id: Some(BudgetId::new()),
        transaction_id: Some(TransactionId::new()),
        status: AuthorizationStatus::Returned,
        amount: money("100.000001", "USD"),
        merchant_amount: Some(money("87.65", "EUR")),
        merchant: Merchant {
            name: text("Caf\u{E9}"),
            merchant_id: text("M-1"),
            mcc: text("5812"),
            category: text("restaurants"),
            country: text("LT"),
            state: text("VL"),
            city: text("Vilnius"),
            postal_code: text("01100"),
            wallet: text("APPLE_PAY"),
        },
        held: amount("1.1"),
        released: amount("2.2"),
        posted: amount("3.3"),
        fees: amount("4.4"),
        returned: amount("5.5"),
        decided_by: DecidedBy::StandIn,
        reasons: vec![
            reason(DeclineReason::SpendLimit),
            reason(DeclineReason::DeclinedByStandIn),
        ],
        rule_versions: vec![rule.clone()],
        shadow: Some(Shadow {
            verdict: Verdict::Decline,
            reasons: vec![reason(DeclineReason::MccBlocked)],
            drafts: vec![rule],
        }),
        facts: DecisionFacts {
            card_status: "frozen".to_owned(),
            beyond_rules: Some(Verdict::Approve),
        },
        times: DecisionTimes {
            received_at: later(1),
            evaluated_at: Some(later(2)),
            endpoint_at: Some(later(3)),
            answered_at: Some(later(4)),
        },
        expires_at: Some(later(5)),
        created_at: later(6),
        updated_at: later(7),
        ..approved(card, "a-1", NOW)
    }
}

pub async fn authorization_with_every_field_comes_back_the_same(store: Store) {
    let card = stored_card(&store).await;
    let (full, plain) = (full(&card), approved(&card, "a-2", NOW));
    let both = [full.clone(), plain.clone()];
    commit(&store, both.clone().map(Change::InsertAuthorization)).await;
    for stored in &both {
        let found = authorizations::get(&store, &card.tenant, stored.id).await;
        assert_eq!(found.unwrap().as_ref(), Some(stored));
    }
    let none = authorizations::get(&store, &tenant("other"), full.id).await;
    assert_eq!(none.unwrap(), None);

    // Each becomes the other one, but for what it is for good.
    let exchanged = both.clone().map(|was| {
        let other = if was.id == full.id { &plain } else { &full };
        Authorization {
            id: was.id,
            provider_ref: was.provider_ref,
            created_at: was.created_at,
            times: DecisionTimes {
                answered_at: was.times.answered_at,
                ..other.times
            },
            version: 2,
            ..other.clone()
        }
    });
    let updates = exchanged.clone().map(Change::UpdateAuthorization);
    commit(&store, updates).await;
    for stored in exchanged {
        let (instance, provider_ref) = (&stored.instance, &stored.provider_ref);
        let found = authorizations::find_by_provider_ref(&store, instance, provider_ref).await;
        assert_eq!(found.unwrap(), Some(stored));
    }
    let elsewhere = "fincard_eu".parse().unwrap();
    let none = authorizations::find_by_provider_ref(&store, &elsewhere, "a-1").await;
    assert_eq!(none.unwrap(), None);
}

pub async fn authorizations_are_listed_newest_first_and_filtered(store: Store) {
    let [card, other] = stored_cards(&store).await;
    let one = full(&card);
    let two = Authorization {
        status: AuthorizationStatus::Declined,
        verdict: Some(Verdict::Decline),
        ..approved(&other, "a-2", later(2))
    };
    let foreign = Authorization {
        tenant: tenant("other"),
        ..approved(&card, "a-3", NOW)
    };
    let all = [one.clone(), two.clone(), foreign];
    commit(&store, all.map(Change::InsertAuthorization)).await;
    let listed = async |filter: AuthorizationFilter, after| {
        let found = authorizations::list(&store, &card.tenant, &filter, after, 9).await;
        let ids = found.unwrap().into_iter().map(|a| a.id);
        ids.collect::<Vec<_>>()
    };
    let every = AuthorizationFilter::default;
    assert_eq!(listed(every(), None).await, [two.id, one.id]);
    assert_eq!(listed(every(), Some(two.id)).await, [one.id]);
    assert_eq!(listed(every(), Some(one.id)).await, []);
    let one_only = [
        AuthorizationFilter {
            card_id: Some(card.id),
            ..every()
        },
        AuthorizationFilter {
            customer_id: one.customer_id,
            ..every()
        },
        AuthorizationFilter {
            budget_id: one.budget_id,
            ..every()
        },
        AuthorizationFilter {
            status: Some(one.status),
            ..every()
        },
        AuthorizationFilter {
            verdict: one.verdict,
            ..every()
        },
        AuthorizationFilter {
            decided_by: Some(one.decided_by),
            ..every()
        },
        AuthorizationFilter {
            to: Some(later(1)),
            ..every()
        },
        AuthorizationFilter {
            shadow_differs: true,
            ..every()
        },
    ];
    for filter in one_only {
        assert_eq!(listed(filter.clone(), None).await, [one.id], "{filter:?}");
    }
    let from = AuthorizationFilter {
        from: Some(later(2)),
        ..every()
    };
    assert_eq!(listed(from, None).await, [two.id]);
}

pub async fn authorization_asked_for_at_once_is_stored_once(store: Store) {
    let card = stored_card(&store).await;
    let asked: Vec<_> = (0..30).map(|_| approved(&card, "same", NOW)).collect();
    let inserts = asked.iter().cloned().map(Change::InsertAuthorization);
    let results = join_all(inserts.map(|insert| store.commit(unit([insert])))).await;
    let mut stored = Vec::new();
    for (result, asked) in results.into_iter().zip(&asked) {
        match result {
            Ok(()) => stored.push(asked.clone()),
            Err(WriteError::Conflict(Conflict::Authorization(id))) => assert_eq!(id, asked.id),
            Err(other) => panic!("{other:?}"),
        }
    }
    let found = authorizations::find_by_provider_ref(&store, &card.instance, "same").await;
    assert_eq!(stored, [found.unwrap().unwrap()]);
}

pub async fn authorization_of_another_version_or_ref_in_use_is_a_conflict(store: Store) {
    let card = stored_card(&store).await;
    let stored = approved(&card, "a", NOW);
    let taken = approved(&card, "b", NOW);
    let inserts = [stored.clone(), taken].map(Change::InsertAuthorization);
    commit(&store, inserts).await;
    for (version, provider_ref) in [(1, "a"), (3, "a"), (2, "b")] {
        let update = Change::UpdateAuthorization(Authorization {
            version,
            provider_ref: provider_ref.to_owned(),
            ..stored.clone()
        });
        let refused = store.commit(unit([update])).await;
        let conflict = Conflict::Authorization(stored.id);
        assert!(
            matches!(&refused, Err(WriteError::Conflict(c)) if *c == conflict),
            "{version} {provider_ref}: {refused:?}"
        );
    }
}

pub async fn answer_is_marked_once_and_outlives_what_was_read_before_it(store: Store) {
    let card = stored_card(&store).await;
    let asked: Vec<_> = (0..20)
        .map(|n| approved(&card, &n.to_string(), NOW))
        .collect();
    let inserts = asked.iter().cloned().map(Change::InsertAuthorization);
    commit(&store, inserts).await;
    let answered = |of: &Authorization, at| Change::MarkAnswered {
        authorization: of.id,
        at,
    };
    // Each with a change of another one, so that writers meet crosswise.
    let next = asked.iter().cycle().skip(1);
    let units = asked.iter().zip(next).map(|(asked, other)| {
        let update = Change::UpdateAuthorization(Authorization {
            version: 2,
            ..other.clone()
        });
        unit([answered(asked, later(1)), update])
    });
    let results = join_all(units.map(|unit| store.commit(unit))).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let again = asked.iter().map(|asked| answered(asked, later(2)));
    commit(&store, again).await;
    for asked in &asked {
        let found = authorizations::get(&store, &asked.tenant, asked.id).await;
        let found = found.unwrap().unwrap();
        let first = Some(later(1));
        assert_eq!((found.times.answered_at, found.version), (first, 2));
    }
}

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
