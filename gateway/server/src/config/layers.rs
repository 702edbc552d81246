//! The layers merged by figment, which remembers for each value which layer it came from.

use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Tag, Value};
use figment::{Error, Figment, Metadata, Profile, Provider};

use super::env;
use super::load::Sources;
use super::problems::{Origin, Problem};

const DEFAULT_TOML: &str = include_str!("../../../../config/default.toml");

const DEFAULT: &str = "default";
const FILE: &str = "file";
const ENVIRONMENT: &str = "environment";
const OVERRIDE: &str = "override";

/// One layer under a name from which its [`Origin`] follows.
pub(super) struct Layer {
    name: &'static str,
    file: Option<PathBuf>,
    dict: Dict,
}

impl Layer {
    pub fn new(name: &'static str, dict: Dict) -> Self {
        Self {
            name,
            file: None,
            dict,
        }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        match &self.file {
            Some(path) => Metadata::from(self.name, path.as_path()),
            None => Metadata::named(self.name),
        }
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Map::from([(Profile::Default, self.dict.clone())]))
    }
}

/// All layers merged, and the defaults alone to go on with when a value is unusable.
pub(super) struct Layers {
    figment: Figment,
    merged: Value,
    defaults: Dict,
}

impl Layers {
    /// Merges what can be read; what cannot is a problem, and the rest is looked at all the same.
    pub fn read(sources: Sources) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let defaults = parse(DEFAULT_TOML, &Origin::Default, &mut problems);
        let mut figment = Figment::from(Layer::new(DEFAULT, defaults.clone()));
        if let Some(path) = sources.file {
            let dict = read_file(&path, &mut problems);
            figment = figment.merge(Layer {
                name: FILE,
                file: Some(path),
                dict,
            });
        }
        let (variables, mut conflicts) = env::tables(sources.environment);
        problems.append(&mut conflicts);
        figment = figment.merge(Layer::new(ENVIRONMENT, variables));
        if let Ok(Value::Dict(_, dict)) = Value::serialize(without_nulls(sources.overrides)) {
            figment = figment.merge(Layer::new(OVERRIDE, dict));
        }
        let merged = figment.find_value("").unwrap_or_else(|error| {
            problems.push(layer_problem(Origin::NotSet, error.to_string()));
            Dict::new().into()
        });
        (
            Self {
                figment,
                merged,
                defaults,
            },
            problems,
        )
    }

    pub fn find(&self, path: &[String]) -> Option<&Value> {
        path.iter()
            .try_fold(&self.merged, |value, key| match value.as_array() {
                Some(items) => items.get(key.parse::<usize>().ok()?),
                None => value.as_dict()?.get(key),
            })
    }

    /// The default of a table.
    pub fn default_of(&self, path: &[String]) -> Option<&Dict> {
        path.iter()
            .try_fold(&self.defaults, |dict, key| dict.get(key)?.as_dict())
    }

    pub fn names(&self, path: &[String]) -> Vec<String> {
        let dict = self.find(path).and_then(Value::as_dict);
        dict.map(|dict| dict.keys().cloned().collect())
            .unwrap_or_default()
    }

    pub fn origin(&self, path: &[String]) -> Origin {
        self.find(path)
            .map_or(Origin::NotSet, |value| self.origin_of(value.tag(), path))
    }

    fn origin_of(&self, tag: Tag, path: &[String]) -> Origin {
        let Some(metadata) = self.figment.get_metadata(tag) else {
            return Origin::NotSet;
        };
        let file = metadata
            .source
            .as_ref()
            .and_then(figment::Source::file_path);
        match (file, metadata.name.as_ref()) {
            (Some(file), _) => Origin::File(file.to_owned()),
            (None, ENVIRONMENT) => Origin::Environment(env::variable(path)),
            (None, OVERRIDE) => Origin::Override,
            (None, _) => Origin::Default,
        }
    }
}

/// A `null` is an argument that was not given.
fn without_nulls(value: serde_json::Value) -> serde_json::Value {
    let serde_json::Value::Object(table) = value else {
        return value;
    };
    let given = table.into_iter().filter(|(_, value)| !value.is_null());
    given
        .map(|(key, value)| (key, without_nulls(value)))
        .collect()
}

fn read_file(path: &Path, problems: &mut Vec<Problem>) -> Dict {
    let origin = Origin::File(path.to_owned());
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, &origin, problems),
        Err(error) => {
            problems.push(layer_problem(origin, format!("cannot be read: {error}")));
            Dict::new()
        }
    }
}

/// The error's own display would quote the line, and with it perhaps a secret.
fn parse(text: &str, origin: &Origin, problems: &mut Vec<Problem>) -> Dict {
    Toml::from_str(text).unwrap_or_else(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        let what = format!("is not TOML: line {line}: {}", error.message());
        problems.push(layer_problem(origin.clone(), what));
        Dict::new()
    })
}

fn layer_problem(origin: Origin, what: String) -> Problem {
    Problem {
        key: String::new(),
        origin,
        what,
        hint: None,
    }
}
