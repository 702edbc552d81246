//! One call: encode, authenticate, send, check, read.

use bytes::Bytes;
use cardmux_domain::provider::{ErrorKind, ProviderError};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_provider_kit::json;
use cardmux_provider_kit::signature::RsaPublicKey;
use cardmux_provider_kit::transport::{
    Answer, HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Transport,
    TransportSettings, Url, header,
};
use reqwest::Body;
use reqwest::multipart::Form;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::error;
use crate::session::{Session, Token};
use crate::settings::{Access, Settings, UpstreamAccess};
use crate::wire::path::{Dialect, Endpoint};

/// The upstream's headers (W-doc).
const API_KEY: HeaderName = HeaderName::from_static("x-wsb-api-key");
const SIGNATURE: HeaderName = HeaderName::from_static("x-wsb-signature");

/// What "no parameters" is on the wire, and what the signature of an upload is over (W-doc, W-int).
const NO_PARAMETERS: &[u8] = b"{}";

#[derive(Debug)]
pub struct Client {
    transport: Transport,
    base_url: Url,
    path_prefix: String,
    door: Door,
}

/// How a call gets in.
#[derive(Debug)]
enum Door {
    Finhub(Box<Session>),
    Upstream(Box<UpstreamAccess>),
}

impl Client {
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        let transport = Transport::new(TransportSettings {
            connect_timeout: settings.connect_timeout,
            keep_connections: true,
        })?;
        let door = match settings.access {
            Access::Finhub(access) => {
                let session = Session::new(*access, &settings.base_url);
                session.context()?;
                Door::Finhub(Box::new(session))
            }
            Access::Upstream(access) => {
                sensitive(&access.api_key)?;
                Door::Upstream(access)
            }
        };
        let path_prefix = settings.path_prefix.trim_end_matches('/').to_owned();
        Ok(Self {
            transport,
            base_url: settings.base_url,
            path_prefix,
            door,
        })
    }

    /// Make a call and read the `data` of its answer.
    pub async fn call<Q, A>(&self, endpoint: Endpoint, request: &Q) -> Result<A, ProviderError>
    where
        Q: Serialize + Sync,
        A: DeserializeOwned,
    {
        // Encoded once: what is signed are exactly the bytes that are sent.
        let body = encoded(request)?;
        let answer = match &self.door {
            Door::Finhub(session) => self.through_finhub(session, endpoint, body).await?,
            Door::Upstream(access) => self.through_upstream(access, endpoint, body).await?,
        };
        let data = error::accept(&answer)?;
        json::parse(data.get().as_bytes())
    }

    /// A 401 was not executed: drop the token, log in once, repeat once (F-doc).
    async fn through_finhub(
        &self,
        session: &Session,
        endpoint: Endpoint,
        body: Bytes,
    ) -> Result<Answer, ProviderError> {
        let url = self.url(endpoint.path(Dialect::Finhub));
        let token = session.token(&self.transport).await?;
        let request = with_token(session, &url, &token, body.clone())?;
        let answer = self.transport.send(request).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let token = session.renewed(&self.transport, &token).await?;
        self.transport
            .send(with_token(session, &url, &token, body)?)
            .await
    }

    async fn through_upstream(
        &self,
        access: &UpstreamAccess,
        endpoint: Endpoint,
        body: Bytes,
    ) -> Result<Answer, ProviderError> {
        let headers = signed(access, &body)?;
        let url = self.url(endpoint.path(Dialect::Upstream));
        let answer = self.transport.send(post(&url, headers, body)).await?;
        access.checked(answer)
    }

    /// Pass a form on and read the `data` of its answer. It is consumed by being sent: a token that
    /// is refused is only given up, so that the next upload logs in.
    pub async fn upload<A: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        form: Form,
    ) -> Result<A, ProviderError> {
        let kind = format!("multipart/form-data; boundary={}", form.boundary());
        let kind = HeaderValue::from_str(&kind).map_err(|error| {
            ProviderError::not_sent(ErrorKind::Settings, "the form cannot be sent")
                .with_source(error)
        })?;
        let (session, mut headers, url) = match &self.door {
            Door::Finhub(session) => {
                let token = session.token(&self.transport).await?;
                let mut headers = session.context()?;
                headers.insert(header::AUTHORIZATION, token.bearer.clone());
                let url = self.url(endpoint.path(Dialect::Finhub));
                (Some((session, token)), headers, url)
            }
            Door::Upstream(access) => {
                // Not the parts are signed but "no parameters" (W-int).
                let headers = signed(access, NO_PARAMETERS)?;
                (None, headers, self.url(endpoint.path(Dialect::Upstream)))
            }
        };
        headers.insert(header::CONTENT_TYPE, kind);
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = headers;
        *request.body_mut() = Some(Body::wrap_stream(form.into_stream()));
        let answer = self.transport.send(request).await?;
        let answer = match &self.door {
            Door::Finhub(_) => answer,
            Door::Upstream(access) => access.checked(answer)?,
        };
        if let Some((session, token)) = session
            && answer.status == StatusCode::UNAUTHORIZED
        {
            session.forget(&token).await;
        }
        let data = error::accept(&answer)?;
        json::parse(data.get().as_bytes())
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
        let body = encoded(request)?;
        self.transport
            .send(post(&url, HeaderMap::new(), body))
            .await
    }

    /// The host comes from the base URL alone, whatever a path setting says.
    fn url(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}{path}", self.path_prefix));
        url
    }
}

