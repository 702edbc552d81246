use std::collections::{BTreeMap, BTreeSet};

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::controls::ControlRules;
use cardmux_domain::id::fresh;
use cardmux_domain::money::parse_amount;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::time::Timestamp;

use super::*;
use crate::config::{Arm, Prefer, Route, When};

fn name(text: &str) -> InstanceId {
    text.parse().unwrap()
}

fn usd(text: &str) -> Money {
    Money::new(parse_amount(text).unwrap(), "USD".parse().unwrap())
}

fn card_type(instance: &str, provider_ref: &str) -> CardType {
    CardType {
        id: fresh(),
        instance: name(instance),
        spec: CardTypeSpec {
            provider_ref: provider_ref.to_owned(),
            name: provider_ref.to_owned(),
            description: None,
            model: CardModel::Card,
            form: CardForm::Virtual,
            brand: Some("visa".to_owned()),
            country: Some("US".to_owned()),
            currency: "USD".parse().unwrap(),
            bin: None,
            online: true,
            issue_fee: None,
            initial_deposit: None,
            deposit: None,
            deposit_fee: None,
            retained_balance: None,
            capabilities: vec![OperationKind::Issue],
            requirements: Vec::new(),
            enrolment: None,
            controls: ControlRules::default(),
            pin: None,
        },
        listed: true,
        synced_at: Timestamp::from_millis(0),
    }
}

#[derive(Default)]
struct Issuers {
    types: BTreeMap<InstanceId, Vec<Arc<CardType>>>,
    down: BTreeSet<InstanceId>,
    unfit: BTreeSet<String>,
    evidence: BTreeMap<InstanceId, Evidence>,
}

impl Issuers {
    /// Each with one card type of the same name.
    fn of(instances: &[&str]) -> Self {
        let types = instances
            .iter()
            .map(|i| (name(i), vec![Arc::new(card_type(i, i))]));
        Self {
            types: types.collect(),
            ..Self::default()
        }
    }
}

impl Places for Issuers {
    fn types(&self, instance: &InstanceId) -> &[Arc<CardType>] {
        self.types.get(instance).map_or(&[], Vec::as_slice)
    }

    fn is_healthy(&self, instance: &InstanceId) -> bool {
        !self.down.contains(instance)
    }

    fn closed(&self, instance: &InstanceId) -> Option<Obstacle> {
        let down = self.down.contains(instance);
        down.then(|| (ExclusionReason::CircuitOpen, "down".to_owned()))
    }

    fn unfit(&self, card_type: &CardType) -> Option<Obstacle> {
        let unfit = self.unfit.contains(&card_type.spec.provider_ref);
        unfit.then(|| (ExclusionReason::AmountNotAccepted, "too much".to_owned()))
    }

    fn evidence(&self, instance: &InstanceId, _: u32) -> Option<&Evidence> {
        self.evidence.get(instance)
    }
}

fn route(rule: &str, choose: &[(&str, u32)], fallback: &[&str]) -> Route {
    let arm = |(instance, weight): &(&str, u32)| Arm {
        instance: name(instance),
        weight: *weight,
        card_type: None,
    };
    Route {
        name: rule.to_owned(),
        when: When::default(),
        choose: choose.iter().map(arm).collect(),
        fallback: fallback.iter().map(|i| name(i)).collect(),
        prefer: None,
        prefer_window_minutes: 60,
        min_share: 5,
    }
}

fn ask(routes: &[Route], issuers: &Issuers, wish: &Wish, sticky: &str) -> Decision {
    let asked = Asked {
        wish,
        amount: Some(usd("50")),
        customer_country: Some("DE"),
        customer_kind: Some(CustomerKind::Business),
        label: Some("Ads"),
        metadata: &[("team".to_owned(), "growth".to_owned())].into(),
        sticky: sticky.as_bytes(),
    };
    let instances: Vec<InstanceId> = issuers.types.keys().cloned().collect();
    decide(routes, &instances, &asked, issuers)
}

fn chosen(decision: &Decision) -> String {
    let chosen = decision.chosen();
    chosen.map_or_else(String::new, |c| c.instance.to_string())
}

/// How many of 10,000 customers each issuer gets.
fn split(routes: &[Route], issuers: &Issuers) -> BTreeMap<String, i32> {
    let mut counts = BTreeMap::new();
    for customer in 0..10_000 {
        let decision = ask(
            routes,
            issuers,
            &Wish::default(),
            &format!("customer-{customer}"),
        );
        *counts.entry(chosen(&decision)).or_default() += 1;
    }
    counts
}

