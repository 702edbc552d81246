//! A PostgreSQL for tests: the server that `CARDMUX_TEST_POSTGRES` names, or else a private one
//! from the newest installation under `/usr/lib/postgresql`. Each test gets a database of its own.
//!
//! A private server belongs to a shell that waits on a pipe from the test process and stops the
//! server and removes its files when the pipe closes: also when the tests are killed.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Commands on stdin, one answering line on stdout for each.
const SHELL: &str = r#"
set -e
bin=$1
dir=$(mktemp -d /tmp/cardmux-pg-XXXXXX)
trap 'rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-sync >"$dir/initdb.log" 2>&1
start() { "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-c listen_addresses='' -k $dir -c max_connections=300" start >/dev/null; }
start
echo "$dir"
while read -r command; do
    case $command in
        kill) "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null ;;
        start) start ;;
    esac
    echo done
done
"$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null || true
"#;

/// The server chooses, as several test processes may share it.
const FREE_NAME: &str = "SELECT 'cardmux_' || replace(gen_random_uuid()::text, '-', '')";

/// A server of this process's own.
pub struct Server {
    shell: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    socket_dir: String,
}

impl Server {
    /// Start one; `None` where PostgreSQL is not installed.
    pub fn start() -> Result<Option<Self>, Failure> {
        let Some(bin) = newest_installation() else {
            return Ok(None);
        };
        // PostgreSQL refuses to run as root.
        let mut command = if is_root()? {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut shell = command
            .args(["-c", SHELL, "sh"])
            .arg(bin)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let commands = shell.stdin.take();
        let answers = shell.stdout.take().ok_or("the shell has no output")?;
        let mut server = Self {
            shell,
            commands,
            answers: BufReader::new(answers),
            socket_dir: String::new(),
        };
        server.socket_dir = server.answer()?;
        Ok(Some(server))
    }

    /// Of a database in it.
    pub fn url(&self, database: &str) -> String {
        let dir = self.socket_dir.replace('/', "%2F");
        format!("postgres://postgres@localhost/{database}?host={dir}")
    }

    /// Stop it the hard way: what was not flushed is lost, every connection breaks.
    pub fn kill(&mut self) -> Result<(), Failure> {
        self.command("kill")
    }

    pub fn start_again(&mut self) -> Result<(), Failure> {
        self.command("start")
    }

    fn command(&mut self, command: &str) -> Result<(), Failure> {
        let commands = self.commands.as_mut().ok_or("the server is stopped")?;
        writeln!(commands, "{command}")?;
        self.answer().map(drop)
    }

    fn answer(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        match line.trim() {
            "" => Err("the private PostgreSQL did not start".into()),
            line => Ok(line.to_owned()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.commands.take());
        let _status = self.shell.wait();
    }
}

/// An empty database. Dropped by [`Database::remove`], or with the private server.
pub struct Database {
    pub url: String,
    server_url: String,
    name: String,
}

impl Database {
    /// One on the server that all tests of this process share. `None`, after saying so, where there
    /// is no PostgreSQL; that is an error under `CI`.
    pub async fn create() -> Result<Option<Self>, Failure> {
        match server_url() {
            Ok(Some(server_url)) => Self::create_on(&server_url).await.map(Some),
            Ok(None) if variable("CI").is_some() => Err("CI needs a PostgreSQL".into()),
            Ok(None) => {
                // Not `println!`: the test runner would swallow it.
                writeln!(std::io::stderr(), "SKIPPED: no PostgreSQL")?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// One on the server of that URL, whose own database is only connected to.
    pub async fn create_on(server_url: &str) -> Result<Self, Failure> {
        let mut server = PgConnection::connect(server_url).await?;
        let name: String = sqlx::query_scalar(FREE_NAME).fetch_one(&mut server).await?;
        server.close().await?;
        run(server_url, format!("CREATE DATABASE {name}")).await?;
        let options: PgConnectOptions = server_url.parse()?;
        let url = options.database(&name).to_url_lossy().to_string();
        Ok(Self {
            url,
            server_url: server_url.to_owned(),
            name,
        })
    }

    pub async fn remove(self) -> Result<(), Failure> {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        run(&self.server_url, drop).await
    }
}

async fn run(server_url: &str, sql: String) -> Result<(), Failure> {
    let mut connection = PgConnection::connect(server_url).await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(connection.close().await?)
}

fn server_url() -> Result<Option<String>, String> {
    static SHARED: LazyLock<Result<Option<Mutex<Server>>, String>> = LazyLock::new(|| {
        let server = Server::start().map_err(|e| e.to_string())?;
        Ok(server.map(Mutex::new))
    });
    if let Some(url) = variable("CARDMUX_TEST_POSTGRES") {
        return Ok(Some(url));
    }
    let server = SHARED.as_ref().map_err(Clone::clone)?;
    let url = |server: &Mutex<Server>| server.lock().map(|s| s.url("postgres")).ok();
    Ok(server.as_ref().and_then(url))
}

fn newest_installation() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let bin = path.join("bin");
            bin.join("initdb").exists().then_some((version, bin))
        })
        .max()
        .map(|(_, bin)| bin)
}

fn is_root() -> Result<bool, Failure> {
    let id = Command::new("id").arg("-u").output()?;
    Ok(id.stdout.trim_ascii() == b"0")
}

#[expect(
    clippy::disallowed_methods,
    reason = "settings of the tests, not of the gateway"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
