//! How long `cardmux serve` takes until it is ready, and the memory it holds.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{issue_cards, pick};
use crate::Result;
use crate::args::{Backend, Plan};
use crate::database::{Database, Databases};
use crate::load::run_for;
use crate::process::{Gateway, Server};
use crate::report::{Aim, Figure, Report};
use crate::stats::{Spread, millis};

/// Starts are short, so there can be a few more of them than rounds.
const STARTS_PER_ROUND: usize = 3;

const FLOOR: &str = "bare axum server on the same file";

pub async fn run(databases: &Databases, plan: &Plan, report: &mut Report) -> Result<()> {
    let (program, name) = program()?;
    let figure = |metric: &str, value: Spread, unit| {
        Figure::new("startup", Backend::Sqlite, metric, value, unit).with("program", name)
    };
    let mut starts = Starts::default();
    for _ in 0..plan.rounds * STARTS_PER_ROUND {
        starts.add(&program, databases, plan).await?;
    }
    let Starts {
        fresh,
        existing,
        bare,
        idle_kib,
    } = starts;
    let floor = Spread::of(bare);
    report.add(figure("fresh file", Spread::of(fresh), "ms").beside(FLOOR, floor, Aim::None))?;
    report.add(figure("existing file", Spread::of(existing), "ms").beside(
        FLOOR,
        floor,
        Aim::None,
    ))?;
    report.add(figure("memory idle", mebibytes(idle_kib), "MiB"))?;
    let loaded = after_load(&program, databases, plan).await?;
    report.add(figure("memory loaded", mebibytes(loaded), "MiB").clients(plan.clients))
}

/// Milliseconds until ready, and memory.
#[derive(Default)]
struct Starts {
    fresh: Vec<f64>,
    existing: Vec<f64>,
    bare: Vec<f64>,
    idle_kib: Vec<u32>,
}

impl Starts {
    async fn add(&mut self, program: &Path, databases: &Databases, plan: &Plan) -> Result<()> {
        let database = databases.create().await?;
        let gateway = install(program, &database, plan)?;
        // Making the API key made the schema; a first start has none.
        remove_files(&database)?;
        self.fresh.push(millis(timed(gateway.serve()).await?.0));
        let (time, server) = timed(gateway.serve()).await?;
        self.existing.push(millis(time));
        self.idle_kib.extend(server.resident_kib());
        drop(server);
        self.bare
            .push(millis(timed(Server::floor(&database.url)).await?.0));
        database.remove().await
    }
}

/// What it holds after serving reads and issues.
async fn after_load(program: &Path, databases: &Databases, plan: &Plan) -> Result<Option<u32>> {
    let database = databases.create().await?;
    let gateway = install(program, &database, plan)?;
    let server = gateway.serve().await?;
    let api = gateway.api(&server);
    let card_type = gateway.card_type(&server, 0).await?;
    let cards = issue_cards(&api, &card_type, plan.clients, plan.cards).await?;
    let read = |client| api.card(pick(&cards, client, plan.clients)?);
    run_for(plan.round, api.address, plan.clients, read).await?;
    let deposit = |client| api.deposit(pick(&cards, client, plan.clients)?);
    run_for(plan.round, api.address, plan.clients, deposit).await?;
    let resident = server.resident_kib();
    drop(server);
    database.remove().await?;
    Ok(resident)
}

/// The program people run where it was built beside this one, else this one's own `serve`.
fn program() -> Result<(PathBuf, &'static str)> {
    let this = std::env::current_exe()?;
    let beside = this.with_file_name("cardmux");
    Ok(if beside.exists() {
        (beside, "cardmux")
    } else {
        (this, "cardmux-bench")
    })
}

fn install(program: &Path, database: &Database, plan: &Plan) -> Result<Gateway> {
    let measured = plan.measured.clone();
    Gateway::install(
        program.to_owned(),
        database.dir.path(),
        &database.url,
        measured,
    )
}

fn remove_files(database: &Database) -> Result<()> {
    for entry in std::fs::read_dir(database.dir.path())? {
        let path = entry?.path();
        if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("cardmux.db"))
        {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

async fn timed<T>(work: impl Future<Output = Result<T>>) -> Result<(Duration, T)> {
    let began = Instant::now();
    let done = work.await?;
    Ok((began.elapsed(), done))
}

fn mebibytes(kib: impl IntoIterator<Item = u32>) -> Spread {
    Spread::of(kib.into_iter().map(|kib| f64::from(kib) / 1024.0))
}
