//! Two configurations compared, key by key: secrets too, which are never shown.

use std::collections::{BTreeMap, BTreeSet};

use cardmux_domain::secret::ExposeSecret;
use serde_json::Value;
use zeroize::Zeroizing;

use super::Settings;
use super::problems::Finding;

/// What is read at the start only. A name that ends in a dot is a section.
const FIXED: &[&str] = &[
    "server.listen",
    "data.",
    "database.",
    "security.",
    "logging.format",
    "worker.enabled",
    "worker.concurrency",
];

/// Sections whose tables have names of the operator's choosing.
const NAMED: &[&str] = &["providers", "tenants"];

impl Settings {
    /// The keys whose values differ. An instance or tenant that only one of both has is one key.
    pub fn changes(&self, next: &Self) -> BTreeSet<String> {
        let (before, after) = (values(self), values(next));
        let keys = before.keys().chain(after.keys());
        let differing = keys.filter(|key| before.get(*key) != after.get(*key));
        let mut changes: BTreeSet<String> = differing
            .map(|key| {
                let whole = whole(key);
                let is_in = |values: &Values| values.keys().any(|key| key.starts_with(&whole));
                match whole.is_empty() || is_in(&before) && is_in(&after) {
                    true => key.clone(),
                    false => whole.trim_end_matches('.').to_owned(),
                }
            })
            .collect();
        if !self.security.has_the_keys_of(&next.security) {
            changes.insert("security.data_keys".to_owned());
        }
        changes
    }
}

/// What a running gateway cannot change to.
pub(super) fn refused(running: &Settings, next: &Settings) -> Vec<Finding> {
    let changes = running.changes(next).into_iter();
    changes
        .filter(|key| is_fixed(key))
        .map(|key| Finding {
            key,
            what: "cannot change while the gateway runs".to_owned(),
            hint: Some("needs a restart; to reload the rest, set it back".to_owned()),
        })
        .collect()
}

fn is_fixed(key: &str) -> bool {
    FIXED.iter().any(|fixed| match fixed.ends_with('.') {
        true => key.starts_with(fixed),
        false => key == *fixed,
    })
}

/// The named table a key is in, with the dot behind it; empty for a key in none.
fn whole(key: &str) -> String {
    let mut parts = key.split('.');
    match (parts.next(), parts.next()) {
        (Some(section), Some(name)) if NAMED.contains(&section) => format!("{section}.{name}."),
        _ => String::new(),
    }
}

type Values = BTreeMap<String, Zeroizing<String>>;

/// Every value by its dotted key, secrets as they are: what is shown, with what that leaves out.
fn values(settings: &Settings) -> Values {
    let mut values = Values::new();
    let shown = serde_json::to_value(settings).unwrap_or_default();
    flatten(String::new(), &shown, &mut values);
    let mut secret = |key: String, text: &str| {
        values.insert(key, Zeroizing::new(text.to_owned()));
    };
    secret(
        "database.url".to_owned(),
        settings.database.url.expose_secret(),
    );
    if let Some(text) = &settings.security.secret {
        secret("security.secret".to_owned(), text.expose_secret());
    }
    for (tenant, tenant_settings) in &settings.tenants {
        let decisions = tenant_settings.decisions.as_ref();
        if let Some(text) = decisions.and_then(|decisions| decisions.endpoint_secret.as_ref()) {
            let key = format!("tenants.{tenant}.decisions.endpoint_secret");
            secret(key, text.expose_secret());
        }
    }
    for (instance, provider) in &settings.providers {
        let key = format!("providers.{instance}.settings");
        for (name, text) in provider.settings.files() {
            values.insert(format!("{key}.{name}"), text.clone());
        }
        flatten(key, &provider.settings.to_value(), &mut values);
    }
    values
}

fn flatten(key: String, value: &Value, into: &mut Values) {
    match value {
        Value::Object(table) if !table.is_empty() => {
            for (name, value) in table {
                let key = match key.is_empty() {
                    true => name.clone(),
                    false => format!("{key}.{name}"),
                };
                flatten(key, value, into);
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {
            into.insert(key, Zeroizing::new(value.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Sources, secret};
    use super::*;

    /// A secret that is forgotten here would be compared by its mask, and never be seen to change.
    #[test]
    fn no_value_is_compared_by_its_mask() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../config/production.example.toml"
        );
        let variable = |name: &str, value: &str| (format!("CARDMUX_{name}"), value.to_owned());
        let long = "a text that is long enough for any secret there is";
        let sources = Sources {
            file: Some(file.into()),
            environment: vec![
                variable("DATABASE__URL", "postgres://user:password@host/name"),
                variable("SECURITY__SECRET", long),
                variable(
                    "SECURITY__DATA_KEYS__K2026",
                    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                ),
                variable("PROVIDERS__FINCARD_US__SETTINGS__API_KEY", "0007"),
                variable("TENANTS__ACME__DECISIONS__ENDPOINT_SECRET", long),
            ],
            overrides: Value::Null,
        };
        let kinds = crate::providers::kind_names();
        let settings = Settings::load(sources, &kinds).unwrap_or_else(|p| panic!("{p}"));
        let values = values(&settings);
        assert!(values.len() > 60, "{}", values.len());
        let masked = values
            .iter()
            .filter(|(_, value)| value.contains(secret::MASK));
        let masked: Vec<_> = masked.map(|(key, _)| key.as_str()).collect();
        // Compared by what they were read into.
        assert_eq!(masked, ["security.data_keys.k2026"]);
    }
}
