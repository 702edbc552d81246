use cardmux_domain::id::fresh;
use cardmux_domain::spend_control::{Rules, Scope, SpendControl, Stage, replay};
use proptest::prelude::*;
use serde_json::json;

use super::model::{Beyond, Model, Step, tenant};
use super::*;

const BEGIN: i64 = 1_780_000_000_000;
const HOUR: i64 = 3_600_000;

/// Every kind of window and scope, tight enough that each says no now and then.
fn controls(model: &Model) -> Vec<SpendControl> {
    let amount = |amount: &str, window| json!({ "limits": [{ "amount": { "amount": amount, "currency": "EUR" }, "window": window }] });
    let calendar =
        |period| json!({ "kind": "calendar", "period": period, "timeZone": "Europe/Vilnius" });
    let rules = [
        (
            Scope::Card(model.cards[0]),
            amount("40", json!({ "kind": "rolling", "period": "day" })),
        ),
        (
            Scope::Card(model.cards[1]),
            json!({ "maxUses": 6, "merchantLock": true }),
        ),
        (
            Scope::Customer(model.customer),
            json!({ "limits": [{ "count": 7, "window": calendar("week") }] }),
        ),
        (Scope::Budget(model.budget), amount("60", calendar("day"))),
        (Scope::Tenant, amount("150", calendar("month"))),
        (Scope::Tenant, amount("400", json!({ "kind": "lifetime" }))),
    ];
    rules.map(|(scope, rules)| control(scope, rules)).into()
}

fn control(scope: Scope, rules: serde_json::Value) -> SpendControl {
    let rules: Rules = serde_json::from_value(rules).unwrap();
    assert_eq!(rules.problems(), []);
    SpendControl {
        id: fresh(),
        tenant: tenant(),
        scope,
        name: None,
        stage: Stage::Live,
        rules,
        replaces: None,
        version: 1,
        created_at: Timestamp::from_millis(BEGIN),
        updated_at: Timestamp::from_millis(BEGIN),
    }
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let beyond = prop_oneof![
        6 => Just(Beyond::Nobody),
        2 => Just(Beyond::Endpoint(Verdict::Approve)),
        1 => Just(Beyond::Endpoint(Verdict::Decline)),
        1 => Just(Beyond::Deadline),
        1 => Just(Beyond::TooLate),
    ];
    let ask =
        (0_usize..2, 0_u32..30, 0_usize..2, beyond).prop_map(|(card, amount, merchant, beyond)| {
            Step::Ask {
                card,
                amount,
                merchant,
                beyond,
            }
        });
    let row = || 0_usize..40;
    let step = prop_oneof![
        8 => ask,
        2 => (0_usize..2, 1_u32..60).prop_map(|(card, amount)| Step::Fund { card, amount }),
        1 => row().prop_map(Step::Approve),
        2 => (row(), 1_u32..30).prop_map(|(row, amount)| Step::Reverse(row, amount)),
        2 => (row(), 1_u32..30).prop_map(|(row, amount)| Step::Present(row, amount)),
        1 => row().prop_map(Step::Return),
        1 => row().prop_map(Step::Expire),
        1 => (0_usize..2, 1_u32..20).prop_map(|(card, amount)| Step::Unasked { card, amount }),
    ];
    // Often in the same millisecond: a burst.
    let pause = prop_oneof![3 => Just(0), 2 => 1_i64..1000, 3 => 0..30 * HOUR];
    prop::collection::vec((pause, step), 1..120)
}

/// What the store would give for this span.
fn past(model: &Model, from: Timestamp, to: Timestamp) -> Past {
    let (before, rest): (Vec<_>, Vec<_>) = model
        .rows
        .iter()
        .cloned()
        .partition(|row| row.times.received_at < from);
    let within = rest.into_iter().filter(|r| r.times.received_at < to);
    let transfers = model.transfers.iter().filter(|t| t.booked_at >= from);
    Past {
        from,
        to,
        within: within.collect(),
        before,
        books: model.books.clone(),
        transfers: transfers.cloned().collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The live controls reproduce what they had decided, wherever the span begins and ends.
    #[test]
    fn backtest_of_the_controls_in_force_reproduces_every_verdict(
        steps in steps(), from in 0_usize..120, length in 1_usize..120,
    ) {
        let mut model = Model::new(Timestamp::from_millis(BEGIN));
        model.controls = controls(&model);
        let mut times = Vec::new();
        for (pause, step) in &steps {
            model.now = Timestamp::from_millis(model.now.as_millis() + pause);
            times.push(model.now);
            model.take(step);
        }
        let from = times[from % times.len()];
        let end = Timestamp::from_millis(model.now.as_millis() + 1);
        let to = times.iter().copied().filter(|t| *t > from).nth(length).unwrap_or(end);
        let past = past(&model, from, to);
        let asked = past.within.iter().filter(|row| row.verdict.is_some()).count();
        let (start, happenings) = of(past);
        let decided = replay(start, happenings, &model.controls);
        prop_assert_eq!(decided.len(), asked);
        for decided in decided {
            let row = model.rows.iter().find(|row| row.id == decided.authorization).unwrap();
            prop_assert_eq!(Some(decided.recorded), row.verdict);
            prop_assert_eq!(decided.replayed, decided.recorded, "{:?} {:?}", row, decided.reasons);
        }
    }
}

#[test]
fn backtest_of_one_rule_less_lets_pass_what_it_alone_had_declined() {
    let mut model = Model::new(Timestamp::from_millis(BEGIN));
    let rule =
        json!({ "limits": [{ "count": 1, "window": { "kind": "rolling", "period": "day" } }] });
    model.controls = vec![control(Scope::Card(model.cards[0]), rule)];
    let ask = |amount| Step::Ask {
        card: 0,
        amount,
        merchant: 0,
        beyond: Beyond::Nobody,
    };
    let fund = Step::Fund {
        card: 0,
        amount: 30,
    };
    for step in [fund, ask(10), ask(15), ask(10)] {
        model.take(&step);
    }
    let end = Timestamp::from_millis(BEGIN + 1);
    let (start, happenings) = of(past(&model, Timestamp::from_millis(BEGIN), end));
    let decided = replay(start, happenings, &[]);
    let verdicts: Vec<_> = decided.iter().map(|d| (d.recorded, d.replayed)).collect();
    let (yes, no) = (Verdict::Approve, Verdict::Decline);
    // The last one finds too little left: what now passes is held.
    assert_eq!(verdicts, [(yes, yes), (no, yes), (no, no)]);
    let last = &decided[2].reasons;
    assert_eq!(last[0].code, DeclineReason::InsufficientFunds, "{last:?}");
}
