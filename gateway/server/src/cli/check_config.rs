use super::{CliError, ConfigArgs, say};
use crate::providers::Registry;
use crate::server::StartError;

/// Load, check, build every adapter without calling anybody, print what is in force.
pub(super) fn run(args: ConfigArgs) -> Result<(), CliError> {
    let settings = args.load(serde_json::Value::Null)?;
    let integrations = settings
        .providers
        .iter()
        // The playground's own settings exist only while its emulators run.
        .filter(|(_, provider)| provider.mode == crate::config::Mode::Integration)
        .map(|(id, provider)| (id.clone(), provider.clone()))
        .collect();
    Registry::build(&integrations).map_err(StartError::Providers)?;
    say(&settings.masked_toml())
}
