//! The row writes of one request as statements, for any number of requests.
//!
//! Each write has all columns of the row it wrote. What names this one request (ids, references, the
//! idempotency key) stands for the same of any other request, and is made from that one's number.

use uuid::Uuid;

/// Whose number an identity is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Of {
    Card,
    Request,
    /// The budget the card draws on.
    Budget,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Id(Uuid),
    /// An id, one per kind and number. They rise with the number, as those of the gateway do with
    /// time: where an index grows matters.
    SomeId(Of, u8),
    /// A text that is unique in the same way.
    SomeText(Of, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Insert,
    Update,
}

#[derive(Debug, Clone)]
pub struct Write {
    pub change: Change,
    pub table: String,
    pub row: Vec<(String, Cell)>,
}

/// A look-up, `?` for each value.
#[derive(Debug, Clone)]
pub struct Read {
    pub sql: &'static str,
    pub cells: Vec<Cell>,
    /// Only where the card has a control that counts, see [`Among::is_controlled`].
    pub of_controlled: bool,
}

/// What one request looks up, and then commits: the intent, then the result; or a decision, then
/// when it was answered.
#[derive(Debug, Clone)]
pub struct Plan {
    pub reads: Vec<Read>,
    pub transactions: Vec<Vec<Write>>,
}

/// The cards requests are about: number `slot * budgets + budget`, so that each budget has as many.
#[derive(Debug, Clone, Copy)]
pub struct Among {
    /// Cards of each budget; slots count from 0.
    pub slots: u64,
    /// Budgets there are; they count from 1.
    pub budgets: u64,
    /// Of so many of them, the first ones, is asked.
    pub asked: u64,
}

/// One card in so many has spend controls.
pub const CONTROLLED: u64 = 10;

impl Among {
    /// Cards 1 to `cards`, with nothing in common.
    pub fn cards(cards: u64) -> Self {
        Self {
            slots: cards.max(1),
            budgets: 1,
            asked: 1,
        }
    }

    /// The numbers of a random card and of its budget.
    pub fn pick(&self) -> (u64, u64) {
        let slot = rand::random_range(0..self.slots);
        let budget = rand::random_range(1..=self.asked);
        (self.card(slot, budget), budget)
    }

    pub fn card(&self, slot: u64, budget: u64) -> u64 {
        slot * self.budgets + budget
    }

    pub fn is_controlled(&self, card: u64) -> bool {
        let slot = card.saturating_sub(1).checked_div(self.budgets);
        slot.is_some_and(|slot| slot.is_multiple_of(CONTROLLED))
    }
}

/// The beginning of ids of a kind; the number is the rest of it.
pub fn id_prefix(kind: u8) -> String {
    format!("{kind:08x}-0000-7000-8000-")
}

pub fn id(kind: u8, number: u64) -> Uuid {
    Uuid::from_u64_pair(
        u64::from(kind) << 32 | 0x7000,
        0x8000_0000_0000_0000 | number,
    )
}

/// As long as the references the gateway makes.
pub const TEXT_DIGITS: usize = 30;

pub fn text(kind: u8, number: u64) -> String {
    format!("{kind}_{number:0TEXT_DIGITS$}")
}

impl Read {
    /// The statement; `place` says how a value is written.
    pub fn sql(&self, mut place: impl FnMut(&Cell) -> String) -> String {
        let mut sql = String::new();
        let mut cells = self.cells.iter();
        for part in self.sql.split_inclusive('?') {
            match (part.strip_suffix('?'), cells.next()) {
                (Some(before), Some(cell)) => sql.extend([before, &place(cell)]),
                (_, _) => sql.push_str(part),
            }
        }
        sql
    }
}

impl Write {
    /// The statement; `place` says how a value is written.
    pub fn sql(&self, mut place: impl FnMut(&Cell) -> String) -> String {
        let table = &self.table;
        if self.change == Change::Insert {
            let columns: Vec<&str> = self.row.iter().map(|(column, _)| column.as_str()).collect();
            let values: Vec<String> = self.row.iter().map(|(_, cell)| place(cell)).collect();
            return format!(
                "INSERT INTO {table} ({}) VALUES ({})",
                columns.join(", "),
                values.join(", ")
            );
        }
        let mut sets = Vec::new();
        for (column, cell) in self.row.iter().filter(|(column, _)| self.is_set(column)) {
            sets.push(match column.as_str() {
                "version" => "version = version + 1".to_owned(),
                // The last position in the stream of events; a `last` is nothing else here.
                "last" => "last = last + 1".to_owned(),
                column => format!("{column} = {}", place(cell)),
            });
        }
        let mut keys = Vec::new();
        for (column, cell) in self.row.iter().filter(|(column, _)| self.is_key(column)) {
            keys.push(format!("{column} = {}", place(cell)));
        }
        format!(
            "UPDATE {table} SET {} WHERE {}",
            sets.join(", "),
            keys.join(" AND ")
        )
    }

