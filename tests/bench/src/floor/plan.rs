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

/// What one request commits: the intent, then the result.
#[derive(Debug, Clone)]
pub struct Plan {
    pub transactions: Vec<Vec<Write>>,
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
            _ => column == "id",
        }
    }

    /// Of an idempotency key only the answer is written; of other rows everything.
    fn is_set(&self, column: &str) -> bool {
        match self.table.as_str() {
            "idempotency_keys" => column.starts_with("answer_"),
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
    fn sql_of_an_answer_leaves_the_claim_alone() {
        let columns = ["tenant", "key", "fingerprint", "answer_body"];
        let sql = write(Change::Update, "idempotency_keys", &columns).sql(|_| "?".to_owned());
        assert_eq!(
            sql,
            "UPDATE idempotency_keys SET answer_body = ? WHERE tenant = ? AND key = ?"
        );
    }
}
