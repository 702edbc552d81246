//! The contract's own words: every `# Behaviour` bullet is a trial, and every trial a bullet.

use std::collections::BTreeSet;
use std::path::Path;

use strum::VariantArray;

use crate::groups;
use crate::trial::{Group, Result, ensure, ensure_eq};

/// Where the contract is written, from this crate's folder.
const CONTRACT: &str = "../../gateway/domain/src/provider";

/// Trials of what no single method promises: groups that hold more than bullets.
const EXTRA: [&str; 29] = [
    "activate_that_goes_wrong_tells_the_truth",
    "call_given_up_is_found_later",
    "cancel_dispute_that_goes_wrong_tells_the_truth",
    "create_budget_that_goes_wrong_tells_the_truth",
    "deposit_with_a_lost_answer_is_found_and_moves_money_once",
    "drop_after_the_work_is_unknown_and_found",
    "drop_before_the_work_is_unknown_and_makes_nothing",
    "enrol_that_goes_wrong_tells_the_truth",
    "freeze_unfreeze_and_cancel_are_done_in_the_providers_books",
    "fund_budget_that_goes_wrong_tells_the_truth",
    "garbled_answer_is_unknown_and_found",
    "issue_beside_an_unknown_card_of_the_owner_is_ambiguous",
    "issue_repeated_after_a_lost_answer_makes_no_second_card",
    "issue_with_a_lost_answer_is_told_by_what_the_owner_has_more",
    "no_secret_in_debug_output",
    "no_secret_in_errors",
    "no_secret_in_logs_at_trace",
    "open_dispute_that_goes_wrong_tells_the_truth",
    "operation_hidden_for_a_while_is_found_later",
    "order_physical_that_goes_wrong_tells_the_truth",
    "refusal_is_rejected_and_makes_nothing",
    "refused_connection_is_not_sent",
    "server_error_after_the_work_is_unknown_and_found",
    "server_error_before_the_work_is_unknown_and_makes_nothing",
    "set_pin_that_goes_wrong_tells_the_truth",
    "update_controls_that_goes_wrong_tells_the_truth",
    "update_enrolment_that_goes_wrong_tells_the_truth",
    "update_note_that_goes_wrong_tells_the_truth",
    "withdraw_budget_that_goes_wrong_tells_the_truth",
];

/// The names in the bullets of the contract's documentation.
fn bullets() -> Result<BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(CONTRACT);
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        let text = std::fs::read_to_string(entry?.path())?;
        let bullet = |line: &str| {
            let name = line.trim().strip_prefix("/// - `")?.strip_suffix('`')?;
            Some(name.to_owned())
        };
        for name in text.lines().filter_map(bullet) {
            ensure(!names.contains(&name), || {
                format!("the bullet `{name}` stands twice")
            })?;
            names.insert(name);
        }
    }
    ensure(!names.is_empty(), || "no bullets were found".to_owned())?;
    Ok(names)
}

pub fn every_behaviour_has_a_trial() -> Result {
    let mut wanted = bullets()?;
    for extra in EXTRA {
        ensure(wanted.insert(extra.to_owned()), || {
            format!("`{extra}` is a bullet, not an extra")
        })?;
    }
    let trials = groups::all();
    let names: BTreeSet<String> = trials.iter().map(|trial| trial.name.to_owned()).collect();
    ensure_eq(names.len(), trials.len(), "distinct trial names")?;
    let untried: Vec<_> = wanted.difference(&names).collect();
    ensure(untried.is_empty(), || {
        format!("behaviour without a trial: {untried:?}")
    })?;
    let unwritten: Vec<_> = names.difference(&wanted).collect();
    ensure(unwritten.is_empty(), || {
        format!("trials of no behaviour: {unwritten:?}")
    })
}

/// The matrix is read group by group; a group without trials is a gap in it.
pub fn every_group_has_trials() -> Result {
    let trials = groups::all();
    for group in Group::VARIANTS {
        let filled = trials.iter().any(|trial| trial.group == *group);
        ensure(filled, || format!("no trials in `{}`", group.name()))?;
    }
    Ok(())
}
