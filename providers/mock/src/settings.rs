//! The settings of an instance.

use std::time::Duration;

use cardmux_domain::provider::CreateKey;
use cardmux_domain::secret::SecretString;
use cardmux_provider_kit::settings::{SettingsProblem, Table};

/// Longer than any deadline a caller may have; more is a mistake in the unit.
const LATENCY_MAX_MS: u64 = 60_000;

/// How this mock behaves.
pub struct MockSettings {
    pub create_key: CreateKey,
    /// Operations answer "processing" and finish when they are next looked up.
    pub asynchronous: bool,
    pub webhook_secret: Option<SecretString>,
    pub latency: Duration,
}

impl Default for MockSettings {
    fn default() -> Self {
        Self {
            create_key: CreateKey::Unique,
            asynchronous: false,
            webhook_secret: None,
            latency: Duration::ZERO,
        }
    }
}

impl MockSettings {
    pub(crate) fn parse(settings: serde_json::Value) -> Result<Self, Vec<SettingsProblem>> {
        let mut table = Table::new(settings);
        let keys = [
            ("unique", CreateKey::Unique),
            ("replay", CreateKey::Replay),
            ("none", CreateKey::None),
        ];
        let word = table.or("create_key", "unique".to_owned());
        let create_key = keys
            .into_iter()
            .find(|(name, _)| *name == word)
            .map(|(_, key)| key);
        if create_key.is_none() {
            table.problem("create_key", "must be one of unique, replay, none");
        }
        let asynchronous = table.or("asynchronous", false);
        let webhook_secret = table.optional("webhook_secret");
        let latency_ms = table.or("latency_ms", 0);
        if latency_ms > LATENCY_MAX_MS {
            table.problem("latency_ms", format!("must be at most {LATENCY_MAX_MS}"));
        }
        table.finish(create_key.map(|create_key| Self {
            create_key,
            asynchronous,
            webhook_secret,
            latency: Duration::from_millis(latency_ms),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_with_several_mistakes_report_each() {
        let settings = serde_json::json!({
            "create_key": "once", "latency_ms": 90_000, "webhook_secret": "", "latency": 5,
        });
        let problems = MockSettings::parse(settings).err().unwrap();
        let mut paths: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(
            paths,
            ["create_key", "latency", "latency_ms", "webhook_secret"]
        );
    }

    #[test]
    fn settings_may_be_empty() {
        let settings = MockSettings::parse(serde_json::json!({})).unwrap();
        assert_eq!(settings.create_key, CreateKey::Unique);
        assert!(!settings.asynchronous && settings.webhook_secret.is_none());
    }
}
