//! `cardmux cards`: a client of a running gateway.

mod client;
mod file;
mod follow;
mod results;

use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use cardmux_domain::secret::SecretString;
use clap::{Args, Subcommand};
use serde_json::json;
use url::Url;

use self::client::{Batch, Client, ClientError};
use self::file::Row;
use super::{CliError, say, told_to_stop};
use crate::config::secret_variable;

/// Most cards of one batch, as the gateway takes them by default.
const BATCH_MAX: usize = 10_000;
/// Larger ones are cut up before: one is held in memory whole.
const FILE_MAX: u64 = 64 * 1024 * 1024;

#[derive(Subcommand)]
pub(super) enum Cards {
    /// Issue the cards of a CSV file and follow them to their end
    ///
    /// Columns: typeId, initialBalance, currency, label, externalId, customerId, budgetId, firstName, lastName,
    /// metadata.<name>. The same file makes no second batch while the gateway remembers its idempotency key (a
    /// day by default): run the command again to go on watching.
    Issue(Issue),
}

#[derive(Args)]
pub(super) struct Issue {
    /// The CSV file; its first line names the columns
    #[arg(long)]
    file: PathBuf,
    /// Where the gateway is, as in http://127.0.0.1:8080
    #[arg(long)]
    url: Url,
    /// The environment variable that holds the API key
    #[arg(long, default_value = "CARDMUX_API_KEY")]
    key_env: String,
    /// A file that holds the API key, in place of the variable
    #[arg(long)]
    key_file: Option<PathBuf>,
    /// Write each line's result here, as CSV
    #[arg(long)]
    out: Option<PathBuf>,
    /// A label for the batch
    #[arg(long)]
    label: Option<String>,
}

pub(super) async fn run(command: Cards) -> Result<(), CliError> {
    match command {
        Cards::Issue(args) => issue(args).await,
    }
}

async fn issue(args: Issue) -> Result<(), CliError> {
    let content = content(&args.file)?;
    let rows = file::parse(&content).map_err(CliError::Usage)?;
    let client = Client::new(args.url.clone(), key(&args)?).map_err(failed)?;
    let parts: Vec<&[Row]> = rows.chunks(BATCH_MAX).collect();
    let mut batches = Vec::with_capacity(parts.len());
    for (number, part) in (0..).zip(&parts) {
        batches.push(post(&client, &args, &content, number, part).await?);
    }
    let ids: Vec<String> = batches.iter().map(|batch| batch.id.clone()).collect();
    tokio::select! {
        followed = follow::to_the_end(&client, batches) => followed.map_err(failed)?,
        () = told_to_stop() => return Err(left_alone(&args.url, &ids)),
    }
    results::tell(&client, &ids, &parts, args.out.as_deref()).await
}

fn content(path: &Path) -> Result<Vec<u8>, CliError> {
    let what = format!("cannot read `{}`", path.display());
    let size = std::fs::metadata(path).map_err(CliError::io(what.clone()))?;
    if size.len() > FILE_MAX {
        return Err(CliError::Usage(format!(
            "`{}` is larger than {FILE_MAX} bytes\nhint: cut it into several files",
            path.display()
        )));
    }
    std::fs::read(path).map_err(CliError::io(what))
}

fn key(args: &Issue) -> Result<SecretString, CliError> {
    if let Some(path) = &args.key_file {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(CliError::io(format!("cannot read `{}`", path.display())))?;
        return Ok(SecretString::from(text.trim()));
    }
    secret_variable(&args.key_env).ok_or_else(|| {
        CliError::Usage(format!(
            "there is no API key in `{}`\nhint: set it, or name a file with --key-file",
            args.key_env
        ))
    })
}

async fn post(
    client: &Client,
    args: &Issue,
    content: &[u8],
    number: usize,
    rows: &[Row],
) -> Result<Batch, CliError> {
    let items: Vec<_> = rows.iter().map(|row| &row.item).collect();
    let body = json!({ "label": args.label, "items": items });
    let key = idempotency_key(content, number);
    let posted = client.post_batch(&body, &key).await;
    let (batch, replayed) = posted.map_err(|error| match error {
        ClientError::Refused(problem) => CliError::Usage(problem.by_line(rows)),
        other @ (ClientError::Unreachable(_) | ClientError::Unusable(_)) => failed(other),
    })?;
    let known = match replayed {
        true => ", which was made from this file before",
        false => "",
    };
    say(&format!("{}: {} cards{known}", batch.id, batch.total))?;
    Ok(batch)
}

/// The same for the same file, so that a second run finds the batch of the first.
fn idempotency_key(content: &[u8], number: usize) -> String {
    let hash = digest::digest(&digest::SHA256, content);
    let hash: String = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("cardmux-cards-{hash}-{number}")
}

fn failed(error: ClientError) -> CliError {
    CliError::Usage(error.to_string())
}

fn left_alone(url: &Url, ids: &[String]) -> CliError {
    let ids = ids.join(", ");
    CliError::Usage(format!(
        "stopped watching; the gateway goes on with {ids}\nhint: the same command watches it again, \
         GET {url}v1/card-batches/<id> shows it, POST …/cancel stops what is still queued"
    ))
}
