//! Partner-managed programs: bfinance asks before a budget card is charged (D, dossier 7.2). That an
//! answer is awaited for 1.2 seconds is documented; request and answer are our choice.

use std::time::Duration;

use cardmux_domain::authorization::{AuthorizationRequest, Verdict};
use cardmux_domain::money::Money;
use cardmux_domain::provider::{
    AuthorizationMessage, AuthorizationReply, Authorizations, Delivery, WebhookRefused,
};
use cardmux_domain::transaction::Merchant;

use crate::BFinance;
use crate::map::transaction::timestamp;
use crate::wire::authorization::{self, Message, Request};
use crate::wire::path::Family;

impl Authorizations for BFinance {
    fn deadline(&self) -> Duration {
        self.rules.authorization_deadline
    }

    fn read(&self, delivery: &Delivery<'_>) -> Result<AuthorizationMessage, WebhookRefused> {
        let message: Message =
            serde_json::from_slice(delivery.body).map_err(|_| WebhookRefused::Malformed)?;
        match message.event.as_deref() {
            Some(authorization::REQUEST) => asked(message.data)
                .map(|request| AuthorizationMessage::Request(Box::new(request)))
                .ok_or(WebhookRefused::Malformed),
            Some(_) | None => Ok(AuthorizationMessage::Notice),
        }
    }

    fn reply(&self, verdict: Verdict) -> AuthorizationReply {
        AuthorizationReply {
            status: 200,
            content_type: "application/json",
            body: match verdict {
                Verdict::Approve => r#"{"status":"success","data":{"approved":true}}"#,
                Verdict::Decline => r#"{"status":"success","data":{"approved":false}}"#,
            },
        }
    }
}

/// `None` where something is missing without which nothing can be decided.
fn asked(request: Request) -> Option<AuthorizationRequest> {
    let Request {
        authorization_id,
        card_id,
        amount,
        currency,
        merchant_amount,
        merchant_currency,
        merchant,
        created_at,
    } = request;
    let authorization::Merchant {
        id,
        name,
        mcc,
        country,
        city,
    } = merchant;
    let amount = Money::new(amount?, currency?.parse().ok()?);
    // Beyond what can be stored, or finer: nothing to decide about.
    amount.micros().ok()?;
    let merchant_currency = merchant_currency.and_then(|code| code.parse().ok());
    let merchant_amount = merchant_amount
        .zip(merchant_currency)
        .map(|(amount, currency)| Money::new(amount, currency))
        .filter(|money| money.micros().is_ok());
    Some(AuthorizationRequest {
        authorization_ref: authorization_id?,
        card_ref: Family::Budget.card_ref(&card_id?),
        amount: Some(amount).filter(|amount| !amount.amount.is_sign_negative())?,
        merchant_amount,
        merchant: Merchant {
            merchant_id: id,
            name,
            mcc,
            country,
            city,
            ..Merchant::default()
        },
        occurred_at: created_at.and_then(|text| timestamp(&text).ok()),
    })
}