/// Requests may hold a PIN or personal data; the buffer is wiped once it is sent.
fn encoded<Q: Serialize>(request: &Q) -> Result<Bytes, ProviderError> {
    let body = serde_json::to_vec(request).map_err(|error| {
        ProviderError::not_sent(ErrorKind::Settings, "the request cannot be encoded")
            .with_source(error)
    })?;
    Ok(Bytes::from_owner(Zeroizing::new(body)))
}

fn signed(access: &UpstreamAccess, body: &[u8]) -> Result<HeaderMap, ProviderError> {
    let mut headers = HeaderMap::new();
    headers.insert(API_KEY, sensitive(&access.api_key)?);
    headers.insert(
        SIGNATURE,
        sensitive(&access.private_key.sign(body)?.into())?,
    );
    Ok(headers)
}

impl UpstreamAccess {
    fn checked(&self, answer: Answer) -> Result<Answer, ProviderError> {
        match &self.answer_key {
            Some(key) => verified(key, answer),
            None => Ok(answer),
        }
    }
}

/// The platform signs its answers as we sign requests (W-doc). An error of a gateway before it, such
/// as the IP allow-list's, comes without a signature and says no more than its status; a success
/// without one says nothing.
fn verified(key: &RsaPublicKey, answer: Answer) -> Result<Answer, ProviderError> {
    let problem = match answer.header(SIGNATURE.as_str()) {
        Some(signature) if key.verify(&answer.body, signature).is_ok() => return Ok(answer),
        Some(_) => "the signature of FinCard's answer is wrong",
        None if !answer.status.is_success() => return Ok(answer),
        None => "FinCard's answer is not signed",
    };
    Err(ProviderError::unknown(ErrorKind::Malformed, problem))
}

fn with_token(
    session: &Session,
    url: &Url,
    token: &Token,
    body: Bytes,
) -> Result<Request, ProviderError> {
    let mut headers = session.context()?;
    headers.insert(header::AUTHORIZATION, token.bearer.clone());
    Ok(post(url, headers, body))
}

fn post(url: &Url, mut headers: HeaderMap, body: Bytes) -> Request {
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let mut request = Request::new(Method::POST, url.clone());
    *request.headers_mut() = headers;
    *request.body_mut() = Some(body.into());
    request
}

fn sensitive(text: &SecretString) -> Result<HeaderValue, ProviderError> {
    let mut value = HeaderValue::from_str(text.expose_secret()).map_err(|error| {
        ProviderError::not_sent(ErrorKind::Settings, "api_key cannot be sent as a header")
            .with_source(error)
    })?;
    value.set_sensitive(true);
    Ok(value)
}
