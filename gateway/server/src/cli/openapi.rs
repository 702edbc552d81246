use super::{CliError, say};

/// Needs neither configuration nor database.
pub(super) fn run() -> Result<(), CliError> {
    let document = crate::http::document().to_pretty_json();
    say(&document
        .map_err(|error| CliError::Usage(format!("the document cannot be printed: {error}")))?)
}
