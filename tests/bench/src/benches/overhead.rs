//! What a deposit takes beyond the provider's own time. The provider's time is a timer's, which ends
//! up to a millisecond late; the floor, a bare handler that waits for the same timer, shows how late.

use std::time::Duration;

use super::{Stage, issue_cards, pick};
use crate::Result;
use crate::api::plain;
use crate::args::Plan;
use crate::load::{Round, run_for};
use crate::process::{LATENCIES, Server};
use crate::report::{Aim, Figure, Report};
use crate::stats::{Spread, millis};

const FLOOR: &str = "bare axum handler that waits as long";
/// So that a card is rarely deposited on again while its last deposit is still settling.
const CARDS_PER_CLIENT: usize = 8;
/// Milliseconds.
const P50_BELOW: f64 = 1.0;

pub async fn run(stage: &Stage, plan: &Plan, report: &mut Report) -> Result<()> {
    let floor = Server::floor(&stage.database.url).await?;
    for latency in LATENCIES {
        at(latency, stage, &floor, plan, report).await?;
    }
    Ok(())
}

async fn at(
    latency_ms: u64,
    stage: &Stage,
    floor: &Server,
    plan: &Plan,
    report: &mut Report,
) -> Result<()> {
    let card_type = stage.gateway.card_type(&stage.server, latency_ms).await?;
    let cards = issue_cards(
        &stage.api,
        &card_type,
        plan.clients,
        plan.clients * CARDS_PER_CLIENT,
    )
    .await?;
    let path = format!("/work/{latency_ms}");
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for round in 0..=plan.rounds {
        let time = if round == 0 { plan.warm_up } else { plan.round };
        let deposit = |client| stage.api.deposit(pick(&cards, client, plan.clients)?);
        let gateway = run_for(time, stage.api.address, plan.clients, deposit).await?;
        let wait = |_| plain(hyper::Method::POST, &path, floor.address);
        let bare = run_for(time, floor.address, plan.clients, wait).await?;
        if round > 0 {
            ours.push(gateway);
            theirs.push(bare);
        }
    }
    let latency = Duration::from_millis(latency_ms);
    for percent in [50, 99] {
        let beyond = |rounds: &[Round]| {
            Spread::of(
                rounds
                    .iter()
                    .map(|r| millis(r.percentile(percent)) - millis(latency)),
            )
        };
        let aim = if percent == 50 {
            Aim::BelowFloorPlus(P50_BELOW)
        } else {
            Aim::None
        };
        let metric = format!("p{percent} at {latency_ms} ms");
        let figure = Figure::new("overhead", stage.backend, &metric, beyond(&ours), "ms")
            .clients(plan.clients)
            .beside(FLOOR, beyond(&theirs), aim)
            .with("latency_ms", latency_ms)
            .with(
                "requests_per_second",
                Spread::of(ours.iter().map(Round::per_second))
                    .median
                    .round(),
            )
            .with(
                "refused",
                ours.iter().map(|round| round.refused).sum::<usize>(),
            );
        report.add(figure)?;
    }
    Ok(())
}
