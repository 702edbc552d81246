//! What one request writes, taken from the database itself while the gateway serves a single issue
//! and a single deposit. So the floor cannot drift away from the gateway.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::notes::{Noted, Notes};
use super::plan::{Cell, Change, Of, Plan, Write};
use crate::Result;
use crate::api::{Api, card_id};
use crate::args::Backend;
use crate::load::{Call, fetch};
use crate::process::Gateway;

/// The provider takes this long between the intent and the result, which is how they are told apart.
const LATENCY_MS: u64 = 50;
/// Milliseconds; anything shorter is not the provider.
const GAP_AT_LEAST: f64 = 30.0;

/// The tables of the hot path.
const TABLES: &[&str] = &["cards", "events", "idempotency_keys", "operations"];

/// The writes of both requests.
pub struct Captured {
    pub issue: Plan,
    pub deposit: Plan,
}

/// Leaves behind a database with the schema, the catalogue and these two requests' rows.
pub async fn capture(backend: Backend, gateway: &Gateway, url: &str) -> Result<Captured> {
    let server = gateway.serve().await?;
    let card_type = gateway.card_type(&server, LATENCY_MS).await?;
    drop(server);
    let mut notes = Notes::open(backend, url, TABLES).await?;
    notes.begin().await?;
    let server = gateway.serve_without_worker().await?;
    let api = gateway.api(&server);
    let card =
        card_id(&succeed(&api, api.issue(&card_type)?).await?).ok_or("no card in the answer")?;
    let issue = plan(notes.take().await?, Of::Request)?;
    succeed(&api, api.deposit(card)?).await?;
    let deposit = plan(notes.take().await?, Of::Card)?;
    drop(server);
    notes.end().await?;
    Ok(Captured { issue, deposit })
}

pub async fn succeed(api: &Api, call: Call) -> Result<bytes::Bytes> {
    let (status, body) = fetch(api.address, call).await?;
    if status.is_success() {
        return Ok(body);
    }
    Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into())
}

/// `card_of` is what the card belongs to: an issue makes one, a deposit takes one that is there.
fn plan(notes: Vec<Noted>, card_of: Of) -> Result<Plan> {
    let identities = identities(&notes, card_of);
    let split = split(&notes)?;
    let mut intent: Vec<Write> = notes
        .into_iter()
        .map(|note| write(note, &identities))
        .collect();
    let result = intent.split_off(split);
    Ok(Plan {
        reads: Vec::new(),
        transactions: vec![intent, result],
    })
}

/// Where the result begins: after the longest pause.
fn split(notes: &[Noted]) -> Result<usize> {
    let pauses = notes
        .windows(2)
        .zip(1..)
        .filter_map(|(pair, at)| match pair {
            [before, after] => Some((after.at_ms - before.at_ms, at)),
            _ => None,
        });
    match pauses.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((pause, at)) if pause >= GAP_AT_LEAST => Ok(at),
        _ => Err("the writes of a request do not fall into two transactions".into()),
    }
}

/// What names this request or its card, with what stands for it.
fn identities(notes: &[Noted], card_of: Of) -> HashMap<Cell, Cell> {
    let mut found = HashMap::new();
    let mut kind = 0;
    let mut name = |cell: Option<&Value>, of: Of| {
        let cell = literal(cell.unwrap_or(&Value::Null));
        kind += 1;
        let stands = match &cell {
            Cell::Id(_) => Cell::SomeId(of, kind),
            Cell::Text(_) => Cell::SomeText(of, kind),
            Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::SomeId(..) | Cell::SomeText(..) => {
                return;
            }
        };
        found.entry(cell).or_insert(stands);
    };
    // The card first, whose identities are the same in every plan.
    let last = notes.iter().rfind(|note| note.table == "cards");
    name(last.and_then(|note| note.row.get("id")), card_of);
    name(last.and_then(|note| note.row.get("provider_ref")), card_of);
    for note in notes.iter().filter(|note| note.change == Change::Insert) {
        let columns: &[&str] = match note.table.as_str() {
            "idempotency_keys" => &["key"],
            "operations" => &["id", "reference"],
            "events" => &["id"],
            _ => &[],
        };
        for column in columns {
            name(note.row.get(*column), Of::Request);
        }
    }
    found
}

pub fn write(note: Noted, identities: &HashMap<Cell, Cell>) -> Write {
    let Noted {
        at_ms: _,
        change,
        table,
        row,
    } = note;
    let row = row.into_iter().map(|(column, value)| {
        let cell = literal(&value);
        let cell = identities.get(&cell).cloned().unwrap_or(cell);
        (column, cell)
    });
    Write {
        change,
        table,
        row: row.collect(),
    }
}

/// PostgreSQL's JSON has ids as text with hyphens; no other text here looks like that.
pub fn literal(value: &Value) -> Cell {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => Cell::Null,
        Value::Bool(value) => Cell::Bool(*value),
        Value::Number(number) => Cell::Int(number.as_i64().unwrap_or_default()),
        Value::String(text) => {
            let bare = text
                .strip_prefix("id:")
                .or(Some(text).filter(|t| t.len() == 36).map(String::as_str));
            let id = bare.and_then(|text| Uuid::parse_str(text).ok());
            id.map_or_else(|| Cell::Text(text.clone()), Cell::Id)
        }
    }
}
