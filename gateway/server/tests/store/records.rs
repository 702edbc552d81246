use cardmux::store::card_types::{self, CardTypeFilter};
use cardmux::store::cards::{self, CardFilter};
use cardmux::store::events::EventFilter;
use cardmux::store::operations::{self, OperationFilter};
use cardmux::store::{ApiKey, Change, Store, api_keys, events};
use cardmux_domain::card::{Balance, Card, CardStatus};
use cardmux_domain::card_type::{AmountRule, FeeRule, Requirement};
use cardmux_domain::controls::{Controls, SpendInterval, SpendLimit};
use cardmux_domain::id::{ApiKeyId, BudgetId, CardId, CustomerId, EnrolmentId, OperationId};
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{Attention, Failure, OperationStatus};
use cardmux_domain::provider::Outcome;

use crate::fixtures::*;

pub async fn money_at_its_extremes_is_kept_exactly(store: Store) {
    let offered = stored_type(&store).await;
    for micros in [i64::MAX, i64::MIN, 0, 1, -1, 9_007_199_254_740_993] {
        let mut card = card(&offered);
        let money = Money::from_micros(micros, "USDT".parse().unwrap());
        card.balance = Some(Balance { money, as_of: NOW });
        commit(&store, [Change::InsertCard(card.clone())]).await;
        let stored = cards::get(&store, &card.tenant, card.id).await.unwrap();
        assert_eq!(stored, Some(card));
    }
}

fn full_controls() -> Controls {
    Controls {
        spend_limits: Some(vec![SpendLimit {
            channel: None,
            interval: SpendInterval::PerTransaction,
            amount: parse_amount("12.50").unwrap(),
        }]),
        allowed_mccs: Some(Vec::new()),
        blocked_mccs: Some(vec!["7995".parse().unwrap()]),
        no_pin_limit: Some(parse_amount("0").unwrap()),
    }
}

fn full_card(of: &cardmux_domain::card_type::CardType) -> Card {
    let mut card = card(of);
    card.status = CardStatus::Frozen;
    card.provider_status = Some("FREEZE".to_owned());
    card.drift = true;
    card.provider_ref = Some("1234567890123456789".to_owned());
    card.brand = Some("visa".to_owned());
    card.last4 = Some("4242".to_owned());
    card.label = Some("Büro \u{1F4B3} 'quoted' \"twice\"".to_owned());
    card.external_id = Some("crm-1".to_owned());
    card.customer_id = Some(CustomerId::new());
    card.enrolment_id = Some(EnrolmentId::new());
    card.budget_id = Some(BudgetId::new());
    card.controls = full_controls();
    card.note = Some("n".to_owned());
    card.metadata = [("k".to_owned(), "v\n".to_owned())].into();
    card.pending_operation = Some(OperationId::new());
    card.refresh_at = Some(later(5));
    card
}

pub async fn card_with_every_field_comes_back_the_same(store: Store) {
    let offered = stored_type(&store).await;
    let card = full_card(&offered);
    commit(&store, [Change::InsertCard(card.clone())]).await;
    let found = cards::find_by_provider_ref(&store, &card.instance, "1234567890123456789").await;
    assert_eq!(found.unwrap(), Some(card.clone()));

    let mut emptied = crate::fixtures::card(&offered);
    (emptied.id, emptied.version) = (card.id, 2);
    commit(&store, [Change::UpdateCard(emptied.clone())]).await;
    let stored = cards::get(&store, &card.tenant, card.id).await.unwrap();
    assert_eq!(stored, Some(emptied));
}

pub async fn operation_with_every_field_comes_back_the_same(store: Store) {
    let card = card(&stored_type(&store).await);
    let mut full = operation(&card);
    let usd = |text: &str| Money::new(parse_amount(text).unwrap(), "USD".parse().unwrap());
    full.amount = Some(usd("50"));
    full.fee = Some(usd("0.000001"));
    full.received = Some(usd("-49.9"));
    full.provider_ref = Some("r".to_owned());
    full.provider_status = Some("fail".to_owned());
    full.subject_ref = Some("c".to_owned());
    full.holds_secret = true;
    full.controls = Some(full_controls());
    full.note = Some("n".to_owned());
    full.failure = Some(Failure {
        code: "insufficient_funds".to_owned(),
        message: "m".to_owned(),
        outcome: Outcome::Rejected,
        provider_code: Some("500".to_owned()),
        provider_message: None,
    });
    full.attention = Some(Attention {
        reason: "cannot tell".to_owned(),
        evidence: vec!["a".to_owned(), "b".to_owned()],
    });
    (full.occurred_at, full.sent_at) = (Some(NOW), Some(later(1)));
    (full.sends, full.lookups) = (2, i32::MAX);
    let plain = operation(&card);
    let inserts = [full.clone(), plain.clone()].map(Change::InsertOperation);
    commit(
        &store,
        [Change::InsertCard(card)].into_iter().chain(inserts),
    )
    .await;

    let tenant = full.tenant.clone();
    let stored = operations::get(&store, &tenant, full.id).await.unwrap();
    assert_eq!(stored.as_ref(), Some(&full));
    let found = operations::find_by_reference(&store, &full.instance, &full.reference).await;
    assert_eq!(found.unwrap().as_ref(), Some(&full));
    for (needs_attention, expected) in [(true, &full), (false, &plain)] {
        let filter = OperationFilter {
            card_id: full.subject.card(),
            status: Some(OperationStatus::Pending),
            needs_attention: Some(needs_attention),
            ..OperationFilter::default()
        };
        let listed = operations::list(&store, &tenant, &filter, None, 10).await;
        assert_eq!(listed.unwrap(), std::slice::from_ref(expected));
    }
}

