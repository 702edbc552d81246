use std::net::IpAddr;
use std::time::Duration;

use cardmux_domain::authorization::{AuthorizationRequest, DecidedBy, Verdict};
use cardmux_domain::id::InstanceId;
use cardmux_domain::provider::{
    AuthorizationMessage, AuthorizationReply, Delivery, WebhookRefused,
};
use cardmux_domain::time::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tracing::{error, info, warn};

use super::endpoint::{self, Asked};
use super::in_flight::Place;
use super::record::{self, Closing};
use super::reserve::{self, Reserved};
use super::stand_in;
use crate::app::{App, AppError, webhooks};
use crate::clock;

/// Kept free at the end for storing what the tenant's endpoint said.
const STORING: Duration = Duration::from_millis(150);

/// A request that waits for its answer.
#[derive(Debug, Clone)]
pub struct Case {
    pub instance: InstanceId,
    pub request: AuthorizationRequest,
    /// The gateway's time of it: what windows of spend controls count by.
    pub received_at: Timestamp,
    /// When the answer has to have left.
    pub until: Instant,
    /// Whether the provider lists its transactions itself.
    pub lists_transactions: bool,
}

/// Answer a provider that asks whether a card may be charged. The answer leaves before the
/// provider's deadline less the margin, whatever is slow; what could not be decided is declined.
pub async fn authorize(
    app: &App,
    instance_id: &InstanceId,
    peer: IpAddr,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<AuthorizationReply, AppError> {
    let received = (Instant::now(), clock::now());
    let unknown = || AppError::NotFound {
        what: "provider instance with authorizations",
        id: instance_id.to_string(),
    };
    let instance = app.registry.get(instance_id).ok_or_else(unknown)?;
    let authorizations = instance.provider.authorizations().ok_or_else(unknown)?;
    let hooks = instance.provider.webhooks().ok_or_else(unknown)?;
    if !instance.takes_webhooks_from(peer) {
        warn!(instance = %instance_id, %peer, "authorization from a foreign network refused");
        return Err(AppError::WebhookRefused(WebhookRefused::ForeignNetwork));
    }
    let delivery = Delivery { headers, body };
    hooks.verify(&delivery)?;
    let request = match authorizations.read(&delivery)? {
        AuthorizationMessage::Request(request) => *request,
        AuthorizationMessage::Notice => {
            let taken = webhooks::receive(app, instance_id, peer, headers, body).await?;
            return Ok(AuthorizationReply {
                status: 200,
                content_type: taken.content_type,
                body: taken.body,
            });
        }
    };
    let until = received.0
        + authorizations
            .deadline()
            .saturating_sub(app.decisions.margin);
    let case = Case {
        instance: instance_id.clone(),
        request,
        received_at: received.1,
        until,
        lists_transactions: instance.provider.transactions().is_some(),
    };
    let verdict = decided(app, case).await;
    Ok(authorizations.reply(verdict))
}

/// One run for each authorization, which goes on when whoever asked has gone.
async fn decided(app: &App, case: Case) -> Verdict {
    let until = case.until;
    let place = app
        .decisions
        .desk
        .in_flight
        .enter(&case.instance, &case.request.authorization_ref);
    let mut verdict = match place {
        Place::Repeated(verdict) => verdict,
        Place::First(publish, verdict) => {
            let app = app.clone();
            app.tasks.clone().spawn(async move {
                run(&app, &case, &publish).await;
                app.decisions
                    .desk
                    .in_flight
                    .leave(&case.instance, &case.request.authorization_ref);
            });
            verdict
        }
    };
    let known = timeout_at(until, verdict.wait_for(Option::is_some)).await;
    match known {
        Ok(Ok(verdict)) => verdict.unwrap_or(Verdict::Decline),
        // The run publishes at the deadline itself: it is late by a hair, or it died.
        Ok(Err(_)) | Err(_) => Verdict::Decline,
    }
}

async fn run(app: &App, case: &Case, publish: &watch::Sender<Option<Verdict>>) {
    let reserve = reserve::reserve(app, case);
    tokio::pin!(reserve);
    let reserved = match timeout_at(case.until, &mut reserve).await {
        Ok(reserved) => reserved.map(|(reserved, _)| reserved),
        Err(_late) => {
            publish.send_replace(Some(Verdict::Decline));
            warn!(instance = %case.instance, "an authorization was declined: the database was too slow");
            // Whatever it came to; its turn is kept, so that what was answered is written down before
            // the network tells more.
            let _whatever = reserve.await;
            return record::declined_by_deadline(app, case).await;
        }
    };
    fail::fail_point!("authorization_reserved");
    match reserved {
        Ok(Reserved::NoCard) => {
            info!(instance = %case.instance, "an authorization of a card nobody knows was declined");
            publish.send_replace(Some(Verdict::Decline));
        }
        Ok(Reserved::Decided(authorization)) => {
            let verdict = authorization.verdict.unwrap_or(Verdict::Decline);
            publish.send_replace(Some(verdict));
            record::answered(app, &authorization).await;
        }
        Ok(Reserved::Known(verdict)) => {
            publish.send_replace(Some(verdict));
        }
        Ok(Reserved::Undecided(authorization)) => {
            // Another node is at it, or was: what it says counts, if it says it in time.
            let verdict = record::decided_elsewhere(app, &authorization, case.until).await;
            publish.send_replace(Some(verdict.unwrap_or(Verdict::Decline)));
            if verdict.is_none() {
                record::declined_by_deadline(app, case).await;
            }
        }
        Ok(Reserved::Held(held)) => beyond_rules(app, case, *held, publish).await,
        Err(error) => {
            publish.send_replace(Some(Verdict::Decline));
            error!(instance = %case.instance, "an authorization was declined: {error}");
            record::declined_by_deadline(app, case).await;
        }
    }
}

/// Rules and funds said yes, and the amount is held: what does the tenant say?
async fn beyond_rules(
    app: &App,
    case: &Case,
    held: reserve::Held,
    publish: &watch::Sender<Option<Verdict>>,
) {
    let answer_by = (Instant::now() + held.endpoint.endpoint_timeout).min(case.until - STORING);
    let asked = endpoint::ask(app, &held, answer_by).await;
    let endpoint_at = clock::now();
    let (verdict, by, note) = match &asked {
        Asked::Said { verdict, reason } => (*verdict, DecidedBy::Endpoint, reason.clone()),
        Asked::Nothing { why } => {
            let verdict = stand_in::decide(app, &held, case.until).await;
            (verdict, DecidedBy::StandIn, Some((*why).to_owned()))
        }
        Asked::Late(_) => {
            let verdict = stand_in::decide(app, &held, case.until).await;
            (
                verdict,
                DecidedBy::StandIn,
                Some("no answer in time".to_owned()),
            )
        }
    };
    let closing = Closing {
        verdict,
        by,
        note,
        endpoint_at,
    };
    let close = record::close(
        app,
        held.authorization.id,
        &held.authorization.tenant,
        &closing,
    );
    tokio::pin!(close);
    let answered = match timeout_at(case.until, &mut close).await {
        Ok(Ok(authorization)) => {
            publish.send_replace(Some(authorization.verdict.unwrap_or(Verdict::Decline)));
            record::answered(app, &authorization).await;
            authorization.verdict
        }
        Ok(Err(error)) => {
            publish.send_replace(Some(Verdict::Decline));
            error!(authorization = %held.authorization.id, "declined, since its decision could not be stored: {error}");
            record::declined_by_deadline(app, case).await;
            Some(Verdict::Decline)
        }
        Err(_late) => {
            publish.send_replace(Some(Verdict::Decline));
            let _whatever = close.await;
            record::declined_by_deadline(app, case).await;
            Some(Verdict::Decline)
        }
    };
    if let Asked::Late(late) = asked {
        late.told(app, &held.authorization, answered).await;
    }
}
