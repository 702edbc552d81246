//! One call: encode, authenticate, send, check, read.

use bytes::Bytes;
use cardmux_domain::provider::{ErrorKind, ProviderError};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_provider_kit::json;
use cardmux_provider_kit::transport::{
    Answer, HeaderMap, HeaderName, HeaderValue, Method, Request, Transport, TransportSettings, Url,
    header,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::error::{self, Reception, Shape};
use crate::map;
use crate::settings::Access;
use crate::wire::envelope::Contents;
use crate::wire::path::Call;
use crate::wire::request::NOTHING;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

#[derive(Debug)]
pub struct Client {
    transport: Transport,
    base_url: Url,
    path_prefix: String,
    /// Marked as sensitive, so that it is never printed.
    bearer: HeaderValue,
}

/// A successful answer. It may hold a card number: it has no `Debug`, and is wiped on drop.
pub struct Received {
    body: Zeroizing<Vec<u8>>,
    shape: Shape,
}

impl Client {
    pub fn new(access: Access) -> Result<Self, ProviderError> {
        let Access {
            base_url,
            path_prefix,
            token,
            connect_timeout,
        } = access;
        let transport = Transport::new(TransportSettings {
            connect_timeout,
            // Details of a budget card bring its number each time.
            keep_connections: false,
        })?;
        Ok(Self {
            transport,
            base_url,
            path_prefix,
            bearer: bearer(&token)?,
        })
    }

    /// Ask something, and read the contents of the answer.
    pub async fn read<A: DeserializeOwned>(&self, call: Call<'_>) -> Result<A, ProviderError> {
        self.exchange(call, NOTHING).await?.contents()
    }

    /// Send something, and read the contents of the answer.
    pub async fn send<Q: Serialize + Sync, A: DeserializeOwned>(
        &self,
        call: Call<'_>,
        body: &Q,
    ) -> Result<A, ProviderError> {
        self.exchange(call, Some(body)).await?.contents()
    }

    /// Send something, or nothing, where the answer is no more than that it was done.
    pub async fn tell<Q: Serialize + Sync>(
        &self,
        call: Call<'_>,
        body: Option<&Q>,
    ) -> Result<(), ProviderError> {
        self.exchange(call, body).await.map(|_| ())
    }

    pub async fn exchange<Q: Serialize + Sync>(
        &self,
        call: Call<'_>,
        body: Option<&Q>,
    ) -> Result<Received, ProviderError> {
        let (bare, confidential) = (call.bare, call.confidential);
        let request = self.request(call, body)?;
        let answer = self.transport.send(request).await?;
        let retry_after = answer.retry_after();
        let Answer {
            status,
            headers: _,
            body,
        } = answer;
        let body = Zeroizing::new(Vec::from(body));
        let reception = Reception {
            status,
            retry_after,
            bare,
            confidential,
        };
        let shape = error::accept(&reception, &body)?;
        Ok(Received { body, shape })
    }

    /// Ask something of the emulator itself, outside the API: at the origin, without credentials.
    pub async fn command<Q: Serialize + Sync>(
        &self,
        path: &[&str],
        request: &Q,
    ) -> Result<Answer, ProviderError> {
        let mut url = self.base_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(path);
        }
        let request = with_body(Request::new(Method::POST, url), encoded(request)?);
        self.transport.send(request).await
    }

    fn request<Q: Serialize>(
        &self,
        call: Call<'_>,
        body: Option<&Q>,
    ) -> Result<Request, ProviderError> {
        let Call {
            method,
            path,
            query,
            key,
            bare: _,
            confidential: _,
        } = call;
        let mut url = self.base_url.clone();
        url.set_path(&self.path_prefix);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = Request::new(method, url);
        let headers: &mut HeaderMap = request.headers_mut();
        headers.insert(header::AUTHORIZATION, self.bearer.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(key) = key {
            let value = HeaderValue::from_str(key.as_str()).map_err(|error| {
                let message = "the reference cannot be sent as a header";
                ProviderError::not_sent(ErrorKind::Settings, message).with_source(error)
            })?;
            headers.insert(IDEMPOTENCY_KEY, value);
        }
        match body {
            Some(body) => Ok(with_body(request, encoded(body)?)),
            None => Ok(request),
        }
    }
}

impl Received {
    pub fn contents<A: DeserializeOwned>(&self) -> Result<A, ProviderError> {
        match self.shape {
            Shape::Bare => json::parse(&self.body),
            Shape::Wrapped => {
                let contents: Contents<A> = json::parse(&self.body)?;
                contents
                    .data
                    .ok_or_else(|| map::malformed("an answer without contents"))
            }
        }
    }
}

fn with_body(mut request: Request, body: Bytes) -> Request {
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    *request.body_mut() = Some(body.into());
    request
}

/// Requests may hold a PIN or personal data; the buffer is wiped once it is sent.
fn encoded<Q: Serialize>(request: &Q) -> Result<Bytes, ProviderError> {
    let body = serde_json::to_vec(request).map_err(|error| {
        ProviderError::not_sent(ErrorKind::Settings, "the request cannot be encoded")
            .with_source(error)
    })?;
    Ok(Bytes::from_owner(Zeroizing::new(body)))
}

fn bearer(token: &SecretString) -> Result<HeaderValue, ProviderError> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose_secret()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| {
        ProviderError::not_sent(ErrorKind::Settings, "token cannot be sent as a header")
    })?;
    value.set_sensitive(true);
    Ok(value)
}
