//! The gateway is killed at every step of issuing and depositing, started again, and asked again.
//! Then there is one card and one deposit, whatever the seed.
//!
//! `CRASH_RUNS` says how many seeds are run, `CRASH_SEED` names a single one to repeat.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests: a broken expectation is caught with its seed and told with its story"
)]

mod plan;
mod run;

use std::collections::BTreeMap;

use cardmux_e2e::{Database, env};
use futures::StreamExt as _;

use plan::{On, Plan};

/// Seeds of a local run: each kill point five times on each database.
const RUNS: u64 = 60;

/// Worlds at a time. They mostly wait: for leases, and for the provider to be quiet.
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crash_at_any_step_leaves_one_card_and_one_deposit() {
    let plans = plans().await;
    let runs = plans.into_iter().map(|plan| async move {
        let violation = run::run(&plan).await.err();
        (plan, violation)
    });
    let done: Vec<_> = futures::stream::iter(runs)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;

    let mut table: BTreeMap<_, (u32, u32)> = BTreeMap::new();
    for (plan, violation) in &done {
        let (runs, good) = table.entry((plan.on, plan.kill.name())).or_default();
        *runs += 1;
        *good += u32::from(violation.is_none());
    }
    env::say(&format!(
        "{:<10} {:<18} {:>5} {:>5}",
        "database", "killed at", "runs", "ok"
    ));
    for ((on, kill), (runs, good)) in table {
        env::say(&format!("{on:<10} {kill:<18} {runs:>5} {good:>5}"));
    }
    let violations: Vec<_> = done
        .into_iter()
        .filter_map(|(plan, story)| Some((plan, story?)))
        .collect();
    for (plan, story) in &violations {
        println!("\nCRASH_SEED={} {plan:?}\n{story}", plan.seed);
    }
    assert!(
        violations.is_empty(),
        "{} runs went wrong",
        violations.len()
    );
}

async fn plans() -> Vec<Plan> {
    let number = |name| env::variable(name).map(|n: String| n.parse::<u64>().expect("a number"));
    if let Some(seed) = number("CRASH_SEED") {
        return vec![Plan::of(seed)];
    }
    // Says that it is skipped where it is.
    let has_postgres = Database::postgres().await.is_some();
    let seeds = 0..number("CRASH_RUNS").unwrap_or(RUNS);
    seeds
        .map(Plan::of)
        .filter(|plan| has_postgres || plan.on == On::Sqlite)
        .collect()
}
