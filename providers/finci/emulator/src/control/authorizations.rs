//! Purchases before they are presented: the question, the outcome, the reversal.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::money::{PaymentBody, part};
use super::{shown, told, unfit};
use crate::app::App;
use crate::ask::{Reply, Word};
use crate::envelope::Failure;
use crate::hooks;
use crate::quirks::{NoAnswer, Quirks, Referral};
use crate::state::{APPROVED, Authorization, Card, Phase, State, Status};

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decider {
    /// FINCI asks us: the default of its programmes (D).
    #[default]
    Integrator,
    /// FINCI decides, and tells us by the advice alone (D).
    Finci,
}

#[derive(Deserialize)]
pub struct AuthorizeBody {
    #[serde(flatten)]
    payment: PaymentBody,
    #[serde(rename = "type", default = "authorization")]
    word: String,
    #[serde(default)]
    decision_managed: Decider,
    /// The outcome, whatever was answered: FINCI's own checks have the last word.
    response_code: Option<String>,
}

fn authorization() -> String {
    "Authorization".into()
}

/// The `response_code` of FINCI's own refusal, if it has one.
fn own_refusal(card: &Card, quirks: &Quirks) -> Option<String> {
    let usable = match card.status {
        Status::Active => true,
        Status::Referral => quirks.referral == Referral::Asks,
        Status::New
        | Status::Deactivated
        | Status::Blocked
        | Status::Closed
        | Status::Compromized
        | Status::Damaged
        | Status::Lost
        | Status::Stolen => false,
    };
    (!usable).then(|| quirks.own_decline_code.clone())
}

fn outcome(word: Word, quirks: &Quirks) -> String {
    match (word, quirks.no_answer) {
        (Word::Success, _) | (Word::None, NoAnswer::Approve) => APPROVED.to_owned(),
        (Word::Error, _) | (Word::None, NoAnswer::Decline) => quirks.decline_code.clone(),
    }
}

/// A new authorization of this card, not decided yet.
fn begin(
    state: &mut State,
    token_id: &str,
    payment: PaymentBody,
    word: String,
    now_ms: i64,
) -> Result<Authorization, Failure> {
    let payment = payment.on(state, token_id, now_ms)?;
    let id = state.new_event_id(now_ms);
    Ok(Authorization {
        id,
        word,
        payment,
        request: None,
        reply: Reply::SILENCE,
        response_code: None,
        reversed: Decimal::ZERO,
        presented: Decimal::ZERO,
        presentments: 0,
    })
}

/// Gives the authorization its outcome, and tells it.
fn decide(one: &mut Authorization, state: &mut State, code: String, quirks: &Quirks) {
    let advice = hooks::advice(state, one, &code, quirks);
    one.response_code = Some(code);
    state.news.push(advice);
}

pub async fn authorize(
    Shared(app): Shared<Arc<App>>,
    Path(token_id): Path<String>,
    Json(body): Json<AuthorizeBody>,
) -> Response {
    told(purchase(&app, &token_id, body).await)
}

async fn purchase(app: &App, token_id: &str, body: AuthorizeBody) -> Result<Value, Failure> {
    let quirks = app.quirks();
    let now_ms = app.kit.clock.now_ms();
    let AuthorizeBody {
        payment,
        word,
        decision_managed,
        response_code: forced,
    } = body;
    let begun = app.change(|state| {
        let mut one = begin(state, token_id, payment, word, now_ms)?;
        let card = state.card(token_id).ok_or(Failure::NotFound)?;
        let refusal = own_refusal(card, &quirks);
        let by_itself = match decision_managed {
            Decider::Finci => Some(refusal.unwrap_or_else(|| APPROVED.to_owned())),
            Decider::Integrator => refusal.filter(|_| !quirks.inactive_asks),
        };
        match by_itself {
            Some(code) => {
                let code = forced.clone().unwrap_or(code);
                decide(&mut one, state, code, &quirks);
            }
            None => one.request = Some(hooks::request(state, &one, &quirks).to_string()),
        }
        state.authorizations.push(one.clone());
        Ok(one)
    });
    let begun = begun.await?;
    let Some(request) = begun.request else {
        let code = begun.response_code.as_deref();
        return Ok(shown::reply(&begun.id, code, begun.reply));
    };
    let url = app.kit.webhooks.url();
    let reply = app.asker.ask(url, request, quirks.answer_words).await;
    let decided = app.change(|state| {
        let found = state.authorization(&begun.id).ok_or(Failure::Server)?;
        let mut one = found.clone();
        // The card may have been stopped while the question was out.
        let refusal = state
            .card(token_id)
            .and_then(|card| own_refusal(card, &quirks));
        let answered = || outcome(reply.answered, &quirks);
        let code = forced.or(refusal).unwrap_or_else(answered);
        one.reply = reply;
        decide(&mut one, state, code.clone(), &quirks);
        *state.authorization_mut(&begun.id).ok_or(Failure::Server)? = one;
        Ok(shown::reply(&begun.id, Some(&code), reply))
    });
    decided.await
}

