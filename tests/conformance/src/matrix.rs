//! `matrix.txt`: which trial passes for which subject. Made by the run, committed, compared.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use crate::trial::Trial;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Pass,
    Unsupported,
    Fail,
}

impl Cell {
    fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unsupported => "unsupported",
            Self::Fail => "FAIL",
        }
    }
}

/// Results by trial and subject.
pub type Results = BTreeMap<(&'static str, &'static str), Cell>;

const HEAD: &str = "\
Which behaviour holds for which provider. Made by `cargo test -p cardmux-conformance`;
CARDMUX_UPDATE_MATRIX=1 writes it anew.
";

pub fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("matrix.txt")
}

/// The table as text: trials by group in their order, subjects in theirs.
pub fn render(trials: &[Trial], subjects: &[&'static str], results: &Results) -> String {
    let first = trials
        .iter()
        .map(|trial| trial.name.len())
        .max()
        .unwrap_or(0)
        + 4;
    let width = subjects
        .iter()
        .map(|name| name.len())
        .max()
        .unwrap_or(0)
        .max("unsupported".len());
    let mut text = String::from(HEAD);
    let row = |text: &mut String, name: &str, cells: &[&str]| {
        let cells: String = cells
            .iter()
            .map(|cell| format!("{cell:<width$}  "))
            .collect();
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{}", format!("{name:<first$}{cells}").trim_end());
    };
    text.push('\n');
    row(&mut text, "", subjects);
    let mut group = None;
    for trial in trials {
        if group != Some(trial.group) {
            group = Some(trial.group);
            row(&mut text, trial.group.name(), &[]);
        }
        let cells = subjects.iter().map(|subject| {
            results
                .get(&(trial.name, *subject))
                .map_or("not run", |cell| cell.word())
        });
        row(
            &mut text,
            &format!("  {}", trial.name),
            &cells.collect::<Vec<_>>(),
        );
    }
    text
}

/// The lines in which two matrices differ.
pub fn difference(committed: &str, made: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in committed
        .lines()
        .filter(|line| !made.lines().any(|other| other == *line))
    {
        lines.push(format!("- {line}"));
    }
    for line in made
        .lines()
        .filter(|line| !committed.lines().any(|other| other == *line))
    {
        lines.push(format!("+ {line}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups;

    #[test]
    fn matrix_shows_what_was_not_run_and_what_changed() {
        let trials = groups::all();
        let name = trials[0].name;
        let mut results = Results::from([((name, "one"), Cell::Pass)]);
        let before = render(&trials, &["one"], &results);
        assert!(before.contains("not run") && before.contains("pass"));
        results.insert((name, "one"), Cell::Unsupported);
        let after = render(&trials, &["one"], &results);
        let changed = difference(&before, &after);
        assert_eq!(changed.len(), 2);
        assert!(changed[1].starts_with("+ ") && changed[1].ends_with("unsupported"));
    }
}
