use super::{CliError, ConfigArgs, say};
use crate::server::open_store;

pub(super) async fn run(args: ConfigArgs) -> Result<(), CliError> {
    let settings = args.load(serde_json::Value::Null)?;
    let store = open_store(&settings).await?;
    let pending = store.pending_migrations().await?;
    store.migrate().await?;
    for name in &pending {
        say(&format!("applied {name}"))?;
    }
    say(&format!(
        "{} migrations applied; the schema is up to date",
        pending.len()
    ))?;
    store.close().await;
    Ok(())
}