#[derive(Deserialize)]
pub struct AdviseBody {
    #[serde(flatten)]
    payment: PaymentBody,
    #[serde(rename = "type", default = "authorization")]
    word: String,
    #[serde(default = "approved")]
    response_code: String,
}

fn approved() -> String {
    APPROVED.into()
}

/// An advice whose request was never sent.
pub async fn advise(
    Shared(app): Shared<Arc<App>>,
    Path(token_id): Path<String>,
    Json(body): Json<AdviseBody>,
) -> Response {
    let quirks = app.quirks();
    let now_ms = app.kit.clock.now_ms();
    let result = app.change(|state| {
        let mut one = begin(state, &token_id, body.payment, body.word, now_ms)?;
        decide(&mut one, state, body.response_code, &quirks);
        let told = shown::reply(&one.id, one.response_code.as_deref(), one.reply);
        state.authorizations.push(one);
        Ok(told)
    });
    told(result.await)
}

pub async fn list(Shared(app): Shared<Arc<App>>) -> Json<Value> {
    let all = app.kit.store.read(|state, _| shown::authorizations(state));
    Json(json!({"authorizations": all}))
}

/// The same bytes again. The outcome stays as it is, and no second advice follows.
pub async fn repeat(Shared(app): Shared<Arc<App>>, Path(id): Path<String>) -> Response {
    told(asked_again(&app, &id).await)
}

async fn asked_again(app: &App, id: &str) -> Result<Value, Failure> {
    let found = app.kit.store.read(|state, _| {
        let one = state.authorization(id)?;
        Some((one.request.clone(), one.response_code.clone()))
    });
    let (request, code) = found.ok_or(Failure::NotFound)?;
    let request = request.ok_or_else(|| unfit("it was never asked about"))?;
    let words = app.quirks().answer_words;
    let url = app.kit.webhooks.url();
    let reply = app.asker.ask(url, request, words).await;
    Ok(shown::reply(id, code.as_deref(), reply))
}

pub async fn reverse(
    Shared(app): Shared<Arc<App>>,
    Path(id): Path<String>,
    body: axum::body::Bytes,
) -> Response {
    let quirks = app.quirks();
    let now_ms = app.kit.clock.now_ms();
    let result = app.change(|state| {
        let amount = part(&body)?.only_amount()?;
        let one = state.authorization(&id).ok_or(Failure::NotFound)?.clone();
        match one.phase() {
            Phase::Approved | Phase::PartlyReversed => {}
            Phase::Asked | Phase::Declined | Phase::Reversed | Phase::Presented => {
                return Err(unfit("only what is approved and not presented is reversed"));
            }
        }
        let amount = amount.unwrap_or_else(|| one.left());
        if amount > one.left() {
            return Err(unfit("that is more than is left"));
        }
        let own_id = state.new_event_id(now_ms);
        let reversal = hooks::reversal(
            state,
            &one,
            own_id.clone(),
            one.payment.of(amount, now_ms),
            &quirks,
        );
        let told = json!({"id": reversal.id, "amount": amount.normalize().to_string()});
        state.news.push(reversal);
        if let Some(one) = state.authorization_mut(&id) {
            one.reversed += amount;
        }
        Ok(told)
    });
    told(result.await)
}
