//! `POST /hooks/{instance}`: where providers deliver. Not part of the tenants' document.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cardmux_domain::id::InstanceId;

use super::codes;
use super::problem::{ApiError, ApiResult};
use crate::app::{self, App};
use crate::decisions;

pub async fn receive(
    State(app): State<App>,
    Path(instance): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Response> {
    let instance = named(&instance)?;
    let headers = texts(&headers);
    let answer = app::webhooks::receive(&app, &instance, peer.ip(), &headers, &body).await?;
    Ok(([(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response())
}

/// `POST /hooks/{instance}/authorizations`: where providers ask whether a card may be charged.
pub async fn authorize(
    State(app): State<App>,
    Path(instance): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Response> {
    let instance = named(&instance)?;
    let headers = texts(&headers);
    let reply = decisions::authorize(&app, &instance, peer.ip(), &headers, &body).await?;
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    Ok((
        status,
        [(header::CONTENT_TYPE, reply.content_type)],
        reply.body,
    )
        .into_response())
}

fn named(instance: &str) -> ApiResult<InstanceId> {
    instance
        .parse()
        .map_err(|_| ApiError::new(codes::RESOURCE_NOT_FOUND, "no such provider instance"))
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    // Names are in lower case already; a value that is not text cannot be a signature of anybody's.
    headers
        .iter()
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect()
}
