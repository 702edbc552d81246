//! Commands to the emulator's own control routes. Only an instance with `simulator = true` has them.

use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::provider::{CallContext, ErrorKind, ProviderError, Simulation, Simulator};
use cardmux_domain::transaction::Merchant;
use cardmux_provider_kit::json;
use cardmux_provider_kit::redact;
use cardmux_provider_kit::transport::{Answer, StatusCode};
use serde::{Deserialize, Serialize};

use crate::BFinance;
use crate::map;
use crate::map::customer::EnrolmentKey;
use crate::wire::path::{Family, checked};

/// What a control route takes; each takes some of it. Amounts are texts.
#[derive(Debug, Default, Serialize)]
struct Command<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mcc: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// The id of a transaction that was made, as it is or in the envelope of the API.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Made {
    #[serde(deserialize_with = "json::opt_id")]
    id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    transaction_id: Option<String>,
    data: Option<Box<Made>>,
}

impl Made {
    fn id(self) -> Option<String> {
        let inner = self.data.and_then(|data| data.id());
        self.id.or(self.transaction_id).or(inner)
    }
}

#[derive(Deserialize)]
struct Refused {
    #[serde(default, deserialize_with = "json::opt_text")]
    message: Option<String>,
}

const DISPUTES: &str = "disputes";

type Route<'a> = ([&'a str; 3], Command<'a>);

#[async_trait]
impl Simulator for BFinance {
    async fn simulate(
        &self,
        _: &CallContext,
        simulation: &Simulation,
    ) -> Result<Option<String>, ProviderError> {
        let Some(([place, subject, action], command)) = self.route(simulation)? else {
            return Ok(None);
        };
        if place == DISPUTES {
            // Decided after it was looked at (D). One that is looked at already refuses this.
            let review = ["_emulator", place, subject, "review"];
            self.client.command(&review, &Command::default()).await?;
        }
        let path = ["_emulator", place, subject, action];
        let answer = self.client.command(&path, &command).await?;
        made(&answer)
    }
}

impl BFinance {
    /// Where a command goes, and what it says; nowhere, where it is so already.
    fn route<'a>(&'a self, simulation: &'a Simulation) -> Result<Option<Route<'a>>, ProviderError> {
        let nothing = Command::default();
        let route = match simulation {
            Simulation::ApproveEnrolment { enrolment_ref } => {
                let customer = EnrolmentKey::of(enrolment_ref)?.customer_id;
                (["customers", customer, "approve"], nothing)
            }
            Simulation::RejectEnrolment {
                enrolment_ref,
                correctable,
                reason,
            } => {
                let customer = EnrolmentKey::of(enrolment_ref)?.customer_id;
                let action = if *correctable {
                    "needs-information"
                } else {
                    "reject"
                };
                let command = Command {
                    reason: reason.as_deref(),
                    ..nothing
                };
                (["customers", customer, action], command)
            }
            Simulation::Authorize {
                card_ref,
                amount,
                merchant,
                verification,
                decline,
            } => {
                let mut command =
                    authorization(amount, merchant, *verification, decline.as_deref());
                let key = self.key(card_ref)?;
                // A life cycle shows only where we are asked.
                let asked = self.rules.partner_managed && key.family == Family::Budget;
                if asked && decline.is_none() && !verification {
                    command.status = Some("pending");
                }
                (["cards", key.id, "transactions"], command)
            }
            Simulation::Settle {
                transaction_ref,
                amount,
            } if self.rules.partner_managed => {
                let command = Command {
                    amount: amount.map(|money| money.amount_text()),
                    ..nothing
                };
                (
                    ["transactions", checked(transaction_ref)?, "completed"],
                    command,
                )
            }
            Simulation::Void {
                transaction_ref,
                amount: None,
            } if self.rules.partner_managed => (
                ["transactions", checked(transaction_ref)?, "reversed"],
                nothing,
            ),
            // Its authorization was settled already.
            Simulation::Settle { amount: None, .. } => return Ok(None),
            Simulation::MaintenanceFee { card_ref, amount } => {
                let command = Command {
                    status: Some("completed"),
                    ..transaction("fee", amount)
                };
                (["cards", self.key(card_ref)?.id, "transactions"], command)
            }
            Simulation::Block { card_ref } => (["cards", self.key(card_ref)?.id, "block"], nothing),
            Simulation::DecideDispute {
                dispute_ref,
                accept,
            } => {
                let action = if *accept { "accept" } else { "reject" };
                ([DISPUTES, checked(dispute_ref)?, action], nothing)
            }
            Simulation::Settle { .. }
            | Simulation::Void { .. }
            | Simulation::Refund { .. }
            | Simulation::Advise { .. }
            | Simulation::Present { .. }
            | Simulation::FeePatch { .. }
            | Simulation::Challenge { .. }
            | Simulation::Overdraft { .. } => {
                return Err(map::refused("bfinance's world has no such event"));
            }
        };
        Ok(Some(route))
    }
}

fn authorization<'a>(
    amount: &Money,
    merchant: &'a Merchant,
    verification: bool,
    decline: Option<&'a str>,
) -> Command<'a> {
    let kind = if verification {
        "verification"
    } else {
        "purchase"
    };
    Command {
        merchant: merchant.name.as_deref(),
        mcc: merchant.mcc.as_deref(),
        // bfinance shows no life cycle: a purchase is complete when it is listed.
        status: decline.is_none().then_some("completed"),
        decline,
        ..transaction(kind, amount)
    }
}

fn transaction(kind: &'static str, amount: &Money) -> Command<'static> {
    Command {
        kind: Some(kind),
        amount: Some(amount.amount_text()),
        ..Command::default()
    }
}

/// An id where a transaction was made, nothing elsewhere.
fn made(answer: &Answer) -> Result<Option<String>, ProviderError> {
    if answer.status.is_success() {
        if answer.body.is_empty() {
            return Ok(None);
        }
        return json::parse::<Made>(&answer.body).map(Made::id);
    }
    let (kind, message) = match answer.status {
        StatusCode::NOT_FOUND => (ErrorKind::NotFound, "the emulator does not know this"),
        status if status.is_client_error() => (ErrorKind::Refused, "the emulator refused"),
        _ => {
            let message = "the emulator failed";
            return Err(ProviderError::unknown(ErrorKind::Unavailable, message));
        }
    };
    let refused: Option<Refused> = json::parse(&answer.body).ok();
    let words = refused.and_then(|refused| refused.message);
    let code = answer.status.as_str().to_owned();
    Err(ProviderError::rejected(kind, message)
        .with_provider(Some(code), words.as_deref().map(redact::provider_message)))
}
