//! The gateway's process.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::wait::eventually;

/// Where the program, its configuration and its log are.
#[derive(Debug, Clone)]
pub struct Installation {
    pub program: PathBuf,
    pub config: PathBuf,
    pub log: PathBuf,
}

impl Installation {
    /// A command of the gateway, with nothing of this process's environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--config").arg(&self.config);
        command
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(self.log_file());
        command
    }

    fn log_file(&self) -> File {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)
            .unwrap()
    }

    /// Run a command to its end; what it printed.
    pub async fn run(&self, arguments: &[&str]) -> String {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped());
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            self.log_tail()
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The end of the log, for the story of a failure.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

/// A gateway that serves. Killed when dropped.
pub struct Gateway {
    child: Child,
    address: String,
}

impl Gateway {
    /// Start it on a free port and wait until it says where it listens.
    pub async fn serve(installation: &Installation, kill_at: Option<&str>) -> Self {
        let begin = std::fs::metadata(&installation.log).map_or(0, |log| log.len());
        let begin = usize::try_from(begin).unwrap();
        let mut command = installation.command(&["serve"]);
        if let Some(kill_at) = kill_at {
            command.env("E2E_KILL_AT", kill_at);
        }
        let mut child = command.spawn().expect("the gateway's program runs");
        let address = eventually("the gateway serves", async || {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the gateway ended: {status}\n{}", installation.log_tail());
            }
            served_address(&std::fs::read(&installation.log).unwrap()[begin..])
        })
        .await;
        Self { child, address }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// SIGKILL, and gone when this returns.
    pub fn kill(&mut self) {
        // It may be gone already, which is as wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Whether any of these texts is in its memory, whatever part of it. Only Linux shows it.
    pub fn remembers(&self, texts: &[String]) -> Vec<String> {
        let of = |name: &str| format!("/proc/{}/{name}", self.child.id());
        let maps = std::fs::read_to_string(of("maps")).unwrap();
        let mut memory = File::open(of("mem")).unwrap();
        let mut found = Vec::new();
        for line in maps.lines() {
            let mut parts = line.split_whitespace();
            let (range, rights) = (parts.next().unwrap(), parts.next().unwrap());
            if !rights.starts_with("rw") {
                continue;
            }
            let (begin, end) = range.split_once('-').unwrap();
            let address = |text| u64::from_str_radix(text, 16).unwrap();
            let (begin, end) = (address(begin), address(end));
            let mut bytes = vec![0; usize::try_from(end - begin).unwrap()];
            // Parts that were given back meanwhile cannot be read, and hold nothing.
            let read = memory
                .seek(SeekFrom::Start(begin))
                .and_then(|_| memory.read_exact(&mut bytes));
            if read.is_err() {
                continue;
            }
            let holds = |text: &&String| bytes.windows(text.len()).any(|w| w == text.as_bytes());
            found.extend(texts.iter().filter(holds).cloned());
        }
        found
    }

    /// SIGHUP.
    pub fn hang_up(&self) {
        kill_process(Pid::from_child(&self.child), Signal::HUP).expect("the gateway runs");
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("the gateway runs");
    }

    /// How it ended, once it has.
    pub async fn ended(&mut self) -> ExitStatus {
        eventually("the gateway ends", async || self.child.try_wait().unwrap()).await
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The address in the log line `serving`.
fn served_address(log: &[u8]) -> Option<String> {
    let log = String::from_utf8_lossy(log);
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let serving = lines
        .into_iter()
        .find(|line| line["message"] == "serving")?;
    Some(serving["address"].as_str()?.to_owned())
}
