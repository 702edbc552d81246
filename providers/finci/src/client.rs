//! One call: encode, sign, send, check, read.

use bytes::Bytes;
use cardmux_domain::provider::{ErrorKind, ProviderError};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_domain::time::Timestamp;
use cardmux_provider_kit::json;
use cardmux_provider_kit::transport::{
    Answer, HeaderName, HeaderValue, Method, Request, Transport, TransportSettings, Url, header,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::error::{self, Meaning, Refusal};
use crate::settings::{Access, ErrorCodes, Paths};
use crate::signing::{Signed, Signer};
use crate::wire::Endpoint;
use crate::wire::envelope::Ids;

const TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-auth-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("x-auth-signature");

#[derive(Debug)]
pub struct Client {
    transport: Transport,
    base_url: Url,
    path_prefix: String,
    paths: Paths,
    /// Marked as sensitive, so that it is never printed.
    token: HeaderValue,
    signer: Signer,
    codes: ErrorCodes,
}

/// What became of a creation.
pub struct Created {
    pub ids: Ids,
    /// It was there before, in FINCI's words; `None` where it is new.
    pub before: Option<Refusal>,
}

/// A readable answer, wiped on drop.
struct Received {
    body: Zeroizing<Vec<u8>>,
    refusal: Option<Refusal>,
}

impl Client {
    pub fn new(access: Access) -> Result<Self, ProviderError> {
        let Access {
            base_url,
            path_prefix,
            paths,
            token,
            signer,
            codes,
            connect_timeout,
        } = access;
        let transport = Transport::new(TransportSettings {
            connect_timeout,
            // No documented answer holds a whole card number.
            keep_connections: true,
        })?;
        Ok(Self {
            transport,
            base_url,
            path_prefix,
            paths,
            token: sensitive(&token)?,
            signer,
            codes,
        })
    }

    /// Send something, and read the answer.
    pub async fn send<Q: Serialize + Sync, A: DeserializeOwned>(
        &self,
        endpoint: Endpoint<'_>,
        request: &Q,
    ) -> Result<A, ProviderError> {
        let Received { body, refusal } = self.exchange(endpoint, request).await?;
        match refusal {
            None => json::parse(&body),
            Some(refusal) => Err(refusal.error),
        }
    }

    /// Send something, where the answer is no more than that it was done.
    pub async fn tell<Q: Serialize + Sync>(
        &self,
        endpoint: Endpoint<'_>,
        request: &Q,
    ) -> Result<(), ProviderError> {
        let refusal = self.exchange(endpoint, request).await?.refusal;
        refusal.map_or(Ok(()), |refusal| Err(refusal.error))
    }

    /// Make something. That it is there already is no error here: the answer may tell its id.
    pub async fn create<Q: Serialize + Sync>(
        &self,
        endpoint: Endpoint<'_>,
        request: &Q,
    ) -> Result<Created, ProviderError> {
        let Received { body, refusal } = self.exchange(endpoint, request).await?;
        let before = match refusal {
            None => None,
            Some(refusal) => match refusal.meaning {
                Meaning::Duplicate | Meaning::AccountExists => Some(refusal),
                Meaning::Other => return Err(refusal.error),
            },
        };
        Ok(Created {
            ids: json::parse(&body)?,
            before,
        })
    }

    /// Ask something of the emulator itself, outside the API: at the origin, without credentials.
    pub async fn command<Q: Serialize + Sync>(
        &self,
        method: Method,
        path: &[&str],
        request: Option<&Q>,
    ) -> Result<Answer, ProviderError> {
        let mut url = self.base_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().push("_emulator").extend(path);
        }
        let mut call = Request::new(method, url);
        if let Some(request) = request {
            with_body(&mut call, encoded(request)?);
        }
        self.transport.send(call).await
    }

    async fn exchange<Q: Serialize + Sync>(
        &self,
        endpoint: Endpoint<'_>,
        request: &Q,
    ) -> Result<Received, ProviderError> {
        // Encoded once: what is signed are exactly the bytes that are sent.
        let request = self.request(endpoint, encoded(request)?)?;
        let answer = self.transport.send(request).await?;
        let retry_after = answer.retry_after();
        let Answer {
            status,
            headers: _,
            body,
        } = answer;
        let body = Zeroizing::new(Vec::from(body));
        let refusal = error::judge(status, retry_after, &body, &self.codes)?;
        Ok(Received { body, refusal })
    }

    fn request(&self, endpoint: Endpoint<'_>, body: Bytes) -> Result<Request, ProviderError> {
        let mut url = self.base_url.clone();
        let path = endpoint.path(&self.paths);
        url.set_path(&format!("{}{path}", self.path_prefix));
        let method = endpoint.method();
        let timestamp = unix_seconds(now());
        let signature = self.signer.sign(&Signed {
            timestamp: &timestamp,
            method: method.as_str(),
            // As it goes over the wire.
            path: url.path(),
            body: &body,
        });
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(TOKEN, self.token.clone());
        headers.insert(TIMESTAMP, plain(&timestamp)?);
        headers.insert(SIGNATURE, plain(&signature)?);
        with_body(&mut request, body);
        Ok(request)
    }
}

fn with_body(request: &mut Request, body: Bytes) {
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    *request.body_mut() = Some(body.into());
}

/// Requests may hold personal data; the buffer is wiped once it is sent.
fn encoded<Q: Serialize>(request: &Q) -> Result<Bytes, ProviderError> {
    let body = serde_json::to_vec(request).map_err(|error| {
        ProviderError::not_sent(ErrorKind::Settings, "the request cannot be encoded")
            .with_source(error)
    })?;
    Ok(Bytes::from_owner(Zeroizing::new(body)))
}

fn plain(text: &str) -> Result<HeaderValue, ProviderError> {
    HeaderValue::from_str(text).map_err(|error| {
        ProviderError::not_sent(ErrorKind::Settings, "the signature cannot be sent")
            .with_source(error)
    })
}

fn sensitive(token: &SecretString) -> Result<HeaderValue, ProviderError> {
    let mut value = HeaderValue::from_str(token.expose_secret()).map_err(|_| {
        ProviderError::not_sent(ErrorKind::Settings, "token cannot be sent as a header")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Unix time in seconds (D).
fn unix_seconds(now: Timestamp) -> String {
    now.as_millis().div_euclid(1_000).to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "FINCI checks the time of a request against its own clock"
)]
pub fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_millis(0).plus(since_epoch.unwrap_or_default())
}
