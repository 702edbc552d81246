//! Random streams, recorded by a plain model and replayed.

use std::collections::BTreeSet;

use Verdict::{Approve, Decline};
use proptest::prelude::*;
use proptest::sample::select;

use super::model::{Held, Model, Plain, Step, World};
use super::tests::control;
use super::*;
use crate::id::fresh;
use crate::spend_control::{
    Answers, History, Limit, LimitAmount, MerchantRule, Period, Question, Rules, Window, questions,
};

/// Days on which something is odd about the calendar, in milliseconds.
const ODD_DAYS: [i64; 6] = [
    1_774_735_200_000, // Vilnius goes forward 2026-03-29.
    1_792_875_600_000, // Vilnius goes back 2026-10-25.
    1_541_214_000_000, // Sao Paulo skips midnight 2018-11-04.
    1_225_578_600_000, // St John's goes back over midnight 2008-11-02.
    1_709_164_800_000, // The end of February 2024.
    1_798_675_200_000, // The end of 2026.
];

fn a_time_zone() -> impl Strategy<Value = String> {
    let zones = [
        "UTC",
        "Europe/Vilnius",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Asia/Kolkata",
    ];
    select(zones.to_vec()).prop_map(str::to_owned)
}

fn a_window() -> impl Strategy<Value = Window> {
    let period = || select(vec![Period::Day, Period::Week, Period::Month]);
    prop_oneof![
        Just(Window::PerTransaction),
        Just(Window::Lifetime),
        period().prop_map(|period| Window::Rolling { period }),
        (period(), a_time_zone())
            .prop_map(|(period, time_zone)| Window::Calendar { period, time_zone }),
    ]
}

fn a_limit() -> impl Strategy<Value = Limit> {
    let amount =
        prop::option::weighted(0.8, (20_i64..600, select(vec!["EUR", "EUR", "EUR", "USD"])));
    (amount, prop::option::weighted(0.4, 1_u32..8), a_window()).prop_map(
        |(amount, count, window)| {
            let amount = amount.map(|(amount, currency)| LimitAmount {
                amount: Decimal::from(amount),
                currency: currency.parse().unwrap(),
            });
            Limit {
                amount,
                count,
                window,
            }
        },
    )
}

fn some_rules() -> impl Strategy<Value = Rules> {
    let rarely = |text: &'static str| prop::option::weighted(0.15, Just(text));
    (
        prop::collection::vec(a_limit(), 0..3),
        rarely("airlines"),
        rarely("US"),
        rarely("M-1"),
        prop::option::weighted(0.15, 1_u32..10),
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |(limits, mcc, country, merchant, max_uses, merchant_lock)| Rules {
                limits,
                blocked_mccs: mcc.into_iter().map(|text| text.parse().unwrap()).collect(),
                allowed_countries: country
                    .into_iter()
                    .map(str::to_owned)
                    .collect::<BTreeSet<_>>(),
                blocked_merchants: merchant
                    .into_iter()
                    .map(|id| MerchantRule::Id(id.to_owned()))
                    .collect(),
                max_uses,
                merchant_lock,
                ..Rules::default()
            },
        )
}

/// Rules, and which scope of the world they are on.
fn a_control() -> impl Strategy<Value = (usize, Rules)> {
    (0_usize..9, some_rules())
}

fn scope(world: &World, which: usize) -> Scope {
    match which {
        0..4 => Scope::Card(world.cards[which]),
        4..6 => Scope::Customer(world.customers[which - 4]),
        6..8 => Scope::Budget(world.budgets[which - 6]),
        _ => Scope::Tenant,
    }
}

fn controls(world: &World, drawn: &[(usize, Rules)]) -> Vec<SpendControl> {
    let drawn = drawn.iter();
    drawn
        .map(|(which, rules)| control(scope(world, *which), rules.clone()))
        .collect()
}

fn a_payment() -> impl Strategy<Value = (usize, usize, Money)> {
    let currency = select(vec!["EUR", "EUR", "EUR", "EUR", "EUR", "USD"]);
    (0_usize..5, 0_usize..4, 0_i64..120, currency).prop_map(|(card, merchant, amount, currency)| {
        let amount = Money::new(
            Decimal::from(amount.saturating_sub(8).max(0)),
            currency.parse().unwrap(),
        );
        (card, merchant, amount)
    })
}

