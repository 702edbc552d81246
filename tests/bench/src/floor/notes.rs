//! Triggers that note every row the gateway writes.

use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::plan::Change;
use crate::Result;
use crate::args::Backend;

/// A row as it was written.
pub struct Noted {
    pub at_ms: f64,
    pub change: Change,
    pub table: String,
    pub row: Map<String, Value>,
}

/// Where they note it.
enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

pub struct Notes {
    connection: Connection,
    /// Whose rows are noted. `writer_marks` is never among them: it exists for group commit only.
    tables: &'static [&'static str],
}

impl Notes {
    pub async fn open(
        backend: Backend,
        url: &str,
        tables: &'static [&'static str],
    ) -> Result<Self> {
        let connection = match backend {
            Backend::Sqlite => Connection::Sqlite(SqliteConnection::connect(url).await?),
            Backend::Postgres => Connection::Postgres(PgConnection::connect(url).await?),
        };
        Ok(Self { connection, tables })
    }

    pub async fn begin(&mut self) -> Result<()> {
        self.execute(match self.connection {
            Connection::Sqlite(_) => {
                "CREATE TABLE bench_notes (seq INTEGER PRIMARY KEY, at_ms REAL, op TEXT, tbl TEXT, content TEXT)"
            }
            Connection::Postgres(_) => {
                "CREATE TABLE bench_notes (seq BIGSERIAL, at_ms FLOAT8, op TEXT, tbl TEXT, content TEXT);
                 CREATE FUNCTION bench_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     INSERT INTO bench_notes (at_ms, op, tbl, content) VALUES (
                         extract(epoch FROM clock_timestamp()) * 1000, TG_OP, TG_TABLE_NAME, to_jsonb(NEW)::text);
                     RETURN NULL;
                 END $$"
            }
        }.to_owned())
        .await?;
        for table in self.tables {
            for op in ["INSERT", "UPDATE"] {
                let sql = self.trigger(table, op).await?;
                self.execute(sql).await?;
            }
        }
        Ok(())
    }

    async fn trigger(&mut self, table: &str, op: &str) -> Result<String> {
        let head = format!("CREATE TRIGGER bench_{op}_{table} AFTER {op} ON {table}");
        let Connection::Sqlite(connection) = &mut self.connection else {
            return Ok(format!("{head} FOR EACH ROW EXECUTE FUNCTION bench_note()"));
        };
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns = sqlx::query_scalar::<_, String>(AssertSqlSafe(columns));
        let columns = columns.fetch_all(connection).await?;
        // JSON has no bytes, and ids are the only ones here.
        let members = columns.iter().map(|c| {
            format!("'{c}', CASE typeof(NEW.{c}) WHEN 'blob' THEN 'id:' || hex(NEW.{c}) ELSE NEW.{c} END")
        });
        let members = members.collect::<Vec<_>>().join(", ");
        Ok(format!(
            "{head} BEGIN INSERT INTO bench_notes (at_ms, op, tbl, content) VALUES \
             (julianday('now') * 86400000.0, '{op}', '{table}', json_object({members})); END"
        ))
    }

    /// What was noted since the last time.
    pub async fn take(&mut self) -> Result<Vec<Noted>> {
        const NOTES: &str = "SELECT seq, at_ms, op, tbl, content FROM bench_notes ORDER BY seq";
        let rows: Vec<(i64, f64, String, String, String)> = match &mut self.connection {
            Connection::Sqlite(connection) => sqlx::query_as(NOTES).fetch_all(connection).await?,
            Connection::Postgres(connection) => sqlx::query_as(NOTES).fetch_all(connection).await?,
        };
        // Only what was read: the gateway may have written since.
        let last = rows.last().map_or(0, |row| row.0);
        self.execute(format!("DELETE FROM bench_notes WHERE seq <= {last}"))
            .await?;
        rows.into_iter()
            .map(|(_, at_ms, op, table, content)| {
                let change = if op == "INSERT" {
                    Change::Insert
                } else {
                    Change::Update
                };
                Ok(Noted {
                    at_ms,
                    change,
                    table,
                    row: serde_json::from_str(&content)?,
                })
            })
            .collect()
    }

    /// Leave the tables as the gateway has them.
    pub async fn end(mut self) -> Result<()> {
        for table in self.tables {
            for op in ["INSERT", "UPDATE"] {
                self.execute(match self.connection {
                    Connection::Sqlite(_) => format!("DROP TRIGGER bench_{op}_{table}"),
                    Connection::Postgres(_) => {
                        format!("DROP TRIGGER bench_{op}_{table} ON {table}")
                    }
                })
                .await?;
            }
        }
        self.execute("DROP TABLE bench_notes".to_owned()).await
    }

    async fn execute(&mut self, sql: String) -> Result<()> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        let _rows = match &mut self.connection {
            Connection::Sqlite(connection) => sql.execute(connection).await?.rows_affected(),
            Connection::Postgres(connection) => sql.execute(connection).await?.rows_affected(),
        };
        Ok(())
    }
}
