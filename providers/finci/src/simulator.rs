//! Commands to the emulator's own control routes. Only an instance with `simulator = true` has them.

use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::provider::{CallContext, ErrorKind, ProviderError, Simulation, Simulator};
use cardmux_domain::transaction::Merchant;
use cardmux_provider_kit::json;
use cardmux_provider_kit::redact;
use cardmux_provider_kit::transport::{Answer, Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::wire::{checked, message};
use crate::{Finci, map};

/// What a control route takes; each takes some of it. Amounts are texts.
#[derive(Debug, Default, Serialize)]
struct Command {
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<message::Merchant>,
}

/// The id of what was made.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Made {
    #[serde(deserialize_with = "json::opt_id")]
    id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    transaction_id: Option<String>,
}

/// The emulator's books, as far as a refund needs them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Books {
    #[serde(deserialize_with = "json::list")]
    authorizations: Vec<Booked>,
}

#[derive(Deserialize)]
struct Booked {
    #[serde(deserialize_with = "json::id")]
    id: String,
    #[serde(default = "Vec::new", deserialize_with = "json::list")]
    presentments: Vec<Made>,
}

#[derive(Deserialize)]
struct Refused {
    #[serde(default, deserialize_with = "json::opt_text")]
    message: Option<String>,
}

#[async_trait]
impl Simulator for Finci {
    async fn simulate(
        &self,
        _: &CallContext,
        simulation: &Simulation,
    ) -> Result<Option<String>, ProviderError> {
        let returned;
        let (path, command) = match simulation {
            Simulation::Authorize {
                card_ref,
                amount,
                merchant,
                verification: false,
                decline: None,
            } => (
                ["cards", checked(card_ref)?, "authorizations"],
                spending(amount, merchant),
            ),
            Simulation::Advise {
                card_ref,
                amount,
                merchant,
            } => (
                ["cards", checked(card_ref)?, "advise"],
                spending(amount, merchant),
            ),
            Simulation::Present {
                card_ref,
                amount,
                merchant,
            } => (
                ["cards", checked(card_ref)?, "present"],
                spending(amount, merchant),
            ),
            Simulation::Settle {
                transaction_ref,
                amount,
            } => (
                ["authorizations", checked(transaction_ref)?, "present"],
                part(amount.as_ref()),
            ),
            Simulation::Void {
                transaction_ref,
                amount,
            } => (
                ["authorizations", checked(transaction_ref)?, "reverse"],
                part(amount.as_ref()),
            ),
            Simulation::Refund {
                transaction_ref,
                amount,
            } => {
                returned = self.presentment_of(checked(transaction_ref)?).await?;
                (
                    ["transactions", checked(&returned)?, "return"],
                    part(amount.as_ref()),
                )
            }
            // Whether it is declined is our own decision.
            Simulation::Authorize { .. }
            | Simulation::ApproveEnrolment { .. }
            | Simulation::RejectEnrolment { .. }
            | Simulation::MaintenanceFee { .. }
            | Simulation::FeePatch { .. }
            | Simulation::Challenge { .. }
            | Simulation::Block { .. }
            | Simulation::DecideDispute { .. }
            | Simulation::Overdraft { .. } => {
                return Err(map::refused("FINCI's world has no such event"));
            }
        };
        let answer = self.client.command(Method::POST, &path, Some(&command));
        let body = accepted(answer.await?)?.body;
        if body.is_empty() {
            return Ok(None);
        }
        json::parse::<Made>(&body).map(|made| made.id.or(made.transaction_id))
    }
}

impl Finci {
    /// The latest presentment of an authorization; a presentment that stands alone is its own.
    async fn presentment_of(&self, transaction_ref: &str) -> Result<String, ProviderError> {
        let answer = self
            .client
            .command(Method::GET, &["authorizations"], None::<&Command>)
            .await?;
        let books: Books = json::parse(&accepted(answer)?.body)?;
        let mut authorizations = books.authorizations.into_iter();
        let Some(authorization) = authorizations.find(|booked| booked.id == transaction_ref) else {
            return Ok(transaction_ref.to_owned());
        };
        let last = authorization.presentments.into_iter().next_back();
        last.and_then(|made| made.transaction_id.or(made.id))
            .ok_or_else(|| map::refused("it was not presented, so there is nothing to return"))
    }
}

fn spending(amount: &Money, merchant: &Merchant) -> Command {
    let Merchant {
        name,
        merchant_id,
        mcc,
        category: _,
        country,
        state: _,
        city,
        postal_code: _,
        wallet: _,
    } = merchant.clone();
    Command {
        amount: Some(amount.amount_text()),
        currency: Some(amount.currency.to_string()),
        merchant: Some(message::Merchant {
            id: merchant_id,
            name,
            mcc,
            country,
            city,
        }),
    }
}

fn part(amount: Option<&Money>) -> Command {
    Command {
        amount: amount.map(Money::amount_text),
        ..Command::default()
    }
}

fn accepted(answer: Answer) -> Result<Answer, ProviderError> {
    let (kind, message) = match answer.status {
        status if status.is_success() => return Ok(answer),
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