#[test]
fn requests_are_split_by_weight_and_stay_with_their_customer() {
    let issuers = Issuers::of(&["a", "b", "c"]);
    let routes = [route("r", &[("a", 70), ("b", 25), ("c", 5)], &[])];
    let counts = split(&routes, &issuers);
    for (instance, expected) in [("a", 7000), ("b", 2500), ("c", 500)] {
        let got = counts[instance];
        assert!((got - expected).abs() <= 100, "{instance}: {got}");
    }
    assert_eq!(split(&routes, &issuers), counts);
}

#[test]
fn who_drops_out_moves_its_own_customers_only() {
    let mut issuers = Issuers::of(&["a", "b", "c"]);
    let routes = [route("r", &[("a", 50), ("b", 30), ("c", 20)], &[])];
    let before: Vec<String> = (0..1000)
        .map(|i| chosen(&ask(&routes, &issuers, &Wish::default(), &i.to_string())))
        .collect();
    issuers.down.insert(name("b"));
    for (i, before) in before.iter().enumerate() {
        let now = chosen(&ask(&routes, &issuers, &Wish::default(), &i.to_string()));
        match before.as_str() {
            "b" => assert_ne!(now, "b"),
            other => assert_eq!(now, other),
        }
    }
}

#[test]
fn first_rule_whose_conditions_hold_decides_and_the_others_say_why_not() {
    let issuers = Issuers::of(&["a", "b"]);
    let with = |rule: &str, when: When| Route {
        when,
        ..route(rule, &[("a", 1)], &[])
    };
    let none = When::default;
    let text = |t: &str| vec![t.to_owned()];
    let skipped = [
        (
            "model",
            When {
                model: vec![CardModel::Gift],
                ..none()
            },
        ),
        (
            "form",
            When {
                form: vec![CardForm::Physical],
                ..none()
            },
        ),
        (
            "currency",
            When {
                currency: vec!["EUR".parse().unwrap()],
                ..none()
            },
        ),
        (
            "country",
            When {
                country: text("LT"),
                ..none()
            },
        ),
        (
            "brand",
            When {
                brand: text("mastercard"),
                ..none()
            },
        ),
        (
            "customer_country",
            When {
                customer_country: text("FR"),
                ..none()
            },
        ),
        (
            "customer_type",
            When {
                customer_type: vec![CustomerKind::Individual],
                ..none()
            },
        ),
        (
            "amount_min",
            When {
                amount_min: Some(usd("50.01")),
                ..none()
            },
        ),
        (
            "amount_max",
            When {
                amount_max: Some(usd("49.99")),
                ..none()
            },
        ),
        (
            "label",
            When {
                label: text("Travel"),
                ..none()
            },
        ),
        (
            "metadata",
            When {
                metadata: [("team".to_owned(), "ops".to_owned())].into(),
                ..none()
            },
        ),
        (
            "healthy",
            When {
                healthy: vec![name("gone")],
                ..none()
            },
        ),
        (
            "unhealthy",
            When {
                unhealthy: vec![name("a")],
                ..none()
            },
        ),
    ];
    let holds = When {
        model: vec![CardModel::Gift, CardModel::Card],
        form: vec![CardForm::Virtual],
        currency: vec!["USD".parse().unwrap()],
        country: text("us"),
        brand: text("visa"),
        customer_country: text("DE"),
        customer_type: vec![CustomerKind::Business],
        amount_min: Some(usd("50")),
        amount_max: Some(usd("50")),
        label: text("Ads"),
        metadata: [("team".to_owned(), "growth".to_owned())].into(),
        healthy: vec![name("a")],
        unhealthy: Vec::new(),
    };
    let mut routes: Vec<Route> = skipped
        .iter()
        .map(|(rule, when)| with(rule, when.clone()))
        .collect();
    routes.push(with("holds", holds));
    routes.push(route("never reached", &[("b", 1)], &[]));
    let wish = Wish {
        model: Some(CardModel::Card),
        form: Some(CardForm::Virtual),
        currency: Some("USD".parse().unwrap()),
        country: Some("US".to_owned()),
        brand: Some("visa".to_owned()),
    };
    let mut with_gone = Issuers::of(&["a", "b"]);
    with_gone.down.insert(name("gone"));
    let decision = ask(&routes, &with_gone, &wish, "c");
    assert_eq!(decision.rule.as_deref(), Some("holds"));
    let told: Vec<(&str, &str)> = decision
        .skipped
        .iter()
        .map(|s| (s.rule.as_str(), s.unmet))
        .collect();
    let expected: Vec<(&str, &str)> = skipped.iter().map(|(rule, _)| (*rule, *rule)).collect();
    assert_eq!(told, expected);
    // A wish that leaves something open meets no condition about it.
    let open = ask(&routes, &with_gone, &Wish::default(), "c");
    assert_eq!(open.rule.as_deref(), Some("never reached"));
    assert_eq!(
        ask(&[], &issuers, &Wish::default(), "c").rule.as_deref(),
        Some("default")
    );
    let nothing = ask(&routes[..1], &issuers, &Wish::default(), "c");
    assert_eq!((nothing.rule, nothing.candidates.len()), (None, 0));
}