pub async fn operations_that_need_a_person_are_listed_over_all_tenants(store: Store) {
    let offered = stored_type(&store).await;
    let mut waiting = Vec::new();
    for name in ["acme", "globex"] {
        let mut card = card(&offered);
        card.tenant = tenant(name);
        let mut asks = operation(&card);
        asks.attention = Some(Attention {
            reason: "two fit".to_owned(),
            evidence: Vec::new(),
        });
        let fine = operation(&card);
        waiting.push(asks.clone());
        let operations = [asks, fine].map(Change::InsertOperation);
        let changes = [Change::InsertCard(card)].into_iter().chain(operations);
        commit(&store, changes).await;
    }
    let [acme, globex] = waiting.try_into().unwrap();
    let queue = async |tenant, needed, after, limit| {
        let filter = OperationFilter {
            needs_attention: needed,
            ..OperationFilter::default()
        };
        let page = operations::list_for_operator(&store, tenant, &filter, after, limit).await;
        page.unwrap()
    };
    let both = [globex.clone(), acme.clone()];
    assert_eq!(queue(None, Some(true), None, 10).await, both);
    assert_eq!(queue(None, Some(true), None, 1).await, both[..1]);
    let rest = queue(None, Some(true), Some(globex.id), 10).await;
    assert_eq!(rest, both[1..]);
    let of_acme = queue(Some(&acme.tenant), Some(true), None, 10).await;
    assert_eq!(of_acme, both[1..]);
    assert_eq!(queue(None, None, None, 10).await.len(), 4);
}

pub async fn cards_are_listed_newest_first_and_stable_under_inserts(store: Store) {
    let offered = stored_type(&store).await;
    let issued_at = |millis| {
        let mut card = card(&offered);
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
        card.id = CardId::from_uuid(uuid);
        card
    };
    let all: Vec<Card> = (1..=7).map(issued_at).collect();
    let insert = |card: &Card| Change::InsertCard(card.clone());
    commit(&store, all.iter().map(insert)).await;
    let (tenant, filter) = (tenant("demo"), CardFilter::default());
    let mut seen = Vec::new();
    loop {
        let after = seen.last().map(|card: &Card| card.id);
        let page = cards::list(&store, &tenant, &filter, after, 3)
            .await
            .unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
        let meanwhile = issued_at(100 + u64::try_from(seen.len()).unwrap());
        commit(&store, [Change::InsertCard(meanwhile)]).await;
    }
    let newest_first: Vec<Card> = all.into_iter().rev().collect();
    assert_eq!(seen, newest_first);
}

pub async fn cards_are_filtered_and_never_cross_tenants(store: Store) {
    let offered = stored_type(&store).await;
    let full = full_card(&offered);
    let mut foreign = card(&offered);
    foreign.tenant = tenant("other");
    let inserts = [&full, &foreign, &card(&offered)].map(|c| Change::InsertCard(c.clone()));
    commit(&store, inserts).await;

    let filter = CardFilter {
        status: Some(CardStatus::Frozen),
        instance: Some(full.instance.clone()),
        type_id: Some(offered.id),
        external_id: full.external_id.clone(),
        label: full.label.clone(),
        customer_id: full.customer_id,
        budget_id: full.budget_id,
    };
    let listed = cards::list(&store, &full.tenant, &filter, None, 10).await;
    assert_eq!(listed.unwrap(), std::slice::from_ref(&full));
    let everything = CardFilter::default();
    let listed = cards::list(&store, &foreign.tenant, &everything, None, 10).await;
    assert_eq!(listed.unwrap(), [foreign.clone()]);
    let other = cards::get(&store, &full.tenant, foreign.id).await.unwrap();
    assert_eq!(other, None);
}

