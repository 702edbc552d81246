//! How this emulator is set up.

use serde::Deserialize;

use crate::quirks::Quirks;

#[derive(Debug, Clone)]
pub struct BfinanceOptions {
    /// From a request to its decision (customer review, product access, a `pending` card), in
    /// emulated milliseconds. Our choice: the real times are hours and documented nowhere.
    pub settle_ms: u64,
    /// How long our decision on a purchase may take, in real milliseconds: 1.2 seconds (D). Tests
    /// on busy machines give more, tests of silence less.
    pub answer_ms: u64,
    pub quirks: Quirks,
    /// What was wrong with the settings; [`crate::start`] refuses with it.
    pub problem: Option<String>,
}

impl Default for BfinanceOptions {
    fn default() -> Self {
        Self {
            settle_ms: 30,
            answer_ms: 1_200,
            quirks: Quirks::default(),
            problem: None,
        }
    }
}

/// The `emulator` table of an instance's settings.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Table {
    settle_millis: Option<u64>,
    answer_millis: Option<u64>,
    quirks: Quirks,
}

impl BfinanceOptions {
    /// Options for a client whose settings are these: only their `emulator` table matters here.
    pub fn from_settings(settings: &serde_json::Value) -> Self {
        let default = Self::default();
        let Some(table) = settings.get("emulator") else {
            return default;
        };
        match Table::deserialize(table) {
            Ok(table) => Self {
                settle_ms: table.settle_millis.unwrap_or(default.settle_ms),
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
    fn the_emulator_table_is_read_and_the_rest_left_alone() {
        let settings =
            json!({"token": "t", "emulator": {"settleMillis": 5, "quirks": {"idempotency": true}}});
        let options = BfinanceOptions::from_settings(&settings);
        assert_eq!((options.settle_ms, options.quirks.idempotency), (5, true));
    }

    #[test]
    fn answer_time_is_the_documented_one_unless_given() {
        let given = json!({"emulator": {"answerMillis": 7}});
        let options = [json!({}), given].map(|one| BfinanceOptions::from_settings(&one).answer_ms);
        assert_eq!(options, [1_200, 7]);
    }

    #[test]
    fn an_unknown_quirk_is_a_problem() {
        let settings = json!({"emulator": {"quirks": {"typo": true}}});
        assert!(BfinanceOptions::from_settings(&settings).problem.is_some());
    }
}
