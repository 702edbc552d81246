//! Commands to the emulator's own control routes. Only an instance with `simulator = true` has them.

use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::provider::{CallContext, ErrorKind, ProviderError, Simulation, Simulator};
use cardmux_domain::transaction::Merchant;
use cardmux_provider_kit::json;
use cardmux_provider_kit::redact;
use cardmux_provider_kit::transport::{Answer, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{FinCard, map};

/// What a control route takes; each takes some of it. Amounts are texts.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Command<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<CommandMerchant<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_trade_no: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CommandMerchant<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    #[serde(default, deserialize_with = "json::opt_id")]
    trade_no: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    #[serde(default, deserialize_with = "json::opt_text")]
    msg: Option<String>,
}

#[async_trait]
impl Simulator for FinCard {
    async fn simulate(
        &self,
        _: &CallContext,
        simulation: &Simulation,
    ) -> Result<Option<String>, ProviderError> {
        let Some(([place, subject, action], command)) = command(simulation) else {
            let message = "nothing like this happens at FinCard";
            return Err(ProviderError::rejected(ErrorKind::Refused, message));
        };
        let path = ["_emulator", place, subject, action];
        let answer = self.client.command(&path, &command).await?;
        made(&answer)
    }
}

/// Where a command goes, and what it says.
fn command(simulation: &Simulation) -> Option<([&str; 3], Command<'_>)> {
    Some(match simulation {
        Simulation::ApproveEnrolment { enrolment_ref } => {
            (["holders", enrolment_ref, "approve"], Command::default())
        }
        Simulation::RejectEnrolment {
            enrolment_ref,
            correctable,
            reason,
        } => {
            let command = Command {
                location: Some(if *correctable { "admin" } else { "channel" }),
                reason: reason.as_deref(),
                ..Command::default()
            };
            (["holders", enrolment_ref, "reject"], command)
        }
        Simulation::Settle {
            transaction_ref,
            amount,
        } => {
            let command = Command {
                amount: amount.map(|money| money.amount_text()),
                ..Command::default()
            };
            (["trades", transaction_ref, "settle"], command)
        }
        Simulation::Void {
            transaction_ref,
            amount: None,
        } => (["trades", transaction_ref, "void"], Command::default()),
        Simulation::Refund {
            transaction_ref,
            amount,
        } => {
            let command = Command {
                amount: amount.map(|money| money.amount_text()),
                ..Command::default()
            };
            (["trades", transaction_ref, "refund"], command)
        }
        Simulation::Authorize { .. }
        | Simulation::MaintenanceFee { .. }
        | Simulation::FeePatch { .. }
        | Simulation::Challenge { .. }
        | Simulation::Block { .. }
        | Simulation::Overdraft { .. } => return card_command(simulation),
        Simulation::Void {
            amount: Some(_), ..
        }
        | Simulation::Advise { .. }
        | Simulation::Present { .. }
        | Simulation::DecideDispute { .. } => return None,
    })
}

fn card_command(simulation: &Simulation) -> Option<([&str; 3], Command<'_>)> {
    Some(match simulation {
        Simulation::Authorize {
            card_ref,
            amount,
            merchant,
            verification,
            decline,
        } => {
            let command = Command {
                merchant: Some(merchant_of(merchant)),
                decline: decline.as_deref(),
                ..trade(
                    if *verification {
                        "verification"
                    } else {
                        "auth"
                    },
                    amount,
                )
            };
            (["cards", card_ref, "trades"], command)
        }
        Simulation::MaintenanceFee { card_ref, amount } => {
            (["cards", card_ref, "trades"], trade("maintain_fee", amount))
        }
        Simulation::FeePatch {
            card_ref,
            transaction_ref,
            amount,
        } => {
            let command = Command {
                kind: Some("card_patch_fee"),
                amount: Some(amount.amount_text()),
                origin_trade_no: transaction_ref.as_deref(),
                ..Command::default()
            };
            (["cards", card_ref, "fee-patches"], command)
        }
        Simulation::Challenge {
            card_ref,
            kind,
            amount,
            merchant_name,
        } => {
            let command = Command {
                kind: Some(map::challenge::word_of(*kind)),
                amount: amount.map(|money| money.amount_text()),
                currency: amount.as_ref().map(|money| money.currency.as_str()),
                merchant_name: merchant_name.as_deref(),
                ..Command::default()
            };
            (["cards", card_ref, "challenges"], command)
        }
        Simulation::Block { card_ref } => (["cards", card_ref, "block"], Command::default()),
        Simulation::Overdraft { card_ref, amount } => {
            let command = Command {
                amount: Some(amount.amount_text()),
                ..Command::default()
            };
            (["cards", card_ref, "overdraft"], command)
        }
        Simulation::ApproveEnrolment { .. }
        | Simulation::RejectEnrolment { .. }
        | Simulation::Settle { .. }
        | Simulation::Void { .. }
        | Simulation::Refund { .. }
        | Simulation::Advise { .. }
        | Simulation::Present { .. }
        | Simulation::DecideDispute { .. } => return command(simulation),
    })
}

fn trade<'a>(kind: &'a str, amount: &'a Money) -> Command<'a> {
    Command {
        kind: Some(kind),
        amount: Some(amount.amount_text()),
        currency: Some(amount.currency.as_str()),
        ..Command::default()
    }
}

fn merchant_of(merchant: &Merchant) -> CommandMerchant<'_> {
    CommandMerchant {
        name: merchant.name.as_deref(),
        category_code: merchant.mcc.as_deref(),
        country: merchant.country.as_deref(),
        city: merchant.city.as_deref(),
    }
}

/// A `tradeNo` where something was made, nothing elsewhere; a conflict is a refusal with its reason.
fn made(answer: &Answer) -> Result<Option<String>, ProviderError> {
    if answer.status.is_success() {
        if answer.body.is_empty() {
            return Ok(None);
        }
        let made: Made = json::parse(&answer.body)?;
        return Ok(made.trade_no);
    }
    let (kind, message) = match answer.status {
        StatusCode::CONFLICT => (ErrorKind::Refused, "the emulator refused"),
        StatusCode::NOT_FOUND => (ErrorKind::NotFound, "the emulator does not know this"),
        status if status.is_client_error() => {
            (ErrorKind::Refused, "the emulator does not take this")
        }
        _ => {
            let message = "the emulator failed";
            return Err(ProviderError::unknown(ErrorKind::Unavailable, message));
        }
    };
    let refused: Option<Refused> = json::parse(&answer.body).ok();
    let words = refused.and_then(|refused| refused.msg);
    let code = answer.status.as_str().to_owned();
    Err(ProviderError::rejected(kind, message)
        .with_provider(Some(code), words.as_deref().map(redact::provider_message)))
}