fn pays(endpoints: Vec<Option<Verdict>>) -> impl Strategy<Value = Step> {
    (a_payment(), prop::bool::weighted(0.1), select(endpoints)).prop_map(
        |((card, merchant, amount), other_reason, endpoint)| Step::Pay {
            card,
            merchant,
            amount,
            other_reason,
            endpoint,
        },
    )
}

fn funds() -> impl Strategy<Value = Step> {
    (0_usize..3, -50_i64..400).prop_map(|(book, amount)| Step::Fund {
        book,
        amount: Decimal::from(amount),
    })
}

fn a_step() -> impl Strategy<Value = Step> {
    let which = || 0_usize..1000;
    let amount = || (0_i64..120).prop_map(Decimal::from);
    prop_oneof![
        10 => pays(vec![None, None, Some(Approve), Some(Decline)]),
        2 => funds(),
        1 => a_payment().prop_map(|(card, merchant, amount)| Step::Unasked { card, merchant, amount }),
        1 => (which(), amount()).prop_map(|(which, part)| Step::Reverse(which, part)),
        1 => which().prop_map(Step::Expire),
        2 => (which(), amount()).prop_map(|(which, amount)| Step::Post(which, amount)),
        1 => which().prop_map(Step::Force),
    ]
}

/// Steps, each some time after the one before; the days around the odd one are crossed. Now and then a
/// step was received a little before the last one, as of two requests at a time.
fn steps<S: Strategy<Value = Step>>(step: S) -> impl Strategy<Value = Vec<(Timestamp, Step)>> {
    let wait = prop_oneof![
        3 => 0_i64..3,
        5 => 0_i64..7_200_000,
        3 => 0_i64..40_000_000,
        1 => select(vec![86_399_999, 86_400_000]),
        1 => -5_i64..0,
    ];
    (
        select(ODD_DAYS.to_vec()),
        prop::collection::vec((wait, step), 1..70),
    )
        .prop_map(|(odd, steps)| {
            let begin = odd - 2 * 86_400_000;
            let timed = steps.into_iter().scan(begin, |at, (wait, step)| {
                *at += wait;
                Some((Timestamp::from_millis(*at), step))
            });
            timed.collect()
        })
}

