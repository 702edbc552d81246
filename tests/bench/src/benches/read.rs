//! `GET /v1/cards/{id}` of a random card, beside a bare axum handler that runs the same SELECT.

use super::Stage;
use crate::Result;
use crate::api::plain;
use crate::args::Plan;
use crate::load::{Round, run_for};
use crate::process::Server;
use crate::report::{Aim, Figure, Report};
use crate::stats::{Spread, millis};

const FLOOR: &str = "bare axum handler, same SELECT";

pub async fn run(stage: &Stage, plan: &Plan, report: &mut Report) -> Result<()> {
    let floor = Server::floor(&stage.database.url).await?;
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    // In turns, so that what changes on the machine meanwhile meets both.
    for round in 0..=plan.rounds {
        let time = if round == 0 { plan.warm_up } else { plan.round };
        let gateway = read(stage, plan, time).await?;
        let bare = read_floor(stage, &floor, plan, time).await?;
        if round > 0 {
            ours.push(gateway);
            theirs.push(bare);
        }
    }
    let rate = |rounds: &[Round]| Spread::of(rounds.iter().map(Round::per_second));
    let figure = Figure::new("read", stage.backend, "requests", rate(&ours), "1/s")
        .clients(plan.clients)
        .beside(FLOOR, rate(&theirs), Aim::Ratio(0.8))
        .with(
            "refused",
            ours.iter().map(|round| round.refused).sum::<usize>(),
        )
        .with("cards", stage.cards.len());
    report.add(figure)?;
    for percent in [50, 99] {
        let latency =
            |rounds: &[Round]| Spread::of(rounds.iter().map(|r| millis(r.percentile(percent))));
        let figure = Figure::new(
            "read",
            stage.backend,
            &format!("p{percent}"),
            latency(&ours),
            "ms",
        )
        .clients(plan.clients)
        .beside(FLOOR, latency(&theirs), Aim::None);
        report.add(figure)?;
    }
    Ok(())
}

async fn read(stage: &Stage, plan: &Plan, time: std::time::Duration) -> Result<Round> {
    let calls = |client| stage.api.card(stage.card_of(client, plan.clients)?);
    run_for(time, stage.api.address, plan.clients, calls).await
}

async fn read_floor(
    stage: &Stage,
    floor: &Server,
    plan: &Plan,
    time: std::time::Duration,
) -> Result<Round> {
    let calls = |client| {
        let card = stage.card_of(client, plan.clients)?;
        plain(
            hyper::Method::GET,
            &format!("/cards/{}", card.uuid()),
            floor.address,
        )
    };
    run_for(time, floor.address, plan.clients, calls).await
}
