//! What one decision looks up and writes. The writes are noted as for [`super::capture`]. No trigger
//! sees a look-up: those are the ones of the gateway's `decisions::reserve`, by hand.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::time::interval;

use super::capture::{literal, succeed, write};
use super::notes::{Noted, Notes};
use super::plan::{Among, Cell, Change, Of, Plan, Read, id};
use crate::Result;
use crate::args::Backend;
use crate::process::{FINCI, Gateway, TENANT};
use crate::stock::{BOOK, BUDGET, CARD, CARD_REF};

/// `writer_marks` is not among them: it exists for group commit only.
const TABLES: &[&str] = &[
    "authorizations",
    "events",
    "ledger_books",
    "ledger_transfers",
    "stream_positions",
    "transactions",
];
/// When it was answered is written after the answer; on a loaded machine a while after.
const NOTED_WITHIN: Duration = Duration::from_secs(20);
/// Kinds of identities the floor gives: up to the kinds of the stock.
const AUTHORIZATION_REF: u8 = 1;

/// Ask about one card in a stocked database, and leave the rows of that behind.
pub async fn capture(backend: Backend, gateway: &Gateway, url: &str, among: Among) -> Result<Plan> {
    let mut notes = Notes::open(backend, url, TABLES).await?;
    notes.begin().await?;
    let server = gateway.serve_without_worker().await?;
    let api = gateway.api(&server);
    // A card without controls, since those look up and do not write.
    let (slot, budget) = (1, 1);
    let card = among.card(slot, budget);
    succeed(&api, api.authorize(card)?).await?;
    let noted = until_answered(&mut notes).await?;
    drop(server);
    notes.end().await?;
    plan(noted, card, budget)
}

async fn until_answered(notes: &mut Notes) -> Result<Vec<Noted>> {
    let give_up = Instant::now() + NOTED_WITHIN;
    let mut pause = interval(Duration::from_millis(5));
    let mut noted = Vec::new();
    while !noted.iter().any(is_answer) {
        if Instant::now() > give_up {
            return Err("a decision was not written down".into());
        }
        pause.tick().await;
        noted.extend(notes.take().await?);
    }
    Ok(noted)
}

fn is_answer(note: &Noted) -> bool {
    note.table == "authorizations" && note.change == Change::Update
}

fn plan(noted: Vec<Noted>, card: u64, budget: u64) -> Result<Plan> {
    if !noted.iter().any(|note| note.table == "ledger_transfers") {
        return Err("the decision that was to be noted held nothing".into());
    }
    let identities = identities(&noted, card, budget);
    let (answer, decision): (Vec<_>, Vec<_>) = noted.into_iter().partition(is_answer);
    let transactions = [decision, answer].map(|notes| {
        let writes = notes.into_iter().map(|note| write(note, &identities));
        writes.collect()
    });
    Ok(Plan {
        reads: reads(),
        transactions: transactions.into(),
    })
}

/// What names this decision, its card or its budget, with what stands for it.
fn identities(notes: &[Noted], card: u64, budget: u64) -> HashMap<Cell, Cell> {
    let mut found = HashMap::from([
        (Cell::Id(id(CARD, card)), Cell::SomeId(Of::Card, CARD)),
        (
            Cell::Id(id(BUDGET, budget)),
            Cell::SomeId(Of::Budget, BUDGET),
        ),
        (Cell::Id(id(BOOK, budget)), Cell::SomeId(Of::Budget, BOOK)),
    ]);
    let mut kind = AUTHORIZATION_REF;
    let asked = |note: &&Noted| note.table == "authorizations" && note.change == Change::Insert;
    let reference = notes
        .iter()
        .find(asked)
        .and_then(|n| n.row.get("provider_ref"));
    found.insert(
        literal(reference.unwrap_or(&Value::Null)),
        Cell::SomeText(Of::Request, kind),
    );
    for note in notes.iter().filter(|note| note.change == Change::Insert) {
        for column in ["id", "source"] {
            kind += 1;
            let cell = literal(note.row.get(column).unwrap_or(&Value::Null));
            let stands = match &cell {
                Cell::Id(_) => Cell::SomeId(Of::Request, kind),
                Cell::Text(_) => Cell::SomeText(Of::Request, kind),
                Cell::Null
                | Cell::Bool(_)
                | Cell::Int(_)
                | Cell::SomeId(..)
                | Cell::SomeText(..) => continue,
            };
            found.insert(cell, stands);
        }
    }
    found
}

fn reads() -> Vec<Read> {
    let tenant = || Cell::Text(TENANT.to_owned());
    let instance = || Cell::Text(FINCI.to_owned());
    let card = || Cell::SomeId(Of::Card, CARD);
    let budget = || Cell::SomeId(Of::Budget, BUDGET);
    let always = |sql, cells| Read {
        sql,
        cells,
        of_controlled: false,
    };
    vec![
        always(
            "SELECT * FROM cards WHERE instance = ? AND provider_ref = ?",
            vec![instance(), Cell::SomeText(Of::Card, CARD_REF)],
        ),
        always(
            "SELECT * FROM authorizations WHERE instance = ? AND provider_ref = ?",
            vec![instance(), Cell::SomeText(Of::Request, AUTHORIZATION_REF)],
        ),
        always(
            "SELECT * FROM ledger_books WHERE budget_id = ? AND tenant = ?",
            vec![budget(), tenant()],
        ),
        always(
            "SELECT * FROM spend_controls \
             LEFT JOIN spend_marks ON spend_controls.id = spend_marks.control_id \
             WHERE (tenant = ? AND scope_kind = 'card' AND scope_id = ?) \
             OR (tenant = ? AND scope_kind = 'budget' AND scope_id = ?) \
             OR (tenant = ? AND scope_kind = 'tenant' AND scope_id IS NULL)",
            vec![tenant(), card(), tenant(), budget(), tenant()],
        ),
        Read {
            // From the beginning instead of midnight: the run is all there is.
            sql: "SELECT amount_currency, COUNT(id), \
                  CAST(SUM(counted_micros / 1000000) AS bigint), \
                  CAST(SUM(counted_micros % 1000000) AS bigint) FROM authorizations \
                  WHERE COALESCE(tenant, '') = ? AND card_id = ? AND counts = TRUE \
                  AND amount_micros > 0 AND received_at_ms >= ? GROUP BY amount_currency",
            cells: vec![tenant(), card(), Cell::Int(0)],
            of_controlled: true,
        },
    ]
}
