//! How this emulator is set up.

use serde::Deserialize;

use crate::quirks::Quirks;

#[derive(Debug, Clone)]
pub struct FinciOptions {
    /// How long a decision may take, in real milliseconds: 3 seconds (D). Tests on busy machines
    /// give more, tests of silence less.
    pub answer_ms: u64,
    pub quirks: Quirks,
    /// What was wrong with the settings; [`crate::start`] refuses with it.
    pub problem: Option<String>,
}

impl Default for FinciOptions {
    fn default() -> Self {
        Self {
            answer_ms: 3_000,
            quirks: Quirks::default(),
            problem: None,
        }
    }
}

/// The `emulator` table of an instance's settings.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Table {
    answer_millis: Option<u64>,
    quirks: Quirks,
}

impl FinciOptions {
    /// Options for a client whose settings are these: only their `emulator` table matters here.
    pub fn from_settings(settings: &serde_json::Value) -> Self {
        let default = Self::default();
        let Some(table) = settings.get("emulator") else {
            return default;
        };
        match Table::deserialize(table) {
            Ok(table) => Self {
                answer_ms: table.answer_millis.unwrap_or(default.answer_ms),
                quirks: table.quirks,
                problem: None,
            },
            Err(error) => Self {
                problem: Some(format!("settings.emulator: {error}")),
                ..default
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn emulator_table_given_is_read_and_the_rest_left_alone() {
        let settings =
            json!({"token": "t", "emulator": {"answerMillis": 5, "quirks": {"oneUrl": true}}});
        let options = FinciOptions::from_settings(&settings);
        assert_eq!((options.answer_ms, options.quirks.one_url), (5, true));
    }

    #[test]
    fn emulator_table_absent_gives_the_documented_three_seconds() {
        assert_eq!(FinciOptions::from_settings(&json!({})).answer_ms, 3_000);
    }

    #[test]
    fn quirk_unknown_is_a_problem() {
        let settings = json!({"emulator": {"quirks": {"typo": true}}});
        assert!(FinciOptions::from_settings(&settings).problem.is_some());
    }
}