    fn is_key(&self, column: &str) -> bool {
        match self.table.as_str() {
            "idempotency_keys" => matches!(column, "tenant" | "key"),
            "stream_positions" => column == "stream",
            _ => column == "id",
        }
    }

    /// Of an idempotency key only the answer is written, of an authorization only when it was
    /// answered, of a book what moves; of other rows everything.
    fn is_set(&self, column: &str) -> bool {
        match self.table.as_str() {
            "idempotency_keys" => column.starts_with("answer_"),
            "authorizations" => column == "answered_at_ms",
            "ledger_books" => {
                matches!(column, "version" | "updated_at_ms") || column.ends_with("_micros")
            }
            _ => !self.is_key(column),
        }
    }

    /// The row an update leaves, as one to insert: a card to deposit on.
    pub fn as_insert(&self) -> Self {
        Self {
            change: Change::Insert,
            ..self.clone()
        }
    }
}

impl Plan {
    /// Such as "3+4": the writes of each transaction.
    pub fn shape(&self) -> String {
        let sizes: Vec<String> = self
            .transactions
            .iter()
            .map(|t| t.len().to_string())
            .collect();
        sizes.join("+")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(change: Change, table: &str, columns: &[&str]) -> Write {
        let row = columns
            .iter()
            .map(|column| ((*column).to_owned(), Cell::Null))
            .collect();
        Write {
            change,
            table: table.to_owned(),
            row,
        }
    }

    #[test]
    fn id_is_the_prefix_and_the_number() {
        assert_eq!(
            id(3, 0xabc).to_string(),
            format!("{}{:012x}", id_prefix(3), 0xabc)
        );
    }

    #[test]
    fn sql_of_an_update_counts_the_version_and_keeps_the_key() {
        let update = write(Change::Update, "cards", &["id", "label", "version"]);
        let sql = update.sql(|_| "?".to_owned());
        assert_eq!(
            sql,
            "UPDATE cards SET label = ?, version = version + 1 WHERE id = ?"
        );
    }

    #[test]
    fn sql_of_a_decision_moves_the_book_and_the_stream_only() {
        let columns = ["id", "tenant", "budget_id", "held_micros", "version"];
        let book = write(Change::Update, "ledger_books", &columns).sql(|_| "?".to_owned());
        assert_eq!(
            book,
            "UPDATE ledger_books SET held_micros = ?, version = version + 1 WHERE id = ?"
        );
        let stream = write(Change::Update, "stream_positions", &["stream", "last"]);
        assert_eq!(
            stream.sql(|_| "?".to_owned()),
            "UPDATE stream_positions SET last = last + 1 WHERE stream = ?"
        );
    }

    #[test]
    fn sql_of_a_read_has_each_value_in_its_place() {
        let read = Read {
            sql: "SELECT * FROM cards WHERE instance = ? AND id = ?",
            cells: vec![Cell::Text("a".to_owned()), Cell::Int(7)],
            of_controlled: false,
        };
        let mut cells = Vec::new();
        let sql = read.sql(|cell| {
            cells.push(cell.clone());
            format!("${}", cells.len())
        });
        assert_eq!(sql, "SELECT * FROM cards WHERE instance = $1 AND id = $2");
        assert_eq!(cells, read.cells);
    }

    #[test]
    fn pick_of_a_card_stays_with_the_budgets_that_are_asked() {
        let among = Among {
            slots: 20,
            budgets: 50,
            asked: 3,
        };
        for _ in 0..1000 {
            let (card, budget) = among.pick();
            assert!((1..=3).contains(&budget));
            assert!((1..=1000).contains(&card));
            assert_eq!((card - 1) % 50 + 1, budget);
        }
        let controlled = (1..=1000).filter(|card| among.is_controlled(*card));
        assert_eq!(controlled.count(), 100);
    }

    #[test]
    fn sql_of_an_answer_leaves_the_claim_alone() {
        let columns = ["tenant", "key", "fingerprint", "answer_body"];
        let sql = write(Change::Update, "idempotency_keys", &columns).sql(|_| "?".to_owned());
        assert_eq!(
            sql,
            "UPDATE idempotency_keys SET answer_body = ? WHERE tenant = ? AND key = ?"
        );
    }
}
