//! `POST /hooks/{instance}`: where providers deliver. Not part of the tenants' document.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cardmux_domain::id::InstanceId;

use super::codes;
use super::problem::{ApiError, ApiResult};
use crate::app::{self, App};

pub async fn receive(
    State(app): State<App>,
    Path(instance): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Response> {
    let instance: InstanceId = instance
        .parse()
        .map_err(|_| ApiError::new(codes::RESOURCE_NOT_FOUND, "no such provider instance"))?;
    // Names are in lower case already; a value that is not text cannot be a signature of anybody's.
    let headers: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect();
    let answer = app::webhooks::receive(&app, &instance, peer.ip(), &headers, &body).await?;
    Ok(([(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response())
}
