//! Real-time authorizations over the hook, beside the same statements without the gateway and beside
//! a bare handler that answers at once.

use cardmux_domain::id::CardTypeId;

use super::write::Floor;
use crate::Result;
use crate::api::{Api, plain};
use crate::args::{Backend, Plan};
use crate::database::{Database, Databases};
use crate::floor::decision;
use crate::floor::plan::{Among, Plan as Statements};
use crate::load::{Round, paced, run_for};
use crate::process::{FINCI, FINCI_PRODUCT, Gateway, Server, finci};
use crate::report::{Aim, Figure, Report};
use crate::stats::{Spread, millis};
use crate::stock;

const BENCH: &str = "decisions";
const BARE: &str = "bare axum handler that answers at once";
/// Answers with nothing to wait for.
const BARE_PATH: &str = "/work/0";
/// Thousandths, with their names.
const POINTS: [(&str, usize); 3] = [("p50", 500), ("p99", 990), ("p99.9", 999)];
/// Connections of the open loop for each client of the closed one: enough that requests hardly ever
/// wait for a free one, and what they wait counts.
const CONNECTIONS_PER_CLIENT: usize = 4;

pub async fn run(databases: &Databases, plan: &Plan, report: &mut Report) -> Result<()> {
    let among = stock::among(plan.decision_cards)?;
    let (database, gateway) = stocked(databases, plan, among).await?;
    // The floor has a stock of its own: what it writes does not add up.
    let (apart, source) = stocked(databases, plan, among).await?;
    let backend = databases.backend();
    let statements = decision::capture(backend, &source, &apart.url, among).await?;
    let server = gateway.serve().await?;
    let api = gateway.api(&server);
    let mut stage = Stage {
        backend,
        api,
        bare: Server::floor(&database.url).await?,
        floor: Floor::open(backend, &apart).await?,
        statements,
        clients: plan.clients,
    };
    let one = Among { asked: 1, ..among };
    for (place, among) in [("spread", among), ("single", one)] {
        let rate = stage.closed(place, among, plan, report).await?;
        stage.open(place, among, rate / 2.0, plan, report).await?;
    }
    let Stage { floor, bare, .. } = stage;
    floor.close().await?;
    drop((bare, server));
    apart.remove().await?;
    database.remove().await
}

/// A database with cards on funded budgets, and a gateway for it that does not run yet.
async fn stocked(databases: &Databases, plan: &Plan, among: Among) -> Result<(Database, Gateway)> {
    let database = databases.create().await?;
    let gateway = Gateway::install_with(
        std::env::current_exe()?,
        database.dir.path(),
        &database.url,
        plan.measured.clone(),
        finci(),
    )?;
    let server = gateway.serve().await?;
    let card_type = gateway.card_type_of(&server, FINCI, FINCI_PRODUCT).await?;
    drop(server);
    let card_type: CardTypeId = card_type.parse()?;
    stock::fill(&database.url, card_type, among).await?;
    databases.settle(&database).await?;
    Ok((database, gateway))
}

struct Stage {
    backend: Backend,
    api: Api,
    bare: Server,
    floor: Floor,
    statements: Statements,
    clients: usize,
}

impl Stage {
    /// As many decisions as there can be; returns how many a second.
    async fn closed(
        &mut self,
        place: &str,
        among: Among,
        plan: &Plan,
        report: &mut Report,
    ) -> Result<f64> {
        let (mut ours, mut bare, mut alone) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=plan.rounds {
            let time = if round == 0 { plan.warm_up } else { plan.round };
            let ask = |_| self.api.authorize(among.pick().0);
            let gateway = run_for(time, self.api.address, self.clients, ask).await?;
            let floor = &mut self.floor;
            let statements = floor
                .round_among(&self.statements, among, self.clients, time)
                .await?;
            let answer = |_| plain(hyper::Method::POST, BARE_PATH, self.bare.address);
            let handler = run_for(time, self.bare.address, self.clients, answer).await?;
            if round > 0 {
                ours.push(gateway);
                alone.push(statements);
                bare.push(handler);
            }
        }
        let rate = |rounds: &[Round]| Spread::of(rounds.iter().map(Round::per_second));
        let of = |metric: &str| {
            let metric = format!("{place} {metric}");
            let figure = Figure::new(BENCH, self.backend, &metric, rate(&ours), "1/s");
            figure.clients(self.clients)
        };
        let statements = of("requests")
            .beside(self.floor.decision(), Spread::of(alone), Aim::None)
            .with("refused", refused(&ours))
            .with("cards", among.slots * among.budgets)
            .with("budgets", among.asked)
            .with("reads", self.statements.reads.len())
            .with("row_writes", self.statements.shape());
        report.add(statements)?;
        report.add(of("by bare").beside(BARE, rate(&bare), Aim::None))?;
        self.latencies(place, (&ours, &bare), self.clients, report)?;
        Ok(rate(&ours).median)
    }

    /// Decisions at a given rate, whether the ones before are answered or not.
    async fn open(
        &self,
        place: &str,
        among: Among,
        rate: f64,
        plan: &Plan,
        report: &mut Report,
    ) -> Result<()> {
        let connections = self.clients * CONNECTIONS_PER_CLIENT;
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for round in 0..=plan.rounds {
            let time = if round == 0 { plan.warm_up } else { plan.round };
            let ask = |_| self.api.authorize(among.pick().0);
            let gateway = paced(rate, time, self.api.address, connections, ask).await?;
            let answer = |_| plain(hyper::Method::POST, BARE_PATH, self.bare.address);
            let handler = paced(rate, time, self.bare.address, connections, answer).await?;
            if round > 0 {
                ours.push(gateway);
                bare.push(handler);
            }
        }
        let done = |rounds: &[Round]| Spread::of(rounds.iter().map(Round::per_second));
        let metric = format!("{place} open");
        let figure = Figure::new(BENCH, self.backend, &metric, done(&ours), "1/s")
            .clients(connections)
            .beside(BARE, done(&bare), Aim::None)
            .with("rate", rate.round())
            .with("refused", refused(&ours));
        report.add(figure)?;
        self.latencies(&metric, (&ours, &bare), connections, report)
    }

    fn latencies(
        &self,
        place: &str,
        (ours, bare): (&[Round], &[Round]),
        clients: usize,
        report: &mut Report,
    ) -> Result<()> {
        for (name, permille) in POINTS {
            let at = |rounds: &[Round]| {
                let points = rounds.iter().map(|round| millis(round.permille(permille)));
                Spread::of(points)
            };
            let metric = format!("{place} {name}");
            let figure = Figure::new(BENCH, self.backend, &metric, at(ours), "ms")
                .clients(clients)
                .beside(BARE, at(bare), Aim::None);
            report.add(figure)?;
        }
        Ok(())
    }
}

/// A decline is one of them: the stock has money, and the limits are wide.
fn refused(rounds: &[Round]) -> usize {
    rounds.iter().map(|round| round.refused).sum()
}