pub async fn events_are_listed_oldest_first(store: Store) {
    let offered = stored_type(&store).await;
    let (card, operation, intent) = intent(&offered, "k");
    store.commit(intent).await.unwrap();
    let mut second = event(&card);
    second.operation_id = Some(operation.id);
    commit(&store, [Change::InsertEvent(second.clone())]).await;
    let listed = events::list(&store, &card.tenant, &EventFilter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed[0].id.uuid() < listed[1].id.uuid());
    assert!(listed.contains(&second));
    let rest = events::list(
        &store,
        &card.tenant,
        &EventFilter::default(),
        Some(listed[0].id),
        10,
    )
    .await;
    assert_eq!(rest.unwrap(), &listed[1..]);
}

pub async fn card_types_keep_their_id_and_become_unlisted(store: Store) {
    let mut first = card_type("a");
    first.spec.initial_deposit = Some(AmountRule {
        required: true,
        min: Some(parse_amount("10.50").unwrap()),
        max: None,
        decimals: Some(2),
    });
    first.spec.deposit_fee = Some(FeeRule {
        rate_percent: parse_amount("1.25").unwrap(),
        fixed: parse_amount("0").unwrap(),
    });
    first.spec.issue_fee = Some(Money::from_micros(1, "EUR".parse().unwrap()));
    first.spec.requirements = vec![Requirement::Cardholder];
    let (second, instance) = (card_type("b"), first.instance.clone());
    let put = |types| Change::PutCardTypes {
        instance: instance.clone(),
        types,
    };
    commit(&store, [put(vec![first.clone(), second.clone()])]).await;
    let stored = card_types::get(&store, first.id).await.unwrap();
    assert_eq!(stored, Some(first.clone()));

    let mut renamed = card_type("a");
    renamed.spec.name = "New name".to_owned();
    commit(&store, [put(vec![renamed.clone()])]).await;
    let found = card_types::find(&store, &instance, "a")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.id, found.spec), (first.id, renamed.spec));
    let gone = card_types::get(&store, second.id).await.unwrap().unwrap();
    assert!(!gone.listed);
    let filter = CardTypeFilter {
        listed: Some(true),
        ..CardTypeFilter::default()
    };
    let listed = card_types::list(&store, &[instance], &filter)
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
}

pub async fn api_keys_are_found_and_revoked_once(store: Store) {
    let key = ApiKey {
        id: ApiKeyId::new(),
        tenant: tenant("demo"),
        name: "ci".to_owned(),
        scopes: vec!["cards:read".to_owned()],
        hash: vec![0, 255, 7],
        created_at: NOW,
        expires_at: Some(later(9)),
        revoked_at: None,
    };
    commit(&store, [Change::InsertApiKey(key.clone())]).await;
    assert_eq!(
        api_keys::find(&store, key.id).await.unwrap(),
        Some(key.clone())
    );
    let revoke = |tenant, at| Change::RevokeApiKey {
        tenant,
        id: key.id,
        at,
    };
    let foreign = store.commit(unit([revoke(tenant("other"), NOW)])).await;
    assert!(foreign.is_err());
    commit(&store, [revoke(key.tenant.clone(), later(1))]).await;
    commit(&store, [revoke(key.tenant.clone(), later(2))]).await;
    let listed = api_keys::list(&store, &key.tenant, None, 9).await.unwrap();
    assert_eq!(listed[0].revoked_at, Some(later(1)));
    let rest = api_keys::list(&store, &key.tenant, Some(key.id), 9).await;
    assert!(rest.unwrap().is_empty());
}

pub async fn api_key_expires_at_the_earliest_end_it_was_given(store: Store) {
    let key = |expires_at| ApiKey {
        id: ApiKeyId::new(),
        tenant: tenant("demo"),
        name: "ci".to_owned(),
        scopes: vec!["cards:read".to_owned()],
        hash: vec![1],
        created_at: NOW,
        expires_at,
        revoked_at: None,
    };
    for (given, expected) in [
        (None, later(5)),
        (Some(later(9)), later(5)),
        (Some(later(3)), later(3)),
    ] {
        let key = key(given);
        let (id, tenant) = (key.id, key.tenant.clone());
        commit(&store, [Change::InsertApiKey(key)]).await;
        let expire = |tenant, at| Change::ExpireApiKey { tenant, id, at };
        let foreign = expire(crate::fixtures::tenant("other"), later(1));
        assert!(store.commit(unit([foreign])).await.is_err());
        commit(&store, [expire(tenant.clone(), later(5))]).await;
        commit(&store, [expire(tenant, later(7))]).await;
        let stored = api_keys::find(&store, id).await.unwrap().unwrap();
        assert_eq!(stored.expires_at, Some(expected));
    }
}
