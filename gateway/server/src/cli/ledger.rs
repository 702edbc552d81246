//! `cardmux ledger check`: the ledger's maintained balances against its transfers.

use clap::Subcommand;

use super::{CliError, ConfigArgs, say};
use crate::server::open_store;
use crate::store::ledger::{Fault, recomputed};

#[derive(Subcommand)]
pub(super) enum Ledger {
    /// Recompute every balance from the transfers, and say what does not fit
    Check(ConfigArgs),
}

pub(super) async fn run(command: Ledger) -> Result<(), CliError> {
    let Ledger::Check(args) = command;
    let settings = args.load(serde_json::Value::Null)?;
    let store = open_store(&settings).await?;
    let wrong = recomputed(&store).await?;
    store.close().await;
    for discrepancy in &wrong {
        let what = match &discrepancy.fault {
            Fault::Balance {
                account,
                maintained,
                recomputed,
            } => format!("`{account}` is {maintained}, its transfers come to {recomputed}"),
            Fault::NotZero { sum } => format!("its accounts come to {sum}, not to zero"),
            Fault::Chain { account, transfers } => {
                format!("{transfers} transfers of `{account}` do not follow from those before")
            }
            Fault::Gap { places } => {
                format!("transfers are missing or too many, in {places} places")
            }
        };
        say(&format!(
            "{} of tenant {}: {what}",
            discrepancy.owner, discrepancy.tenant
        ))?;
    }
    match wrong.len() {
        0 => say("every balance is what its transfers come to"),
        count => Err(CliError::Usage(format!("{count} things are wrong"))),
    }
}
