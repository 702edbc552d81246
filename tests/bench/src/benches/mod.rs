//! The comparisons, each in its file. One gateway process per database serves them all.

mod decisions;
mod overhead;
mod read;
mod routing;
mod startup;
mod write;

use std::cell::{Cell, RefCell};

use bytes::Bytes;
use cardmux_domain::id::CardId;

use crate::Result;
use crate::api::{Api, card_id};
use crate::args::{Backend, Bench, Plan};
use crate::database::{Database, Databases};
use crate::load;
use crate::process::{Gateway, Server};
use crate::report::Report;

pub async fn run(plan: &Plan) -> Result<()> {
    let mut report = Report::default();
    if plan.wants(Bench::Routing) {
        routing::run(plan, &mut report)?;
    }
    if plan.benches == [Bench::Routing] {
        return report.table();
    }
    for backend in &plan.backends {
        match Databases::open(*backend, plan.postgres.as_deref())? {
            Some(databases) => run_on(&databases, plan, &mut report).await?,
            None => report.skip(*backend, "not installed here, and no CARDMUX_TEST_POSTGRES")?,
        }
    }
    report.table()
}

async fn run_on(databases: &Databases, plan: &Plan, report: &mut Report) -> Result<()> {
    let loads = [Bench::Read, Bench::Issue, Bench::Deposit, Bench::Overhead];
    if loads.into_iter().any(|bench| plan.wants(bench)) {
        let stage = Stage::set(databases, plan).await?;
        if plan.wants(Bench::Read) {
            read::run(&stage, plan, report).await?;
        }
        write::run(&stage, databases, plan, report).await?;
        if plan.wants(Bench::Overhead) {
            overhead::run(&stage, plan, report).await?;
        }
        stage.strike().await?;
    }
    if plan.wants(Bench::Decisions) {
        decisions::run(databases, plan, report).await?;
    }
    // Where it stands on disk is what a start depends on, and a private PostgreSQL starts at its own pace.
    if plan.wants(Bench::Startup) && databases.backend() == Backend::Sqlite {
        startup::run(databases, plan, report).await?;
    }
    Ok(())
}

/// A gateway with cards in its registry, ready to be driven.
struct Stage {
    backend: Backend,
    gateway: Gateway,
    server: Server,
    api: Api,
    card_type: String,
    cards: Vec<CardId>,
    database: Database,
}

impl Stage {
    async fn set(databases: &Databases, plan: &Plan) -> Result<Self> {
        let database = databases.create().await?;
        let gateway = install(&database, plan)?;
        let server = gateway.serve().await?;
        let api = gateway.api(&server);
        let card_type = gateway.card_type(&server, 0).await?;
        let cards = issue_cards(&api, &card_type, plan.clients, plan.cards).await?;
        let backend = databases.backend();
        Ok(Self {
            backend,
            gateway,
            server,
            api,
            card_type,
            cards,
            database,
        })
    }

    async fn strike(self) -> Result<()> {
        drop(self.server);
        self.database.remove().await
    }

    /// A card no other client picks: two operations on one card at a time are refused.
    fn card_of(&self, client: usize, clients: usize) -> Result<CardId> {
        pick(&self.cards, client, clients)
    }
}

/// A random one of the cards that are `client`'s share.
fn pick(cards: &[CardId], client: usize, clients: usize) -> Result<CardId> {
    let share = (cards.len() / clients).max(1);
    let index = rand::random_range(0..share) * clients + client;
    cards
        .get(index)
        .or(cards.first())
        .copied()
        .ok_or_else(|| "there is no card".into())
}

/// This same executable: its `serve` is the gateway's.
fn install(database: &Database, plan: &Plan) -> Result<Gateway> {
    let program = std::env::current_exe()?;
    Gateway::install(
        program,
        database.dir.path(),
        &database.url,
        plan.measured.clone(),
    )
}

/// Issue cards through the API.
async fn issue_cards(
    api: &Api,
    card_type: &str,
    clients: usize,
    wanted: usize,
) -> Result<Vec<CardId>> {
    let cards = RefCell::new(Vec::with_capacity(wanted));
    let begun = Cell::new(0);
    let next = |_| {
        begun.set(begun.get() + 1);
        (begun.get() <= wanted).then(|| api.issue(card_type))
    };
    let seen = |body: &Bytes| cards.borrow_mut().extend(card_id(body));
    let round = load::run(api.address, clients, next, seen).await?;
    let cards = cards.into_inner();
    if cards.len() < wanted {
        return Err(format!("{} of {wanted} cards were refused", round.refused).into());
    }
    Ok(cards)
}
