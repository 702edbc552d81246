//! What is secret about a card. Answers are for the asker alone: never cached, never stored.

use axum::extract::State;
use cardmux_domain::id::CardId;
use zeroize::Zeroizing;

use crate::app::cards::Viewer;
use crate::app::{self, App, FieldProblem};
use crate::http::codes;
use crate::http::document::{BodyProblems, HeaderProblems, RevealProblems};
use crate::http::dto::{ChallengesDto, RevealBody, RevealDto};
use crate::http::extract::{Access, CardsReveal, Meta, OptionalBody, PathId};
use crate::http::not_stored::NotStored;
use crate::http::params::CardPath;
use crate::http::problem::{ApiError, ApiResult};
use crate::security::PublicJwk;

/// Reveal a card's secrets
///
/// Number, CVV and expiry, or a gift card's redemption URL, encrypted to the public key in the
/// request. Read at the provider, recorded in the audit trail, limited per card and minute.
#[utoipa::path(post, path = "/v1/cards/{card_id}/reveal", tag = "cards", operation_id = "reveal_card",
    params(CardPath), request_body = Option<RevealBody>,
    responses(
        (status = 200, description = "The secrets", body = RevealDto),
        BodyProblems, RevealProblems,
    ))]
pub async fn reveal_card(
    State(app): State<App>,
    access: Access<CardsReveal>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    OptionalBody { value, bytes: _ }: OptionalBody<RevealBody>,
) -> ApiResult<NotStored<RevealDto>> {
    let key = match &value.public_key {
        Some(jwk) => Some(PublicJwk::parse(jwk).map_err(|bad| {
            let pointer = bad.pointer("/publicKey");
            invalid(FieldProblem::body(pointer, "bad_key", bad.detail))
        })?),
        None if access.tenant.clear_reveal => None,
        None => {
            let detail = "a public JWK; this tenant gets no card numbers in clear";
            return Err(invalid(FieldProblem::body(
                "/publicKey",
                "required",
                detail,
            )));
        }
    };
    let viewer = Viewer {
        key: access.key,
        request_id: meta.id,
    };
    let secrets = app::cards::reveal(&app, &access.tenant.id, id, &viewer).await?;
    let clear = RevealDto::clear(&secrets);
    let Some(key) = key else {
        return Ok(NotStored(clear));
    };
    let payload = serde_json::to_vec(&clear).map(Zeroizing::new);
    let payload = payload.map_err(|_| app::AppError::Internal("secrets have a JSON form"))?;
    let jwe = key.encrypt(&payload).map_err(|error| {
        tracing::error!("jwe: {error}");
        app::AppError::Internal("the secrets could not be encrypted")
    })?;
    Ok(NotStored(RevealDto::sealed(jwe)))
}

fn invalid(field: FieldProblem) -> ApiError {
    ApiError::fields(codes::INVALID_REQUEST, "see `errors`", vec![field])
}

/// List a card's challenges
///
/// One-time codes, approval links and activation codes, read and decrypted at the provider as they
/// are asked for; recorded in the audit trail.
#[utoipa::path(get, path = "/v1/cards/{card_id}/challenges", tag = "cards", operation_id = "list_card_challenges",
    params(CardPath),
    responses(
        (status = 200, description = "The challenges", body = ChallengesDto),
        HeaderProblems, RevealProblems,
    ))]
pub async fn list_card_challenges(
    State(app): State<App>,
    access: Access<CardsReveal>,
    PathId(id): PathId<CardId>,
    meta: Meta,
) -> ApiResult<NotStored<ChallengesDto>> {
    let viewer = Viewer {
        key: access.key,
        request_id: meta.id,
    };
    let challenges = app::cards::challenges(&app, &access.tenant.id, id, &viewer).await?;
    Ok(NotStored(ChallengesDto {
        data: challenges.into_iter().map(Into::into).collect(),
    }))
}
