//! The gateway is killed at every step of every kind of change, started again, and asked again.
//! Then it has happened once, whatever the seed, and no PIN or code is left on disk.
//!
//! `CRASH_RUNS` says how many seeds are run, `CRASH_SEED` names a single one to repeat.
//!
//! A budget is the one thing FinCard makes without a number of ours: its account's name carries the
//! reference, and an account of that name is looked for. What is not found after the settle time is
//! not sent again but failed as never sent, and made anew when it is asked for anew. PINs and
//! activation codes are not kept, so what needs them ends in the same way.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests: a broken expectation is caught with its seed and told with its story"
)]

mod disk;
mod operation;
mod plan;
mod prepare;
mod proof;
mod run;

use std::collections::BTreeMap;

use cardmux_e2e::{Database, env};
use futures::StreamExt as _;

use operation::Operation;
use plan::{KILLS, On, Plan};

/// Seeds of a local run: each operation at each kill point once.
const RUNS: usize = Operation::ALL.len() * KILLS.len();

/// Worlds at a time. They mostly wait: for leases, and for the provider to be quiet.
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crash_at_any_step_happens_once_and_leaves_no_secret() {
    let plans = plans().await;
    let runs = plans.into_iter().map(|plan| async move {
        let violation = run::run(&plan).await.err();
        (plan, violation)
    });
    let done: Vec<_> = futures::stream::iter(runs)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    tell(&done);
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

/// How many runs of each kind were as they must be, of how many.
fn tell(done: &[(Plan, Option<String>)]) {
    let mut cells: BTreeMap<_, (u32, u32)> = BTreeMap::new();
    let mut databases: BTreeMap<On, (u32, u32)> = BTreeMap::new();
    for (plan, violation) in done {
        let cell = cells.entry((plan.operation, plan.kill.name())).or_default();
        for (good, runs) in [cell, databases.entry(plan.on).or_default()] {
            *good += u32::from(violation.is_none());
            *runs += 1;
        }
    }
    let row = |name: &str, cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:>18}")).collect();
        env::say(&format!("{name:<17}{}", cells.concat()));
    };
    row("killed at", &KILLS.map(str::to_owned));
    for operation in Operation::ALL {
        let cells = KILLS.map(|kill| {
            let mark = match kill == "resend_committed" && !operation.is_sent_again() {
                true => "*",
                false => "",
            };
            let cell = cells.get(&(operation, kill));
            cell.map_or("-".to_owned(), |(good, runs)| {
                format!("{mark}{good}/{runs}")
            })
        });
        row(operation.kind(), &cells);
    }
    env::say("* never sent again: given up as not sent, killed then, done when asked for anew");
    for (on, (good, runs)) in databases {
        env::say(&format!("on {on}: {good} of {runs} as they must be"));
    }
}

async fn plans() -> Vec<Plan> {
    let number = |name| env::variable(name).map(|n: String| n.parse::<u64>().expect("a number"));
    if let Some(seed) = number("CRASH_SEED") {
        return vec![Plan::of(seed)];
    }
    // Says that it is skipped where it is.
    let has_postgres = Database::postgres().await.is_some();
    let runs = number("CRASH_RUNS").unwrap_or(u64::try_from(RUNS).expect("a few"));
    (0..runs)
        .map(Plan::of)
        .filter(|plan| has_postgres || plan.on == On::Sqlite)
        .collect()
}
