//! The run: every trial with every subject, in parallel, each on a thread and clock of its own.

use std::io::Write;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Completion, Failed, Trial as Test};

use crate::matrix::{self, Cell, Results};
use crate::subject::{DEADLINE, Maker};
use crate::trial::{Result, Stop, Trial};
use crate::{contract, groups, subjects};

type Shared = Arc<Mutex<Results>>;

/// Runs what the command line asks for; the exit code also tells whether the matrix still holds.
pub fn run(arguments: &Arguments) -> ExitCode {
    let trials = groups::all();
    let makers: Vec<_> = subjects::all().into_iter().map(Arc::new).collect();
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
    let conclusion = libtest_mimic::run(arguments, tests);
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

/// One thread for the trial and all it starts: its log can be told from every other's.
fn perform(trial: Trial, maker: &Maker) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        let whole = async {
            let subject = (maker.open)().await?;
            (trial.run)(&subject).await
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