fn drawn_controls() -> impl Strategy<Value = Vec<(usize, Rules)>> {
    prop::collection::vec(a_control(), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn replay_under_the_rules_then_in_force_says_what_was_said(
        drawn in drawn_controls(),
        steps in steps(a_step()),
        cut in any::<prop::sample::Index>(),
    ) {
        let world = World::new();
        let controls = controls(&world, &drawn);
        let mut model = Model::new(&world, &controls);
        let (before, after) = steps.split_at(cut.index(steps.len()));
        for (at, step) in before {
            model.step(step, *at);
        }
        let start = model.begins_here();
        for (at, step) in after {
            model.step(step, *at);
        }
        let replayed = replay(start, model.happened.clone(), &controls);
        prop_assert_eq!(replayed.len(), model.said.len());
        for (replayed, (verdict, codes)) in replayed.iter().zip(&model.said) {
            prop_assert_eq!(replayed.recorded, *verdict);
            prop_assert_eq!(replayed.replayed, *verdict, "{:?}", replayed);
            let found: Vec<_> = replayed.reasons.iter().map(|reason| reason.code).collect();
            prop_assert_eq!(&found, codes);
        }
    }

    #[test]
    fn replay_under_other_rules_says_what_they_would_have_said(
        drawn in prop::collection::vec(a_control(), 1..6),
        other in some_rules(),
        which in any::<prop::sample::Index>(),
        steps in steps(prop_oneof![6 => pays(vec![None, Some(Approve)]), 1 => funds()]),
    ) {
        let world = World::new();
        let recorded_by = controls(&world, &drawn);
        let mut changed = recorded_by.clone();
        let which = which.index(changed.len());
        changed[which].rules = other;
        let mut recorded = Model::new(&world, &recorded_by);
        let mut anew = Model::new(&world, &changed);
        for (at, step) in &steps {
            recorded.step(step, *at);
            anew.step(step, *at);
        }
        let replayed = replay(Start::default(), recorded.happened, &changed);
        let codes = |reasons: Vec<Reason>| reasons.into_iter().map(|r| r.code).collect();
        let said: Vec<(Verdict, Vec<DeclineReason>)> =
            replayed.into_iter().map(|r| (r.replayed, codes(r.reasons))).collect();
        prop_assert_eq!(said, anew.said);
    }

    #[test]
    fn check_says_the_same_by_answers_and_by_the_memory_of_a_replay(
        drawn in drawn_controls(),
        steps in steps(a_step()),
        (card, merchant, amount) in a_payment(),
        later in 0_i64..100_000_000,
    ) {
        let world = World::new();
        let controls = controls(&world, &drawn);
        let mut model = Model::new(&world, &controls);
        for (at, step) in &steps {
            model.step(step, *at);
        }
        let last = steps.last().map_or(0, |(at, _)| at.as_millis());
        let at = Timestamp::from_millis(last + later);
        let merchant = &world.merchants[merchant];
        let attempt = Attempt { at, amount, merchant };
        let around: Vec<Scope> =
            scopes(world.cards[card], world.customer(card), world.budget(card)).collect();
        let covering = || controls.iter().filter(|control| around.contains(&control.scope));

        let plain = Plain(&model.payments);
        let mut answers = Answers::default();
        for question in questions(covering(), at) {
            match question {
                Question::Spent { scope, since } => {
                    let Ok(spent) = plain.spent(scope, since);
                    answers.put_spent(scope, since, spent);
                }
                Question::FirstMerchant { scope } => {
                    let Ok(first) = plain.first_merchant(scope);
                    answers.put_first_merchant(scope, first);
                }
            }
        }
        let start = model.begins_here();
        let run = Run::begin(start.available, &start.counted, &[], &controls);
        let Ok(by_memory) = check(covering(), &attempt, &run.memory);
        prop_assert_eq!(check(covering(), &attempt, &answers), Ok(by_memory));
    }

    #[test]
    fn memory_counts_what_is_written_down_in_whatever_order_it_came(
        payments in prop::collection::vec(
            (0_i64..12, a_payment(), (0_i64..50, any::<bool>()), (0_i64..50, any::<bool>())),
            0..25,
        ),
    ) {
        let world = World::new();
        let row = payments.into_iter().map(|(at, (card, merchant, amount), first, second)| {
            let counted = Counted {
                authorization: fresh(),
                at: Timestamp::from_millis(at),
                card: world.cards[card],
                customer: world.customer(card),
                budget: world.budget(card),
                amount,
                counted: Decimal::from(second.0),
                counts: second.1,
                merchant: world.merchants[merchant].clone(),
            };
            (counted, first)
        });
        let (written, before): (Vec<Counted>, Vec<(i64, bool)>) = row.unzip();
        let all: HashSet<Scope> = (0..9).map(|which| scope(&world, which)).collect();
        let mut memory = Memory::of(written.iter().map(Known::from).collect(), &all);
        for (payment, (counted, counts)) in written.iter().zip(before) {
            memory.count(payment.authorization, Decimal::from(counted), counts);
        }
        for payment in &written {
            memory.count(payment.authorization, payment.counted, payment.counts);
        }
        let held = |counted: &Counted| Held {
            counted: counted.clone(),
            held: Decimal::ZERO,
            posted: Decimal::ZERO,
        };
        let held: Vec<Held> = written.iter().map(held).collect();
        let plain = Plain(&held);
        for scope in all {
            prop_assert_eq!(memory.first_merchant(scope), plain.first_merchant(scope));
            for since in (0..13).map(Timestamp::from_millis).map(Some).chain([None]) {
                let (Ok(found), Ok(expected)) = (memory.spent(scope, since), plain.spent(scope, since));
                prop_assert_eq!(found.count, expected.count);
                for currency in ["EUR", "USD"].map(|code| code.parse().unwrap()) {
                    prop_assert_eq!(found.of(currency), expected.of(currency));
                }
            }
        }
    }
}
