//! The choice of an issuer, in memory: the last one of many rules decides, over many card types.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cardmux::config::{Arm, Prefer, Route, When};
use cardmux::routing::{Asked, Evidence, Obstacle, Places, decide};
use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{CardType, CardTypeSpec};
use cardmux_domain::controls::ControlRules;
use cardmux_domain::id::{InstanceId, fresh};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::routing::Wish;
use cardmux_domain::time::Timestamp;

use crate::Result;
use crate::args::Plan;
use crate::report::{Figure, Report};
use crate::stats::{Spread, float, permille};

const BENCH: &str = "routing";
/// No database takes part.
const PLACE: &str = "memory";
const RULES: usize = 100;
const INSTANCES: u32 = 5;
const TYPES_OF_EACH: u32 = 10;
/// The aim for the 99th percentile, in microseconds.
const P99_US: f64 = 50.0;
/// Thousandths, with their names and aims.
const POINTS: [(&str, usize, Option<f64>); 3] = [
    ("p50", 500, None),
    ("p99", 990, Some(P99_US)),
    ("p99.9", 999, None),
];

pub fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let issuers = Issuers::new()?;
    for (place, prefer) in [("weights", None), ("evidence", Some(Prefer::Success))] {
        let rules = rules(&issuers, prefer);
        measure(&issuers, &rules, plan.warm_up)?;
        let mut rounds = Vec::new();
        for _ in 0..plan.rounds {
            rounds.push(measure(&issuers, &rules, plan.round)?);
        }
        let rate = rounds
            .iter()
            .map(|round| float(round.len()) / plan.round.as_secs_f64());
        let metric = format!("{place} rate");
        let figure = Figure::new(BENCH, PLACE, &metric, Spread::of(rate), "1/s")
            .with("rules", RULES)
            .with("card_types", INSTANCES * TYPES_OF_EACH);
        report.add(figure)?;
        for (name, point, aim) in POINTS {
            let micros = |round: &Vec<Duration>| permille(round, point).as_secs_f64() * 1e6;
            let metric = format!("{place} {name}");
            let figure = Figure::new(
                BENCH,
                PLACE,
                &metric,
                Spread::of(rounds.iter().map(micros)),
                "us",
            );
            report.add(match aim {
                Some(most) => figure.below(most),
                None => figure,
            })?;
        }
    }
    Ok(())
}

/// How long each decision of a round took, sorted; each about another customer.
fn measure(issuers: &Issuers, rules: &[Route], time: Duration) -> Result<Vec<Duration>> {
    let wish = Wish {
        model: Some(CardModel::Card),
        form: Some(CardForm::Virtual),
        currency: Some("USD".parse()?),
        country: None,
        brand: Some("visa".to_owned()),
    };
    let metadata = BTreeMap::from([("team".to_owned(), "growth".to_owned())]);
    let mut took = Vec::new();
    let end = Instant::now() + time;
    let mut customer = 0_u64;
    loop {
        customer += 1;
        let sticky = customer.to_be_bytes();
        let asked = Asked {
            wish: &wish,
            amount: Some(Money::new(Decimal::from(50), "USD".parse()?)),
            customer_country: Some("DE"),
            customer_kind: None,
            label: Some("Ads"),
            metadata: &metadata,
            sticky: &sticky,
        };
        let began = Instant::now();
        let decision = black_box(decide(
            rules,
            &issuers.instances,
            black_box(&asked),
            issuers,
        ));
        let now = Instant::now();
        if decision.chosen().is_none() || decision.skipped.len() + 1 != RULES {
            return Err("the last rule does not decide".into());
        }
        took.push(now - began);
        if now >= end {
            took.sort_unstable();
            return Ok(took);
        }
    }
}

/// All but the last one are about another label.
fn rules(issuers: &Issuers, prefer: Option<Prefer>) -> Vec<Route> {
    let arm = |instance: &InstanceId| Arm {
        instance: instance.clone(),
        weight: 25,
        card_type: None,
    };
    let rule = |number: usize| Route {
        name: format!("rule {number}"),
        when: When {
            model: vec![CardModel::Card],
            form: vec![CardForm::Virtual],
            label: match number {
                RULES => Vec::new(),
                number => vec![format!("label {number}")],
            },
            ..When::default()
        },
        choose: issuers.instances.iter().take(4).map(arm).collect(),
        fallback: issuers.instances.clone(),
        prefer,
        prefer_window_minutes: 60,
        min_share: 5,
    };
    (1..=RULES).map(rule).collect()
}

struct Issuers {
    instances: Vec<InstanceId>,
    types: BTreeMap<InstanceId, Vec<Arc<CardType>>>,
    evidence: BTreeMap<InstanceId, Evidence>,
}

impl Issuers {
    fn new() -> Result<Self> {
        let mut issuers = Self {
            instances: Vec::new(),
            types: BTreeMap::new(),
            evidence: BTreeMap::new(),
        };
        for number in 0..INSTANCES {
            let instance: InstanceId = format!("issuer_{number}").parse()?;
            let mut types = Vec::new();
            for number in 0..TYPES_OF_EACH {
                types.push(Arc::new(card_type(&instance, number)?));
            }
            let evidence = Evidence {
                issued: 900 + u64::from(number),
                failed: 100,
                mean_ms: Some(300),
                mean_fee: None,
            };
            issuers.types.insert(instance.clone(), types);
            issuers.evidence.insert(instance.clone(), evidence);
            issuers.instances.push(instance);
        }
        Ok(issuers)
    }
}

impl Places for Issuers {
    fn types(&self, instance: &InstanceId) -> &[Arc<CardType>] {
        self.types.get(instance).map_or(&[], Vec::as_slice)
    }

    fn is_healthy(&self, _: &InstanceId) -> bool {
        true
    }

    fn closed(&self, _: &InstanceId) -> Option<Obstacle> {
        None
    }

    fn unfit(&self, _: &CardType) -> Option<Obstacle> {
        None
    }

    fn evidence(&self, instance: &InstanceId, _: u32) -> Option<&Evidence> {
        self.evidence.get(instance)
    }
}

fn card_type(instance: &InstanceId, number: u32) -> Result<CardType> {
    let currency = "USD".parse()?;
    Ok(CardType {
        id: fresh(),
        instance: instance.clone(),
        spec: CardTypeSpec {
            provider_ref: number.to_string(),
            name: format!("Card type {number}"),
            description: None,
            model: CardModel::Card,
            form: CardForm::Virtual,
            brand: Some("visa".to_owned()),
            country: Some("US".to_owned()),
            currency,
            bin: None,
            online: true,
            issue_fee: Some(Money::new(Decimal::from(number), currency)),
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
    })
}
