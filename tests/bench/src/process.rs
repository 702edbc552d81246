//! The processes that are measured.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tokio::time::{MissedTickBehavior, interval};

use crate::Result;
use crate::api::{Api, plain};
use crate::args::Measured;
use crate::load::fetch;

pub const TENANT: &str = "bench";
/// How long the mock takes, in milliseconds; an instance of it for each.
pub const LATENCIES: [u64; 3] = [0, 5, 50];
/// Slower than any start on a loaded machine.
const START_WITHIN: Duration = Duration::from_secs(20);

/// The instance that asks for decisions, and its only product.
pub const FINCI: &str = "finci";
pub const FINCI_PRODUCT: &str = "41";

pub fn instance(latency_ms: u64) -> String {
    format!("mock_{latency_ms}")
}

/// A server of ours. Killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Start a program that listens where it is told to, and wait until `ready` answers.
    async fn start(mut command: Command, ready: &str) -> Result<Self> {
        let address = free_address()?;
        let child = command.arg("--listen").arg(address.to_string()).spawn()?;
        let mut server = Self { child, address };
        let give_up = Instant::now() + START_WITHIN;
        // Fine enough to time a start with.
        let mut pause = interval(Duration::from_millis(1));
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let answer = fetch(address, plain(hyper::Method::GET, ready, address)?).await;
            if answer.is_ok_and(|(status, _)| status.is_success()) {
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("a server ended: {status}; --gateway-log shows why").into());
            }
            if Instant::now() > give_up {
                return Err("a server did not get ready".into());
            }
            pause.tick().await;
        }
    }

    /// The floor that reads the same database.
    pub async fn floor(database_url: &str) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("floor")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        // In the environment, since a URL may hold a password.
        command.env("BENCH_FLOOR_DATABASE", database_url);
        Self::start(command, "/ready").await
    }

    /// Resident memory in KiB; `None` where the system does not tell.
    pub fn resident_kib(&self) -> Option<u32> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The mock, once for each latency.
fn mocks() -> Map<String, Value> {
    let mock = |ms: &u64| {
        let settings = json!({ "kind": "mock", "settings": { "latency_ms": ms } });
        (instance(*ms), settings)
    };
    LATENCIES.iter().map(mock).collect()
}

/// A FINCI that asks from here and is never called. A decline has a status of its own, so that the
/// load counts it as refused.
pub fn finci() -> Map<String, Value> {
    let settings = json!({
        "base_url": "http://127.0.0.1:9",
        "token": "the-bench-calls-nobody",
        "secret": "the-bench-calls-nobody",
        "products": [{ "product_id": FINCI_PRODUCT, "currency": "EUR" }],
        "delivery_address": { "country": "LT" },
        "decline_status": 422,
    });
    let instance = json!({
        "kind": "finci", "webhook_networks": ["127.0.0.0/8"], "settings": settings,
    });
    [(FINCI.to_owned(), instance)].into_iter().collect()
}

/// A configured gateway over one database.
pub struct Gateway {
    program: PathBuf,
    config: PathBuf,
    measured: Measured,
    key: String,
}

impl Gateway {
    /// Write a configuration into `dir` and make an API key. Everything that is not needed to run at
    /// all is left at its default, the log included.
    pub fn install(
        program: PathBuf,
        dir: &Path,
        database_url: &str,
        measured: Measured,
    ) -> Result<Self> {
        Self::install_with(program, dir, database_url, measured, mocks())
    }

    /// As [`Gateway::install`], with these provider instances.
    pub fn install_with(
        program: PathBuf,
        dir: &Path,
        database_url: &str,
        measured: Measured,
        providers: Map<String, Value>,
    ) -> Result<Self> {
        let instances: Vec<&String> = providers.keys().collect();
        let config = json!({
            "data": { "dir": dir },
            "database": { "url": database_url },
            "security": {
                "secret": "an-installation-secret-of-the-bench",
                "data_keys": { "k1": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" },
            },
            "providers": providers,
            "tenants": { TENANT: { "instances": instances } },
        });
        let path = dir.join("cardmux.toml");
        std::fs::write(&path, toml::to_string(&config)?)?;
        let mut gateway = Self {
            program,
            config: path,
            measured,
            key: String::new(),
        };
        let output = gateway
            .command(&["keys", "create", "--tenant", TENANT])
            .output()?;
        if !output.status.success() {
            let problem = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("no API key: {problem}").into());
        }
        gateway.key = String::from_utf8(output.stdout)?.trim().to_owned();
        Ok(gateway)
    }

    /// Without this process's environment, which the gateway would take for settings.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .arg("--config")
            .arg(&self.config)
            .env_clear()
            .envs(self.measured.variables.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    pub async fn serve(&self) -> Result<Server> {
        self.serve_with(None).await
    }

    /// Without background jobs: it writes nothing but what requests make it write.
    pub async fn serve_without_worker(&self) -> Result<Server> {
        self.serve_with(Some(("CARDMUX_WORKER__ENABLED", "false")))
            .await
    }

    async fn serve_with(&self, variable: Option<(&str, &str)>) -> Result<Server> {
        let mut command = self.command(&["serve"]);
        command
            .envs(variable)
            .stdout(Stdio::null())
            .stderr(match &self.measured.log {
                Some(path) => Stdio::from(File::options().create(true).append(true).open(path)?),
                None => Stdio::null(),
            });
        Server::start(command, "/readyz").await
    }

    pub fn api(&self, server: &Server) -> Api {
        Api::new(server.address, &self.key)
    }

    /// The id of the mock's dollar type, once the worker has read the catalogue.
    pub async fn card_type(&self, server: &Server, latency_ms: u64) -> Result<String> {
        self.card_type_of(server, &instance(latency_ms), "mock_usd")
            .await
    }

    /// As [`Gateway::card_type`], of any instance.
    pub async fn card_type_of(
        &self,
        server: &Server,
        instance: &str,
        provider_ref: &str,
    ) -> Result<String> {
        let api = self.api(server);
        let give_up = Instant::now() + START_WITHIN;
        let mut pause = interval(Duration::from_millis(5));
        while Instant::now() < give_up {
            if let Some(id) = api.card_type(instance, provider_ref).await? {
                return Ok(id);
            }
            pause.tick().await;
        }
        Err("the gateway did not read its catalogue".into())
    }
}
