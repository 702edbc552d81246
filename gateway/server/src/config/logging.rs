use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use super::check::Check;

/// `[logging]`: what is logged and in which form.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    Text,
    Json,
}

impl Logging {
    pub(super) fn check(&self, check: &mut Check<'_>) {
        if EnvFilter::builder().parse(&self.filter).is_err() {
            let hint = "as in `info` or `info,cardmux=debug`";
            check.problem("logging.filter", "is not a log filter", Some(hint.into()));
        }
    }
}
