//! Three issuers, two of which protect nothing against being asked twice. The gateway is killed at
//! every step, answers are lost after the work or before it, lists show late: whatever happens, no
//! card is made twice, no money moves twice or is lost, and each operation ends decided, or asks for
//! a person with what was seen.
//!
//! `ISSUER_RUNS` says how many seeds are run, `ISSUER_SEED` names a single one to repeat.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests: a broken expectation is caught with its seed and told with its story"
)]

mod books;
mod plan;
mod run;

use std::collections::BTreeMap;

use cardmux_e2e::{Database, Issuer, env};
use futures::StreamExt as _;

use plan::{KILLS, Operation, Plan};
use run::Outcome;

/// Seeds of a local run: each operation of each issuer at each kill point once.
const RUNS: u64 = 108;

/// Runs that share a database and the emulators, one after the other.
const PER_WORLD: u64 = 9;

/// Worlds at a time. They mostly wait: for leases, and for the issuers to be quiet.
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_happens_twice_and_nothing_is_lost_at_any_issuer() {
    let number = |name| env::variable(name).map(|n: String| n.parse::<u64>().expect("a number"));
    let seeds: Vec<u64> = match number("ISSUER_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("ISSUER_RUNS").unwrap_or(RUNS)).collect(),
    };
    let has_postgres = Database::postgres().await.is_some();
    let worlds = seeds.chunks(usize::try_from(PER_WORLD).unwrap());
    let worlds = worlds.enumerate().map(|(at, seeds)| {
        let postgres = has_postgres && at.is_multiple_of(2);
        let plans = seeds.iter().map(|seed| Plan::of(*seed)).collect();
        run::world(postgres, plans)
    });
    let done: Vec<_> = futures::stream::iter(worlds)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let done: Vec<(Plan, Result<Outcome, String>)> = done.into_iter().flatten().collect();
    assert_eq!(done.len(), seeds.len(), "runs");
    tell(&done);
    let mut wrong = 0;
    for (plan, story) in &done {
        if let Err(story) = story {
            println!("\nISSUER_SEED={} {plan:?}\n{story}", plan.seed);
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "runs went wrong");
}

/// How the runs of each kind ended: decided, and shown to a person.
fn tell(done: &[(Plan, Result<Outcome, String>)]) {
    let mut cells: BTreeMap<_, [u32; 3]> = BTreeMap::new();
    for (plan, outcome) in done {
        let cell = cells
            .entry((plan.issuer, plan.operation, plan.kill.name()))
            .or_default();
        let place = match outcome {
            Ok(Outcome::Decided) => 0,
            Ok(Outcome::Attention) => 1,
            Err(_) => 2,
        };
        cell[place] += 1;
    }
    let row = |name: &str, cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:>18}")).collect();
        env::say(&format!("{name:<19}{}", cells.concat()));
    };
    row("killed at", &KILLS.map(str::to_owned));
    for issuer in Issuer::ALL {
        for operation in Operation::ALL {
            let cells = KILLS.map(|kill| match cells.get(&(issuer, operation, kill)) {
                None => "-".to_owned(),
                Some([decided, 0, 0]) => decided.to_string(),
                Some([decided, attention, 0]) => format!("{decided} + {attention} asked"),
                Some([_, _, wrong]) => format!("{wrong} WRONG"),
            });
            row(&format!("{issuer} {}", operation.kind()), &cells);
        }
    }
}
