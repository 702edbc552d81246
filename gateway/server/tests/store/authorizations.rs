//! Authorizations, and what decisions ask of those before.

use cardmux::store::authorizations::{self, AuthorizationFilter};
use cardmux::store::{Change, Conflict, Store, WriteError};
use cardmux_domain::authorization::{
    Authorization, AuthorizationStatus, DecidedBy, DecisionFacts, DecisionTimes, DeclineReason,
    Reason, RuleVersion, Shadow, Verdict,
};
use cardmux_domain::card::Card;
use cardmux_domain::id::{BudgetId, CustomerId, TransactionId, fresh};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Merchant;
use futures::future::join_all;

use crate::fixtures::{NOW, card, commit, later, stored_type, tenant, unit};
use crate::ledger::amount;

pub fn money(text: &str, currency: &str) -> Money {
    Money::new(amount(text), currency.parse().unwrap())
}

/// Cards of one type.
pub async fn stored_cards<const N: usize>(store: &Store) -> [Card; N] {
    let of = stored_type(store).await;
    let cards = [(); N].map(|()| card(&of));
    commit(store, cards.clone().map(Change::InsertCard)).await;
    cards
}

pub async fn stored_card(store: &Store) -> Card {
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
