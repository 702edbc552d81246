//! The run: every trial with every subject, in parallel, each on a thread and clock of its own.

use std::io::Write;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Completion, Failed, Trial as Test};

use crate::matrix::{self, Cell, Results};
use crate::subject::{DEADLINE, Maker, Subject};
use crate::subjects::Entry;
use crate::trial::{Result, Stop, Trial};
use crate::{contract, groups, quirks, subjects};

type Shared = Arc<Mutex<Results>>;

/// Runs what the command line asks for; the exit code also tells whether the matrix still holds.
pub fn run(arguments: &Arguments) -> ExitCode {
    let trials = groups::all();
    let entries = subjects::all();
    let makers: Vec<_> = entries
        .iter()
        .flat_map(|entry| entry.makers.clone())
        .collect();
    if makers.is_empty() {
        say("error: there is no subject, so nothing would be tested");
        return ExitCode::FAILURE;
    }
    let results = Shared::default();
    let mut tests = vec![
        plain(
            "contract::every_behaviour_has_a_trial",
            contract::every_behaviour_has_a_trial,
        ),
        plain(
            "contract::every_group_has_trials",
            contract::every_group_has_trials,
        ),
    ];
    for maker in &makers {
        tests.extend(trials.iter().map(|trial| test(*trial, maker, &results)));
    }
    tests.extend(entries.into_iter().flat_map(quirk_tests));
    let conclusion = libtest_mimic::run(&with_threads(arguments), tests);
    if conclusion.has_failed() || arguments.list {
        return conclusion.exit_code();
    }
    let results = results.lock().unwrap_or_else(PoisonError::into_inner);
    if results.len() < trials.len() * makers.len() {
        say("a part of the trials ran: the matrix is not compared");
        return ExitCode::SUCCESS;
    }
    let names: Vec<_> = makers.iter().map(|maker| maker.name).collect();
    compare(&matrix::render(&trials, &names, &results))
}

/// Trials mostly wait for emulated providers: more of them than cores at a time.
fn with_threads(arguments: &Arguments) -> Arguments {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let mut arguments = arguments.clone();
    arguments
        .test_threads
        .get_or_insert(cores.saturating_mul(3));
    arguments
}

fn plain(name: &str, check: fn() -> Result) -> Test {
    Test::test(name, move || check().map_err(failure))
}

fn test(trial: Trial, maker: &Arc<Maker>, results: &Shared) -> Test {
    let (maker, results) = (Arc::clone(maker), Arc::clone(results));
    let name = format!("{}::{}::{}", maker.name, trial.group.name(), trial.name);
    Test::ignorable_test(name, move || {
        let outcome = perform(trial, &maker);
        let cell = match &outcome {
            Ok(()) => Cell::Pass,
            Err(Stop::Unsupported(_)) => Cell::Unsupported,
            Err(Stop::Broken(_)) => Cell::Fail,
        };
        let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
        results.insert((trial.name, maker.name), cell);
        match outcome {
            Ok(()) => Ok(Completion::Completed),
            Err(Stop::Unsupported(what)) => {
                Ok(Completion::ignored_with(format!("unsupported: {what}")))
            }
            Err(broken) => Err(failure(broken)),
        }
    })
}

/// Each quirk alone, and that none is left out; of providers whose emulators have any.
fn quirk_tests(entry: Entry) -> Vec<Test> {
    let Entry { makers, flips } = entry;
    let Some(maker) = makers.into_iter().next().filter(|_| !flips.is_empty()) else {
        return Vec::new();
    };
    let flips = Arc::new(flips);
    let mut tests: Vec<_> = (0..flips.len())
        .filter_map(|place| {
            let (maker, flips) = (Arc::clone(&maker), Arc::clone(&flips));
            let name = format!("{}::quirks::{}", maker.name, flips.get(place)?.name());
            Some(Test::test(name, move || {
                let flip = flips.get(place).ok_or("no such quirk")?;
                timely(&maker, async |subject| flip.run(subject).await).map_err(failure)
            }))
        })
        .collect();
    let name = format!("{}::quirks::table_is_whole", maker.name);
    tests.push(Test::test(name, move || {
        let whole = async |subject: Subject| quirks::table_is_whole(&subject, &flips).await;
        timely(&maker, whole).map_err(failure)
    }));
    tests
}

fn perform(trial: Trial, maker: &Maker) -> Result {
    timely(maker, async |subject| (trial.run)(&subject).await)
}

/// One thread for the trial and all it starts: its log can be told from every other's.
fn timely(maker: &Maker, run: impl AsyncFnOnce(Subject) -> Result) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        let whole = async {
            let subject = (maker.open)().await?;
            run(subject).await
        };
        tokio::time::timeout(DEADLINE, whole).await
    });
    outcome.unwrap_or_else(|_elapsed| {
        Err(Stop::Broken(format!(
            "not over after {} s",
            DEADLINE.as_secs()
        )))
    })
}

fn failure(stop: Stop) -> Failed {
    match stop {
        Stop::Unsupported(what) => format!("unsupported: {what}").into(),
        Stop::Broken(text) => text.into(),
    }
}

fn compare(made: &str) -> ExitCode {
    let path = matrix::path();
    if update_wanted() {
        return match std::fs::write(&path, made) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                say(&format!("error: matrix.txt could not be written: {error}"));
                ExitCode::FAILURE
            }
        };
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed == made {
        return ExitCode::SUCCESS;
    }
    say("error: matrix.txt is not what this run made");
    for line in matrix::difference(&committed, made) {
        say(&line);
    }
    say("hint: CARDMUX_UPDATE_MATRIX=1 writes it anew");
    ExitCode::FAILURE
}

#[expect(
    clippy::disallowed_methods,
    reason = "a switch of the test run, not configuration"
)]
fn update_wanted() -> bool {
    std::env::var("CARDMUX_UPDATE_MATRIX").is_ok_and(|value| value == "1")
}

/// Beside the trials' own output on stdout; where stderr is closed there is nobody to tell.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
