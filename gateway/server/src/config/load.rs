//! From sources to [`Settings`], collecting every problem on the way.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use cardmux_domain::id::BadName;
use serde::de::DeserializeOwned;

use super::check::Check;
use super::layers::Layers;
use super::problems::{ConfigProblems, Finding};
use super::{Settings, changes, providers, table, tenants};

const SECTIONS: &[&str] = &[
    "server",
    "data",
    "database",
    "security",
    "logging",
    "api",
    "idempotency",
    "operations",
    "decisions",
    "worker",
    "providers",
    "tenants",
];

/// What a configuration is made of, besides the embedded defaults.
#[derive(Clone, Default)]
pub struct Sources {
    /// The TOML file; naming one that is not there is a problem.
    pub file: Option<PathBuf>,
    /// Pairs of [`super::environment`]; names without our prefix are passed over.
    pub environment: Vec<(String, String)>,
    /// Wins over everything: an object shaped like the file. A `null`, there or in it, overrides
    /// nothing, so that arguments of the command line can be put in as they are.
    pub overrides: serde_json::Value,
}

impl Settings {
    /// Reads and checks everything.
    ///
    /// `known_kinds` are the provider kinds this build has. A problem does not stop the search for
    /// others: an operator puts all of them right in one go.
    pub fn load(sources: Sources, known_kinds: &[&str]) -> Result<Self, ConfigProblems> {
        Self::examined(sources, known_kinds, |_| Vec::new())
    }

    /// Reads what is to follow this configuration while the process runs. `examine` says what
    /// others find wrong with it; that, and what only a restart can change, is told with the rest.
    pub fn load_next(
        &self,
        sources: Sources,
        known_kinds: &[&str],
        examine: impl FnOnce(&Self) -> Vec<Finding>,
    ) -> Result<Self, ConfigProblems> {
        Self::examined(sources, known_kinds, |next| {
            let mut findings = changes::refused(self, next);
            findings.extend(examine(next));
            findings
        })
    }

    fn examined(
        sources: Sources,
        known_kinds: &[&str],
        examine: impl FnOnce(&Self) -> Vec<Finding>,
    ) -> Result<Self, ConfigProblems> {
        let (layers, problems) = Layers::read(sources);
        let mut check = Check::new(&layers, problems);
        check.known_names(&[], SECTIONS);
        let settings = read(&mut check);
        let checked = settings.map(|mut settings| {
            settings.check(&mut check, known_kinds);
            check.findings(examine(&settings));
            settings
        });
        match (checked, check.finish()) {
            (Some(settings), problems) if problems.is_empty() => Ok(settings),
            (_, problems) => Err(ConfigProblems(problems)),
        }
    }

    fn check(&mut self, check: &mut Check<'_>, known_kinds: &[&str]) {
        self.database.check(check);
        self.security.check(check, self.database.is_postgres());
        self.server.check(check, &self.operations);
        self.data.check(check);
        self.logging.check(check);
        self.api.check(check);
        self.idempotency.check(check);
        self.operations.check(check);
        self.decisions.check(check);
        self.worker.check(check);
        providers::check(&mut self.providers, check, known_kinds, &self.operations);
        tenants::check(&self.tenants, check);
    }
}

/// `None` only when the embedded defaults themselves are unusable: an unusable value of ours is
/// replaced by its default after it was noted, so no section hides the problems of the next.
fn read(check: &mut Check<'_>) -> Option<Settings> {
    Some(Settings {
        server: table::read(check, &["server"])?,
        data: table::read(check, &["data"])?,
        database: table::read(check, &["database"])?,
        security: table::read(check, &["security"])?,
        logging: table::read(check, &["logging"])?,
        api: table::read(check, &["api"])?,
        idempotency: table::read(check, &["idempotency"])?,
        operations: table::read(check, &["operations"])?,
        decisions: table::read(check, &["decisions"])?,
        worker: table::read(check, &["worker"])?,
        providers: named_tables(check, "providers"),
        tenants: named_tables(check, "tenants"),
    })
}

fn named_tables<N, T>(check: &mut Check<'_>, section: &str) -> BTreeMap<N, T>
where
    N: FromStr<Err = BadName> + Ord,
    T: DeserializeOwned,
{
    check.table_or_nothing(section);
    let mut found = BTreeMap::new();
    for name in check.names(section) {
        let path = [section, name.as_str()];
        let table = table::read(check, &path);
        match name.parse() {
            Ok(parsed) => found.extend(table.map(|table| (parsed, table))),
            Err(error) => check.problem_at(&path, format!("the name {error}"), None),
        }
    }
    found
}
