//! Spend controls, and the marks that keep decisions under one of them apart.

use cardmux::store::spend_controls::{self, SpendControlFilter, SpendMark};
use cardmux::store::{Change, Conflict, Store, Unit, WriteError, ledger};
use cardmux_domain::id::{BudgetId, CardId, CustomerId, SpendControlId, fresh};
use cardmux_domain::ledger::TransferKind;
use cardmux_domain::spend_control::{
    Limit, LimitAmount, MerchantRule, Period, Rules, Scope, SpendControl, Stage, Window,
};
use futures::future::join_all;

use crate::fixtures::{NOW, commit, later, tenant, unit};
use crate::ledger::{amount, entered, moved, stored_book};

fn control(scope: Scope) -> SpendControl {
    SpendControl {
        id: fresh(),
        tenant: tenant("demo"),
        scope,
        name: None,
        stage: Stage::Live,
        rules: Rules::default(),
        replaces: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn rules() -> Rules {
    let limit = |window| Limit {
        amount: Some(LimitAmount {
            amount: amount("10.50"),
            currency: "EUR".parse().unwrap(),
        }),
        count: Some(3),
        window,
    };
    let period = Period::Month;
    Rules {
        limits: vec![
            limit(Window::PerTransaction),
            limit(Window::Calendar {
                period,
                time_zone: "Europe/Vilnius".to_owned(),
            }),
            limit(Window::Rolling { period }),
            limit(Window::Lifetime),
        ],
        allowed_mccs: ["5812".parse().unwrap()].into(),
        blocked_mccs: ["airlines".parse().unwrap(), "7995".parse().unwrap()].into(),
        allowed_countries: ["LT".to_owned()].into(),
        blocked_countries: ["US".to_owned()].into(),
        allowed_merchants: vec![MerchantRule::Id("M-1".to_owned())],
        blocked_merchants: vec![MerchantRule::Name("Caf\u{E9}".to_owned())],
        max_uses: Some(1),
        merchant_lock: true,
    }
}

/// A control and, where it has one, its mark.
async fn stored(store: &Store, control: &SpendControl) -> Option<SpendMark> {
    let mark = SpendMark::of(control);
    let insert = Change::InsertSpendControl(control.clone());
    let with_mark = mark.clone().map(Change::InsertSpendMark);
    commit(store, [insert].into_iter().chain(with_mark)).await;
    mark
}

pub async fn spend_control_comes_back_the_same_and_is_listed(store: Store) {
    let card = CardId::new();
    let plain = control(Scope::Tenant);
    let of_card = SpendControl {
        name: Some("no flights \u{2708}".to_owned()),
        stage: Stage::Draft,
        rules: rules(),
        replaces: Some(SpendControlId::new()),
        updated_at: later(1),
        ..control(Scope::Card(card))
    };
    let foreign = SpendControl {
        tenant: tenant("other"),
        ..control(Scope::Tenant)
    };
    for control in [&plain, &of_card, &foreign] {
        stored(&store, control).await;
    }
    let demo = &plain.tenant;
    for control in [&plain, &of_card] {
        let found = spend_controls::get(&store, demo, control.id).await;
        assert_eq!(found.unwrap().as_ref(), Some(control));
    }
    let none = spend_controls::get(&store, demo, foreign.id).await;
    assert_eq!(none.unwrap(), None);
    let listed = async |scope, stage, after| {
        let filter = SpendControlFilter { scope, stage };
        let found = spend_controls::list(&store, demo, &filter, after, 9);
        found.await.unwrap()
    };
    let both = [of_card.clone(), plain.clone()];
    assert_eq!(listed(None, None, None).await, both);
    assert_eq!(listed(None, None, Some(of_card.id)).await, both[1..]);
    assert_eq!(listed(None, Some(Stage::Draft), None).await, both[..1]);
    let on_card = Some(Scope::Card(card));
    assert_eq!(listed(on_card, None, None).await, both[..1]);
    assert_eq!(listed(Some(Scope::Tenant), None, None).await, both[1..]);
    let nobody = Some(Scope::Card(CardId::new()));
    assert_eq!(listed(nobody, None, None).await, []);
}

pub async fn spend_control_is_changed_and_deleted_only_as_it_was_read(store: Store) {
    let first = control(Scope::Tenant);
    stored(&store, &first).await;
    let second = SpendControl {
        name: Some("n".to_owned()),
        stage: Stage::Draft,
        rules: rules(),
        version: 2,
        updated_at: later(1),
        ..first.clone()
    };
    let update = Change::UpdateSpendControl(second.clone());
    commit(&store, [update.clone()]).await;
    let delete = |tenant_name: &str, version| Change::DeleteSpendControl {
        tenant: tenant(tenant_name),
        id: first.id,
        version,
    };
    let insert = Change::InsertSpendControl(first.clone());
    for late in [update, insert, delete("demo", 1), delete("other", 2)] {
        let refused = store.commit(unit([late])).await;
        let conflict = Conflict::SpendControl(first.id);
        assert!(
            matches!(&refused, Err(WriteError::Conflict(c)) if *c == conflict),
            "{refused:?}"
        );
    }
    let found = spend_controls::get(&store, &first.tenant, first.id).await;
    assert_eq!(found.unwrap(), Some(second));
    commit(&store, [delete("demo", 2)]).await;
    let found = spend_controls::get(&store, &first.tenant, first.id).await;
    assert_eq!(found.unwrap(), None);
}

pub async fn controls_covering_a_card_come_in_their_order_with_their_marks(store: Store) {
    let (card, customer, budget) = (CardId::new(), CustomerId::new(), BudgetId::new());
    let scopes = [
        Scope::Card(card),
        Scope::Customer(customer),
        Scope::Budget(budget),
        Scope::Tenant,
    ];
    let mut expected = Vec::new();
    // Stored in another order than they are told.
    for scope in scopes.into_iter().rev() {
        let mut pair = Vec::new();
        for _ in 0..2 {
            let control = control(scope);
            let mark = stored(&store, &control).await;
            pair.push((control, mark));
        }
        expected.splice(0..0, pair);
    }
    for other in [
        Scope::Card(CardId::new()),
        Scope::Customer(CustomerId::new()),
        Scope::Budget(BudgetId::new()),
        // An id of one kind is none of another.
        Scope::Customer(CustomerId::from_uuid(card.uuid())),
    ] {
        stored(&store, &control(other)).await;
    }
    let foreign = SpendControl {
        tenant: tenant("other"),
        ..control(Scope::Card(card))
    };
    stored(&store, &foreign).await;

    let demo = tenant("demo");
    let covering = async |customer, budget| {
        let found = spend_controls::covering(&store, &demo, card, customer, budget);
        found.await.unwrap()
    };
    let marked = expected.iter().map(|(_, mark)| mark.is_some());
    let across_books = [false, false, true, true, false, false, true, true];
    assert_eq!(marked.collect::<Vec<_>>(), across_books);
    assert_eq!(covering(Some(customer), Some(budget)).await, expected);
    let alone = [&expected[..2], &expected[6..]].concat();
    assert_eq!(covering(None, None).await, alone);
}

fn next(mark: &SpendMark) -> Change {
    Change::UpdateSpendMark(SpendMark {
        version: mark.version + 1,
        ..mark.clone()
    })
}

/// Decisions on different books, which counted the same history under one control.
pub async fn decisions_at_once_under_one_mark_are_stored_once(store: Store) {
    let control = control(Scope::Tenant);
    let mark = stored(&store, &control).await.unwrap();
    let books = join_all((0..20).map(|_| stored_book(&store))).await;
    let decisions = books.iter().map(|book| {
        let entry = moved(book.clone(), later(1), TransferKind::Fund, "1", "s");
        entered(entry).with(next(&mark))
    });
    let results = join_all(decisions.map(|unit| store.commit(unit))).await;
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
    for (result, book) in results.into_iter().zip(books) {
        let found = ledger::book_of(&store, &book.tenant, book.owner).await;
        let version = found.unwrap().unwrap().version;
        assert_eq!(version, if result.is_ok() { 2 } else { 1 });
        if let Err(refused) = result {
            assert!(is_mark(&refused, control.id), "{refused:?}");
        }
    }
    let found = spend_controls::covering(&store, &control.tenant, CardId::new(), None, None).await;
    let (_, found) = found.unwrap().pop().unwrap();
    assert_eq!(found.unwrap().version, 2);
}

fn is_mark(refused: &WriteError, control: SpendControlId) -> bool {
    matches!(refused, WriteError::Conflict(Conflict::SpendMark(of)) if *of == control)
}

pub async fn mark_is_one_per_control_and_goes_with_it(store: Store) {
    let control = control(Scope::Customer(CustomerId::new()));
    let mark = stored(&store, &control).await.unwrap();
    let second = Change::InsertSpendMark(SpendMark::of(&control).unwrap());
    let refused = store.commit(unit([second])).await.unwrap_err();
    assert!(is_mark(&refused, control.id), "{refused:?}");
    let delete = Change::DeleteSpendControl {
        tenant: control.tenant.clone(),
        id: control.id,
        version: 1,
    };
    store.commit(Unit::new().with(delete)).await.unwrap();
    let refused = store.commit(unit([next(&mark)])).await.unwrap_err();
    assert!(is_mark(&refused, control.id), "{refused:?}");
}