#[test]
fn without_rules_the_instances_step_in_in_their_order() {
    let mut issuers = Issuers::of(&["a", "b", "c"]);
    issuers.unfit.insert("a".to_owned());
    let decision = ask(&[], &issuers, &Wish::default(), "x");
    let roles: Vec<(String, Role)> = decision
        .candidates
        .iter()
        .map(|c| (c.instance.to_string(), c.role))
        .collect();
    assert_eq!(
        roles,
        [
            ("b".to_owned(), Role::Chosen),
            ("c".to_owned(), Role::Fallback)
        ]
    );
    assert_eq!(
        decision.excluded[0].reason,
        ExclusionReason::AmountNotAccepted
    );
}

#[test]
fn those_who_step_in_come_after_the_chosen_one_and_never_twice() {
    let issuers = Issuers::of(&["a", "b", "c"]);
    let routes = [route("r", &[("a", 1), ("b", 1)], &["c", "a", "b", "c"])];
    let decision = ask(&routes, &issuers, &Wish::default(), "x");
    let chosen = decision.chosen().unwrap().type_id;
    let tried: Vec<_> = decision.tried().collect();
    assert_eq!(tried[0], chosen);
    assert_eq!(tried.len(), 3);
    assert_eq!(tried.iter().collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn the_cheapest_type_of_an_instance_is_taken_unless_the_rule_names_one() {
    let with_fee = |provider_ref: &str, fee: &str| {
        let mut card_type = card_type("a", provider_ref);
        card_type.spec.issue_fee = Some(usd(fee));
        Arc::new(card_type)
    };
    let issuers = Issuers {
        types: [(
            name("a"),
            vec![with_fee("dear", "2"), with_fee("cheap", "1")],
        )]
        .into(),
        ..Issuers::default()
    };
    let by_id = |decision: &Decision| {
        let id = decision.chosen().unwrap().type_id;
        let types = &issuers.types[&name("a")];
        types
            .iter()
            .find(|t| t.id == id)
            .unwrap()
            .spec
            .provider_ref
            .clone()
    };
    let mut routes = [route("r", &[("a", 1)], &[])];
    assert_eq!(
        by_id(&ask(&routes, &issuers, &Wish::default(), "x")),
        "cheap"
    );
    routes[0].choose[0].card_type = Some("dear".to_owned());
    assert_eq!(
        by_id(&ask(&routes, &issuers, &Wish::default(), "x")),
        "dear"
    );
    routes[0].choose[0].card_type = Some("gone".to_owned());
    let decision = ask(&routes, &issuers, &Wish::default(), "x");
    assert_eq!(decision.excluded[0].reason, ExclusionReason::NoMatchingType);
}

#[test]
fn evidence_moves_all_but_the_least_share_to_the_best() {
    let mut issuers = Issuers::of(&["a", "b"]);
    let seen = |issued, failed, mean_ms| Evidence {
        issued,
        failed,
        mean_ms: Some(mean_ms),
        mean_fee: None,
    };
    issuers.evidence.insert(name("a"), seen(50, 50, 100));
    issuers.evidence.insert(name("b"), seen(99, 1, 900));
    let by = |prefer| {
        let route = Route {
            prefer: Some(prefer),
            ..route("r", &[("a", 1), ("b", 1)], &[])
        };
        let decision = ask(&[route], &issuers, &Wish::default(), "x");
        let share = |of: &str| {
            let candidate = decision
                .candidates
                .iter()
                .find(|c| c.instance.as_str() == of);
            candidate.unwrap().share.unwrap()
        };
        (share("a"), share("b"))
    };
    assert_eq!(by(Prefer::Success), (500, 9500));
    assert_eq!(by(Prefer::Latency), (9500, 500));
    // No fee is known of either: the configured weights hold.
    assert_eq!(by(Prefer::Cost), (5000, 5000));
    issuers.evidence.get_mut(&name("b")).unwrap().mean_fee = Some(usd("1"));
    let by_cost = Route {
        prefer: Some(Prefer::Cost),
        ..route("r", &[("a", 1), ("b", 1)], &[])
    };
    let counts = split(&[by_cost], &issuers);
    assert!((9400..=9600).contains(&counts["b"]), "{counts:?}");
}
