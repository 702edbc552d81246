//! The question before a budget card's purchase in a partner-managed program.
//!
//! Documented: bfinance checks program and card state, asks by POST, waits 1.2 seconds for the
//! answer in the HTTPS response, then checks the balance; our approval may still end declined (D).
//! Assumed: path, bodies, the ids' form, that velocity limits come before the question, and that
//! whatever is not `{"status": "success", "data": {"approved": …}}` with a 2xx declines (I: safe).

use std::time::Duration;

use cardmux_emulator_kit::EmulatorError;
use rand::RngExt;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::Failure;
use crate::quirks::{AuthorizationCurrency, Quirks};
use crate::spend::{self, Use};
use crate::state::{Model, REFUND, State};
use crate::views;

/// Below the webhook URL.
const PATH: &str = "/authorizations";

/// An answer is a few dozen bytes; more is not read.
const ANSWER_LIMIT: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    Approved,
    Declined,
    /// Nothing that can be read, in time.
    None,
}

impl Word {
    /// Why the purchase is declined, if it is.
    pub fn decline(self) -> Option<String> {
        match self {
            Self::Approved => None,
            Self::Declined => Some("Declined by partner".to_owned()),
            Self::None => Some("No answer from partner".to_owned()),
        }
    }
}

/// What only the question tells of a merchant and the price there.
pub struct AtMerchant {
    pub id: String,
    pub country: String,
    pub city: String,
    /// In the card's currency when absent.
    pub amount: Option<Decimal>,
    pub currency: Option<String>,
}

pub struct Question {
    pub id: String,
    pub body: String,
}

/// The question about this use; none where bfinance declines or decides by itself.
pub fn question(
    state: &mut State,
    card_id: &str,
    asked: &Use,
    at: AtMerchant,
    quirks: &Quirks,
    now_ms: i64,
) -> Result<Option<Question>, Failure> {
    let card = state.cards.get(card_id);
    let card = card.ok_or_else(|| Failure::missing("Card"))?;
    let decided = card.model != Model::Budget
        || asked.kind == REFUND
        || asked.decline.is_some()
        || spend::restriction(state, card, asked, now_ms).is_some();
    if !quirks.partner_managed || decided {
        return Ok(None);
    }
    let own = card.currency.clone();
    let (amount, currency) = match quirks.authorization_currency {
        AuthorizationCurrency::Budget => (spend::in_usd(asked.amount, &own), "USD"),
        AuthorizationCurrency::Card => (asked.amount, own.as_str()),
    };
    let mut data = json!({
        "cardId": card.id,
        "budgetId": card.budget_id,
        "amount": views::number(amount),
        "currency": currency,
        "merchantAmount": views::number(at.amount.unwrap_or(asked.amount)),
        "merchantCurrency": at.currency.as_deref().unwrap_or(&own),
        "merchant": {
            "id": at.id, "name": asked.merchant, "mcc": asked.mcc, "country": at.country,
            "city": at.city,
        },
        "createdAt": views::time(now_ms),
    });
    let id = format!("auth-{:032x}", state.draw().random::<u128>());
    if let Some(fields) = data.as_object_mut() {
        fields.insert("authorizationId".into(), json!(id));
    }
    let body = json!({"event": "authorization.request", "data": data}).to_string();
    Ok(Some(Question { id, body }))
}

pub struct Asker {
    client: reqwest::Client,
    limit: Duration,
}

impl Asker {
    pub fn new(limit: Duration) -> Result<Self, EmulatorError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(EmulatorError::Client)?;
        Ok(Self { client, limit })
    }

    /// Asks below `url`, which is absent until an endpoint is registered.
    pub async fn ask(&self, url: Option<String>, body: String) -> Word {
        let Some(url) = url else {
            return Word::None;
        };
        let asked = self.exchange(format!("{url}{PATH}"), body);
        let text = tokio::time::timeout(self.limit, asked).await;
        text.ok().flatten().map_or(Word::None, |text| word(&text))
    }

    /// The body of a 2xx.
    async fn exchange(&self, url: String, body: String) -> Option<Vec<u8>> {
        let request = self
            .client
            .post(url)
            .header("Content-Type", "application/json");
        let mut answer = request.body(body).send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        let mut text = Vec::new();
        while let Some(chunk) = answer.chunk().await.ok()? {
            text.extend_from_slice(&chunk);
            if text.len() > ANSWER_LIMIT {
                return None;
            }
        }
        Some(text)
    }
}

fn word(text: &[u8]) -> Word {
    let body: Value = serde_json::from_slice(text).unwrap_or_default();
    let said = body.get("status").and_then(Value::as_str);
    let approved = body.pointer("/data/approved").and_then(Value::as_bool);
    match (said, approved) {
        (Some("success"), Some(true)) => Word::Approved,
        (Some("success"), Some(false)) => Word::Declined,
        _ => Word::None,
    }
}
