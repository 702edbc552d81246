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

use crate::error;
use crate::settings::{Access, Codes};
use crate::wire::envelope::Envelope;
use crate::wire::path::Endpoint;

/// D, O.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

#[derive(Debug)]
pub struct Client {
    transport: Transport,
    base_url: Url,
    base_path: String,
    account_id: String,
    /// On every call, also where a page lists only one of the two ways (O of the BINs).
    credentials: HeaderMap,
    insufficient_funds_codes: Codes,
}

impl Client {
    pub fn new(access: Access) -> Result<Self, ProviderError> {
        let Access {
            base_url,
            base_path,
            account_id,
            api_key,
            bearer,
            insufficient_funds_codes,
            connect_timeout,
        } = access;
        let mut credentials = HeaderMap::new();
        credentials.insert(API_KEY, sensitive("api_key", &api_key)?);
        if let Some(bearer) = bearer {
            let text = format!("Bearer {}", bearer.expose_secret()).into();
            credentials.insert(header::AUTHORIZATION, sensitive("bearer", &text)?);
        }
        Ok(Self {
            transport: Transport::new(TransportSettings {
                connect_timeout,
                // Every reading of a card brings its number.
                keep_connections: false,
            })?,
            base_url,
            base_path,
            account_id,
            credentials,
            insufficient_funds_codes,
        })
    }

    /// A call without a body.
    pub async fn get<A: DeserializeOwned>(
        &self,
        endpoint: Endpoint<'_>,
    ) -> Result<A, ProviderError> {
        self.call(endpoint, None).await
    }

    pub async fn send<Q, A>(&self, endpoint: Endpoint<'_>, request: &Q) -> Result<A, ProviderError>
    where
        Q: Serialize + Sync,
        A: DeserializeOwned,
    {
        self.call(endpoint, Some(encoded(request)?)).await
    }

    async fn call<A: DeserializeOwned>(
        &self,
        endpoint: Endpoint<'_>,
        body: Option<Bytes>,
    ) -> Result<A, ProviderError> {
        let url = self.url(&endpoint.segments(&self.account_id));
        let headers = self.credentials.clone();
        let answer = self
            .transport
            .send(request(endpoint.method(), url, headers, body))
            .await?;
        // 201 is documented for every call; no more is read from it than that it is a success.
        if !answer.status.is_success() {
            return Err(error::by_status(&answer, &self.insufficient_funds_codes));
        }
        // Any card may come with its number: the body is read where it lies, then wiped.
        let body = Zeroizing::new(Vec::from(answer.body));
        let envelope: Envelope<A> = json::parse(&body)?;
        Ok(envelope.result)
    }

    /// Ask something of the emulator itself, outside the API: at the origin, without credentials.
    pub async fn command<Q: Serialize + Sync>(
        &self,
        path: &[&str],
        command: &Q,
    ) -> Result<Answer, ProviderError> {
        let mut url = self.base_url.clone();
        extend(&mut url, path);
        let body = encoded(command)?;
        self.transport
            .send(request(Method::POST, url, HeaderMap::new(), Some(body)))
            .await
    }

    /// The host comes from the base URL alone, whatever a path setting or an id says.
    fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base_url.clone();
        let base: Vec<&str> = self
            .base_path
            .split('/')
            .filter(|s| !s.is_empty())
            .collect();
        extend(&mut url, &base);
        extend(&mut url, segments);
        url
    }
}

fn extend(url: &mut Url, segments: &[&str]) {
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
}

fn request(method: Method, url: Url, mut headers: HeaderMap, body: Option<Bytes>) -> Request {
    let mut request = Request::new(method, url);
    if let Some(body) = body {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        *request.body_mut() = Some(body.into());
    }
    *request.headers_mut() = headers;
    request
}

fn encoded<Q: Serialize>(request: &Q) -> Result<Bytes, ProviderError> {
    serde_json::to_vec(request)
        .map(Bytes::from)
        .map_err(|error| {
            ProviderError::not_sent(ErrorKind::Settings, "the request cannot be encoded")
                .with_source(error)
        })
}

fn sensitive(key: &str, text: &SecretString) -> Result<HeaderValue, ProviderError> {
    let mut value = HeaderValue::from_str(text.expose_secret()).map_err(|error| {
        let message = format!("{key} cannot be sent as a header");
        ProviderError::not_sent(ErrorKind::Settings, message).with_source(error)
    })?;
    value.set_sensitive(true);
    Ok(value)
}
