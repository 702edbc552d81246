//! Commands to the emulator's own control routes. Only an instance with `simulator = true` has them.

use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, ErrorKind, ProviderError, Simulation, Simulator};
use cardmux_provider_kit::json;
use cardmux_provider_kit::transport::{Answer, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{Finup, error};

/// Amounts are texts, as at the other emulators.
#[derive(Debug, Default, Serialize)]
struct Command {
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(default, deserialize_with = "json::opt_id")]
    id: Option<String>,
}

#[async_trait]
impl Simulator for Finup {
    async fn simulate(
        &self,
        _: &CallContext,
        simulation: &Simulation,
    ) -> Result<Option<String>, ProviderError> {
        let Some((card_ref, action, command)) = command(simulation) else {
            let message = "the Finup emulator cannot be told this";
            return Err(ProviderError::not_sent(ErrorKind::Refused, message));
        };
        let path = ["_emulator", "cards", card_ref, action];
        let answer = self.client.command(&path, &command).await?;
        made(&answer)
    }
}

/// The card a command is about, what is done to it, and how; `None` where there is no such command.
fn command(simulation: &Simulation) -> Option<(&str, &'static str, Command)> {
    match simulation {
        // Payments show neither merchant nor reason (O), so the emulator is not told them.
        Simulation::Authorize {
            card_ref,
            amount,
            merchant: _,
            verification: false,
            decline: None,
        } => {
            let amount = Some(amount.amount_text());
            Some((card_ref, "spend", Command { amount }))
        }
        Simulation::Block { card_ref } => Some((card_ref, "block", Command::default())),
        Simulation::Authorize { .. }
        | Simulation::ApproveEnrolment { .. }
        | Simulation::RejectEnrolment { .. }
        | Simulation::Settle { .. }
        | Simulation::Void { .. }
        | Simulation::Refund { .. }
        | Simulation::MaintenanceFee { .. }
        | Simulation::Advise { .. }
        | Simulation::Present { .. }
        | Simulation::FeePatch { .. }
        | Simulation::Challenge { .. }
        | Simulation::DecideDispute { .. }
        | Simulation::Overdraft { .. } => None,
    }
}

/// An `id` where something was made, nothing elsewhere.
fn made(answer: &Answer) -> Result<Option<String>, ProviderError> {
    if answer.status.is_success() {
        if answer.body.is_empty() {
            return Ok(None);
        }
        let made: Made = json::parse(&answer.body)?;
        return Ok(made.id);
    }
    let (kind, message) = match answer.status {
        StatusCode::NOT_FOUND => (ErrorKind::NotFound, "the emulator does not know this"),
        status if status.is_client_error() => (ErrorKind::Refused, "the emulator refused"),
        _ => {
            let message = "the emulator failed";
            return Err(ProviderError::unknown(ErrorKind::Unavailable, message));
        }
    };
    let code = answer.status.as_str().to_owned();
    Err(ProviderError::rejected(kind, message)
        .with_provider(Some(code), error::words(&answer.body)))
}
