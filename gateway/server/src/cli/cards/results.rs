//! What came of a file's cards.

use std::fs::File;
use std::path::Path;

use super::client::{Client, Item, ItemError};
use super::file::{Row, listed};
use super::{CliError, failed, say};

const HEADER: [&str; 9] = [
    "line",
    "batchId",
    "status",
    "cardId",
    "operationId",
    "attempts",
    "errorCode",
    "errorDetail",
    "errorPointer",
];

/// Print a summary, write the results where asked for, and fail where a card did.
pub(super) async fn tell(
    client: &Client,
    ids: &[String],
    parts: &[&[Row]],
    out: Option<&Path>,
) -> Result<(), CliError> {
    let mut writer = out.map(open).transpose()?;
    // Without a file, only what has to be told is read.
    let status = match writer {
        Some(_) => None,
        None => Some("failed"),
    };
    let mut sum = [0_u64; 3];
    let mut failures = Vec::new();
    for (id, rows) in ids.iter().zip(parts) {
        let counts = client.batch(id).await.map_err(failed)?.counts;
        for (slot, count) in sum
            .iter_mut()
            .zip([counts.succeeded, counts.failed, counts.cancelled])
        {
            *slot += count;
        }
        let mut cursor = None;
        loop {
            let page = client.items(id, status, cursor.as_deref()).await;
            let page = page.map_err(failed)?;
            for item in &page.data {
                let line = rows.get(item.index).map_or(0, |row| row.line);
                failures.extend(failure(line, item));
                if let Some(writer) = &mut writer {
                    write(writer, line, id, item).map_err(unwritable)?;
                }
            }
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
    }
    if let Some(mut writer) = writer {
        writer.flush().map_err(|error| unwritable(error.into()))?;
    }
    let [succeeded, failed, cancelled] = sum;
    say(&format!(
        "{succeeded} succeeded, {failed} failed, {cancelled} cancelled"
    ))?;
    if failed == 0 && cancelled == 0 {
        return Ok(());
    }
    let undone = format!("{} cards were not issued", failed + cancelled);
    Err(CliError::Usage(match failures.is_empty() {
        true => undone,
        false => format!("{undone}\n{}", listed(failures)),
    }))
}

fn open(path: &Path) -> Result<csv::Writer<File>, CliError> {
    let what = format!("cannot write `{}`", path.display());
    let file = File::create(path).map_err(CliError::io(what))?;
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(HEADER).map_err(unwritable)?;
    Ok(writer)
}

fn unwritable(error: csv::Error) -> CliError {
    CliError::Usage(format!("cannot write the results: {error}"))
}

fn failure(line: u64, item: &Item) -> Option<String> {
    let ItemError {
        code,
        detail,
        pointer,
    } = item.error.as_ref().filter(|_| item.status == "failed")?;
    let place = pointer.as_deref().unwrap_or_default();
    Some(format!("line {line}{place}: {detail} ({code})"))
}

fn write(
    writer: &mut csv::Writer<File>,
    line: u64,
    batch: &str,
    item: &Item,
) -> Result<(), csv::Error> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let error = item.error.as_ref();
    writer.write_record([
        line.to_string(),
        batch.to_owned(),
        item.status.clone(),
        text(&item.card_id),
        text(&item.operation_id),
        item.attempts.to_string(),
        error.map(|e| e.code.clone()).unwrap_or_default(),
        error.map(|e| e.detail.clone()).unwrap_or_default(),
        error.and_then(|e| e.pointer.clone()).unwrap_or_default(),
    ])
}
