//! Where problems are collected, with the questions that checks keep asking.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::env;
use super::layers::Layers;
use super::problems::{Finding, Origin, Problem};

/// How alike two names must be for one to be suggested for the other: two slips in a word of
/// eight letters.
const ALIKE: f64 = 0.7;

pub(super) struct Check<'a> {
    layers: &'a Layers,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    pub fn new(layers: &'a Layers, problems: Vec<Problem>) -> Self {
        Self { layers, problems }
    }

    pub fn finish(self) -> Vec<Problem> {
        self.problems
    }

    pub fn layers(&self) -> &'a Layers {
        self.layers
    }

    /// The names under a section of named tables, whether their tables are sound or not.
    pub fn names(&self, section: &str) -> Vec<String> {
        self.layers.names(&[section.to_owned()])
    }

    /// Notes a section that is something other than a table, and so would pass for an empty one.
    pub fn table_or_nothing(&mut self, section: &str) {
        let value = self.layers.find(&[section.to_owned()]);
        if value.is_some_and(|value| value.as_dict().is_none()) {
            self.problem(section, "must be a table of tables", None);
        }
    }

    /// Whether an operator chose the value, rather than the embedded default.
    pub fn is_chosen(&self, key: &str) -> bool {
        match self.layers.origin(&split(key)) {
            Origin::Default | Origin::NotSet => false,
            Origin::File(_) | Origin::Environment(_) | Origin::Override => true,
        }
    }

    pub fn problem(&mut self, key: &str, what: impl Into<String>, hint: Option<String>) {
        self.push(&split(key), what.into(), hint);
    }

    /// Like [`Self::problem`], for keys that an operator named and that may contain dots.
    pub fn problem_at(&mut self, path: &[&str], what: impl Into<String>, hint: Option<String>) {
        self.push(&owned(path), what.into(), hint);
    }

    /// What others found. Not where a key has a problem already, or a whole layer: what was looked
    /// at is then not what the operator wrote.
    pub fn findings(&mut self, findings: Vec<Finding>) {
        if self.is_noted("") {
            return;
        }
        for Finding { key, what, hint } in findings {
            if !self.is_noted(&key) {
                self.problem(&key, what, hint);
            }
        }
    }

    /// A number within its bounds; `why` is the reason for them. A duration is given in its unit.
    pub fn range(
        &mut self,
        key: &str,
        value: impl TryInto<u64>,
        allowed: RangeInclusive<u64>,
        why: &str,
    ) {
        let value = value.try_into().unwrap_or(u64::MAX);
        if !allowed.contains(&value) && !self.is_noted(key) {
            let (low, high) = allowed.into_inner();
            self.problem(
                key,
                format!("is {value}, must be {low} to {high}"),
                Some(why.into()),
            );
        }
    }

    /// A rule between keys. Not asked when one of them already has a problem, since its value is
    /// then not what the operator wrote. The first key is the one that gets the message.
    pub fn relation(&mut self, keys: [&str; 2], holds: bool, what: impl Display, hint: &str) {
        if !holds && !keys.iter().any(|key| self.is_noted(key)) {
            self.problem(keys[0], what.to_string(), Some(hint.into()));
        }
    }

    /// Refuses names that are not in the list.
    pub fn known_names(&mut self, path: &[&str], known: &[&str]) {
        for name in self.layers.names(&owned(path)) {
            if !known.contains(&name.as_str()) {
                let full: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
                self.unknown_key(&full, known);
            }
        }
    }

    pub fn unknown_key(&mut self, path: &[&str], known: &[&str]) {
        let [.., name] = path else {
            return;
        };
        let hint = match nearest(name, known) {
            None if self.is_flat_variable(path) => {
                "levels are two underscores apart, as in CARDMUX_SERVER__LISTEN".to_owned()
            }
            None => format!("known here: {}", known.join(", ")),
            Some(near) => format!("did you mean `{near}`?"),
        };
        self.problem_at(path, "is not a known key", Some(hint));
    }

    /// A variable such as `CARDMUX_SERVER_LISTEN`: text where there can only be tables.
    fn is_flat_variable(&self, path: &[&str]) -> bool {
        let path = owned(path);
        let is_text = self
            .layers
            .find(&path)
            .is_some_and(|value| value.as_str().is_some());
        path.len() == 1 && is_text && matches!(self.layers.origin(&path), Origin::Environment(_))
    }

    /// How to give a key that no layer has.
    pub fn how_to_set(key: &str) -> String {
        format!("set it in the file, or as {}", env::variable(&split(key)))
    }

    pub fn is_noted(&self, key: &str) -> bool {
        self.problems.iter().any(|problem| problem.key == key)
    }

    fn push(&mut self, path: &[String], what: String, hint: Option<String>) {
        let origin = self.layers.origin(path);
        self.problems.push(Problem {
            key: path.join("."),
            origin,
            what,
            hint,
        });
    }
}

/// The name that was probably meant.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |other: &str| strsim::normalized_damerau_levenshtein(name, other);
    let best = known
        .iter()
        .copied()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= ALIKE).then_some(best)
}

pub(super) fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|key| (*key).to_owned()).collect()
}

fn split(key: &str) -> Vec<String> {
    key.split('.').map(str::to_owned).collect()
}
