//! The floor of writes on SQLite: one connection, settings as durable as the gateway's, each of a
//! request's transactions by itself. There is one writer at a time in SQLite whatever one does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Sqlite};

use super::plan::{self, Among, Cell, Of, Plan, Read, Write};
use crate::Result;
use crate::stats::float;

pub struct Floor {
    connection: SqliteConnection,
    /// Requests done so far; the number of the next one.
    done: u64,
}

/// A statement with what it binds.
struct Prepared {
    sql: Arc<str>,
    cells: Vec<Cell>,
}

/// Of a request, of its card, and of the card's budget.
#[derive(Clone, Copy)]
struct Numbers {
    request: u64,
    card: u64,
    budget: u64,
}

impl Floor {
    pub async fn open(url: &str) -> Result<Self> {
        let options: SqliteConnectOptions = url.parse()?;
        let connection = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .disable_statement_logging()
            .connect()
            .await?;
        Ok(Self {
            connection,
            done: 1_000_000,
        })
    }

    /// Cards number 1 to `cards`, to deposit on.
    pub async fn seed(&mut self, card: &Write, cards: u64) -> Result<()> {
        let insert = [Prepared::new(&card.as_insert())];
        self.begin().await?;
        for number in 1..=cards {
            self.execute(
                &insert,
                Numbers {
                    request: number,
                    card: number,
                    budget: 1,
                },
            )
            .await?;
        }
        self.commit().await
    }

    /// Requests a second.
    pub async fn round(&mut self, plan: &Plan, among: Among, time: Duration) -> Result<f64> {
        let reads: Vec<(Prepared, bool)> = plan
            .reads
            .iter()
            .map(|read| (Prepared::read(read), read.of_controlled))
            .collect();
        let transactions: Vec<Vec<Prepared>> = plan
            .transactions
            .iter()
            .map(|t| t.iter().map(Prepared::new).collect())
            .collect();
        let started = Instant::now();
        let mut count = 0;
        while started.elapsed() < time {
            self.done += 1;
            count += 1;
            let (card, budget) = among.pick();
            let numbers = Numbers {
                request: self.done,
                card,
                budget,
            };
            for (read, of_controlled) in &reads {
                if !of_controlled || among.is_controlled(card) {
                    let rows = read.bound(numbers).fetch_all(&mut self.connection);
                    rows.await?;
                }
            }
            for statements in &transactions {
                self.begin().await?;
                self.execute(statements, numbers).await?;
                self.commit().await?;
            }
        }
        Ok(float(count) / started.elapsed().as_secs_f64())
    }

    pub async fn close(self) -> Result<()> {
        Ok(self.connection.close().await?)
    }

    async fn begin(&mut self) -> Result<()> {
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    async fn commit(&mut self) -> Result<()> {
        sqlx::query("COMMIT").execute(&mut self.connection).await?;
        Ok(())
    }

    async fn execute(&mut self, statements: &[Prepared], numbers: Numbers) -> Result<()> {
        for statement in statements {
            let changed = statement
                .bound(numbers)
                .execute(&mut self.connection)
                .await?;
            if changed.rows_affected() != 1 {
                return Err(format!("not one row changed by {}", statement.sql).into());
            }
        }
        Ok(())
    }
}

impl Prepared {
    fn new(write: &Write) -> Self {
        let mut cells = Vec::new();
        let sql = write.sql(|cell| {
            cells.push(cell.clone());
            "?".to_owned()
        });
        Self {
            sql: sql.into(),
            cells,
        }
    }

    fn read(read: &Read) -> Self {
        Self {
            sql: read.sql.into(),
            cells: read.cells.clone(),
        }
    }

    fn bound(&self, numbers: Numbers) -> Query<'_, Sqlite, SqliteArguments> {
        let number = |of: Of| match of {
            Of::Card => numbers.card,
            Of::Request => numbers.request,
            Of::Budget => numbers.budget,
        };
        let query = sqlx::query(AssertSqlSafe(Arc::clone(&self.sql)));
        self.cells.iter().fold(query, |query, cell| match cell {
            Cell::Null => query.bind(None::<String>),
            Cell::Bool(value) => query.bind(*value),
            Cell::Int(value) => query.bind(*value),
            Cell::Text(text) => query.bind(text.as_str()),
            Cell::Id(id) => query.bind(*id),
            Cell::SomeId(of, kind) => query.bind(plan::id(*kind, number(*of))),
            Cell::SomeText(of, kind) => query.bind(plan::text(*kind, number(*of))),
        })
    }
}
