//! The floor of writes on PostgreSQL: `pgbench`, prepared statements, as many connections as there
//! are clients, each of a request's transactions by itself.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use url::Url;

use super::plan::{Among, CONTROLLED, Cell, Of, Plan, TEXT_DIGITS, Write, id_prefix};
use crate::Result;

pub struct Floor {
    url: Url,
    dir: PathBuf,
    rounds: u64,
}

/// More requests than a round can do; each round has numbers of its own.
const NUMBERS_OF_A_ROUND: u64 = 100_000_000;

impl Floor {
    pub fn open(url: &str, dir: PathBuf) -> Result<Self> {
        Ok(Self {
            url: url.parse()?,
            dir,
            rounds: 0,
        })
    }

    /// Cards number 1 to `cards`, to deposit on; and statistics the planner can use.
    pub async fn seed(&self, card: &Write, cards: u64) -> Result<()> {
        let row = card.as_insert().sql(|cell| sql(cell, "n", literal));
        let (head, values) = row.split_once(" VALUES ").ok_or("an insert has values")?;
        let values = values.trim_start_matches('(').trim_end_matches(')');
        let seed = format!("{head} SELECT {values} FROM generate_series(1, {cards}) AS numbers(n)");
        let mut connection = PgConnection::connect(self.url.as_str()).await?;
        connection.execute(AssertSqlSafe(seed)).await?;
        connection.execute("VACUUM ANALYZE").await?;
        Ok(connection.close().await?)
    }

    /// Requests a second. `pgbench` counts in whole seconds.
    pub fn round(
        &mut self,
        plan: &Plan,
        among: Among,
        clients: usize,
        time: Duration,
    ) -> Result<f64> {
        self.rounds += 1;
        let Script { text, constants } = Script::of(plan);
        let file = self.dir.join("pgbench.sql");
        std::fs::write(&file, text)?;
        let mut pgbench = self.command()?;
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
        pgbench
            .arg(format!("--client={clients}"))
            .arg(format!("--file={}", file.display()));
        pgbench.arg(format!("--time={}", time.as_secs().max(1)));
        let numbers = [
            ("base", self.rounds * NUMBERS_OF_A_ROUND),
            ("clients", u64::try_from(clients)?),
            ("slots", among.slots),
            ("budgets", among.budgets),
            ("asked", among.asked),
            ("i", 0),
        ];
        for (name, number) in numbers {
            pgbench.arg(format!("--define={name}={number}"));
        }
        for (index, constant) in constants.iter().enumerate() {
            pgbench.arg(format!("--define=v{index}={constant}"));
        }
        let output = pgbench
            .output()
            .map_err(|error| format!("pgbench: {error}"))?;
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        let rate = answer
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
        match rate {
            Some(rate) if output.status.success() => Ok(rate.parse()?),
            _ => Err(format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }

    /// Connecting as the gateway does; `pgbench` does not know all parameters of its URL.
    fn command(&self) -> Result<Command> {
        let options: PgConnectOptions = self.url.as_str().parse()?;
        let socket = options.get_socket().map(|path| path.display().to_string());
        let mut command = Command::new("pgbench");
        command
            .stdin(Stdio::null())
            .arg(format!(
                "--host={}",
                socket.as_deref().unwrap_or(options.get_host())
            ))
            .arg(format!("--port={}", options.get_port()))
            .arg(format!("--username={}", options.get_username()));
        if let Some(password) = self.url.password() {
            command.env("PGPASSWORD", password);
        }
        command.arg(options.get_database().unwrap_or("postgres"));
        Ok(command)
    }
}

/// A script, and the values its variables `v0`, `v1` … have: sent with each statement, as the
/// gateway has to.
struct Script {
    text: String,
    constants: Vec<String>,
}

impl Script {
    fn of(plan: &Plan) -> Self {
        // The clients' numbers interleave, so that ids rise with time.
        let mut text = String::from(
            "\\set n :base + :i * :clients + :client_id\n\\set i :i + 1\n\
             \\set budget random(1, :asked)\n\\set slot random(0, :slots - 1)\n\
             \\set card :slot * :budgets + :budget\n",
        );
        let mut constants = Vec::new();
        let mut places = HashMap::new();
        let mut place = |cell: &Cell| {
            sql(cell, "", |constant| {
                let place = *places.entry(constant.to_owned()).or_insert_with(|| {
                    constants.push(constant.to_owned());
                    constants.len() - 1
                });
                format!(":v{place}")
            })
        };
        for read in &plan.reads {
            let statement = read.sql(&mut place);
            text.push_str(&if read.of_controlled {
                format!("\\if :slot % {CONTROLLED} = 0\n{statement};\n\\endif\n")
            } else {
                format!("{statement};\n")
            });
        }
        for transaction in &plan.transactions {
            text.push_str("BEGIN;\n");
            for write in transaction {
                text.push_str(&write.sql(&mut place));
                text.push_str(";\n");
            }
            text.push_str("COMMIT;\n");
        }
        Self { text, constants }
    }
}

/// A value in SQL. Numbers of requests and cards are the column `number`, or pgbench's variables
/// where that is empty.
fn sql(cell: &Cell, number: &str, constant: impl FnOnce(&str) -> String) -> String {
    let number = |of: Of| match (number, of) {
        ("", Of::Card) => ":card".to_owned(),
        ("", Of::Request) => ":n".to_owned(),
        ("", Of::Budget) => ":budget".to_owned(),
        (column, _) => column.to_owned(),
    };
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Bool(value) => value.to_string(),
        Cell::Int(value) => constant(&value.to_string()),
        Cell::Text(text) => constant(text),
        Cell::Id(id) => format!("'{id}'::uuid"),
        Cell::SomeId(of, kind) => {
            let (prefix, number) = (id_prefix(*kind), number(*of));
            format!("('{prefix}' || lpad(to_hex({number}::bigint), 12, '0'))::uuid")
        }
        Cell::SomeText(of, kind) => {
            format!(
                "'{kind}_' || lpad(({})::text, {TEXT_DIGITS}, '0')",
                number(*of)
            )
        }
    }
}

/// For the seed, which has no variables. The columns' types make numbers of these again.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
