use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::check::Check;

/// `[data]`: what the gateway keeps on disk itself.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub dir: PathBuf,
}

impl Data {
    pub(super) fn check(&self, check: &mut Check<'_>) {
        if self.dir.as_os_str().is_empty() {
            check.problem(
                "data.dir",
                "is empty",
                Some("`.` is the working directory".into()),
            );
        }
    }
}
