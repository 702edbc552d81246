//! Issue and deposit through the API, the provider answering at once, beside the same row writes one
//! request at a time.

use std::time::Duration;

use super::{Stage, install};
use crate::Result;
use crate::args::{Backend, Bench, Plan};
use crate::database::{Database, Databases};
use crate::floor::capture::{Captured, capture};
use crate::floor::plan::{self as writes, Among, Change};
use crate::floor::{pgbench, sqlite};
use crate::load::{Round, run_for};
use crate::report::{Aim, Figure, Report};
use crate::stats::{Spread, millis};

pub async fn run(
    stage: &Stage,
    databases: &Databases,
    plan: &Plan,
    report: &mut Report,
) -> Result<()> {
    if !plan.wants(Bench::Issue) && !plan.wants(Bench::Deposit) {
        return Ok(());
    }
    let database = databases.create().await?;
    let gateway = install(&database, plan)?;
    let captured = capture(stage.backend, &gateway, &database.url).await?;
    let mut floor = Floor::open(stage.backend, &database).await?;
    floor.seed(&captured, u64::try_from(plan.cards)?).await?;
    for (bench, writes) in [
        (Bench::Issue, &captured.issue),
        (Bench::Deposit, &captured.deposit),
    ] {
        if plan.wants(bench) {
            compare(bench, stage, &mut floor, writes, plan, report).await?;
        }
    }
    floor.close().await?;
    database.remove().await
}

async fn compare(
    bench: Bench,
    stage: &Stage,
    floor: &mut Floor,
    writes: &writes::Plan,
    plan: &Plan,
    report: &mut Report,
) -> Result<()> {
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for round in 0..=plan.rounds {
        let time = if round == 0 { plan.warm_up } else { plan.round };
        let gateway = drive(bench, stage, plan, time).await?;
        let one_by_one = floor.round(writes, plan, time).await?;
        if round > 0 {
            ours.push(gateway);
            theirs.push(one_by_one);
        }
    }
    let (name, backend) = (bench.to_string(), stage.backend);
    let rate = Spread::of(ours.iter().map(Round::per_second));
    let figure = Figure::new(&name, backend, "requests", rate, "1/s")
        .clients(plan.clients)
        .beside(floor.name(), Spread::of(theirs), Aim::Ratio(1.0))
        .with(
            "refused",
            ours.iter().map(|round| round.refused).sum::<usize>(),
        )
        .with("row_writes", writes.shape());
    report.add(figure)?;
    for percent in [50, 99] {
        let latency = Spread::of(ours.iter().map(|round| millis(round.percentile(percent))));
        let figure = Figure::new(&name, backend, &format!("p{percent}"), latency, "ms");
        report.add(figure.clients(plan.clients))?;
    }
    Ok(())
}

async fn drive(bench: Bench, stage: &Stage, plan: &Plan, time: Duration) -> Result<Round> {
    let clients = plan.clients;
    let calls = |client| match bench {
        Bench::Deposit => stage.api.deposit(stage.card_of(client, clients)?),
        Bench::Issue
        | Bench::Read
        | Bench::Overhead
        | Bench::Startup
        | Bench::Decisions
        | Bench::Routing => stage.api.issue(&stage.card_type),
    };
    run_for(time, stage.api.address, clients, calls).await
}

pub enum Floor {
    Sqlite(sqlite::Floor),
    Postgres(pgbench::Floor),
}

impl Floor {
    pub async fn open(backend: Backend, database: &Database) -> Result<Self> {
        Ok(match backend {
            Backend::Sqlite => Self::Sqlite(sqlite::Floor::open(&database.url).await?),
            Backend::Postgres => {
                let dir = database.dir.path().to_owned();
                Self::Postgres(pgbench::Floor::open(&database.url, dir)?)
            }
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "one connection, same row writes, a transaction each",
            Self::Postgres(_) => "pgbench prepared, same row writes, a transaction each",
        }
    }

    /// The same of decisions, which look up before they write.
    pub fn decision(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "one connection, same look-ups and row writes",
            Self::Postgres(_) => "pgbench prepared, same look-ups and row writes",
        }
    }

    /// Cards as an issue leaves them.
    async fn seed(&mut self, captured: &Captured, cards: u64) -> Result<()> {
        let mut writes = captured.issue.transactions.iter().flatten();
        let card = writes
            .rfind(|write| write.table == "cards" && write.change == Change::Update)
            .ok_or("an issue does not end with an update of the card")?;
        match self {
            Self::Sqlite(floor) => floor.seed(card, cards).await,
            Self::Postgres(floor) => floor.seed(card, cards).await,
        }
    }

    async fn round(&mut self, writes: &writes::Plan, plan: &Plan, time: Duration) -> Result<f64> {
        let among = Among::cards(u64::try_from(plan.cards)?);
        self.round_among(writes, among, plan.clients, time).await
    }

    /// Requests a second.
    pub async fn round_among(
        &mut self,
        writes: &writes::Plan,
        among: Among,
        clients: usize,
        time: Duration,
    ) -> Result<f64> {
        match self {
            Self::Sqlite(floor) => floor.round(writes, among, time).await,
            Self::Postgres(floor) => floor.round(writes, among, clients, time),
        }
    }

    pub async fn close(self) -> Result<()> {
        match self {
            Self::Sqlite(floor) => floor.close().await,
            Self::Postgres(_) => Ok(()),
        }
    }
}
