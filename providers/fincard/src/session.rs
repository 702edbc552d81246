//! FinHub's login: a bearer token kept until shortly before it expires.

use std::time::{Duration, Instant};

use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};
use cardmux_domain::secret::ExposeSecret;
use cardmux_provider_kit::json;
use cardmux_provider_kit::transport::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Transport, Url, header,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::settings::{FinhubAccess, Login};

/// F-doc; used where the answer does not say.
const LIFETIME: Duration = Duration::from_secs(3_600);

/// A token is given up this long before its end, so that it does not expire on the way. Our choice.
const MARGIN: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Session {
    access: FinhubAccess,
    url: Url,
    /// Held during a login, so that many calls wait for one.
    token: Mutex<Option<Token>>,
}

#[derive(Debug, Clone)]
pub struct Token {
    /// `Bearer …`, marked sensitive: it does not show in debug output.
    pub bearer: HeaderValue,
    expires: Instant,
}

#[derive(Serialize)]
#[serde(untagged)]
enum LoginRequest<'a> {
    #[serde(rename_all = "camelCase")]
    Email {
        email: &'a str,
        password: &'a str,
        tenant_id: &'a str,
    },
    Session {
        username: &'a str,
        password: &'a str,
    },
}

/// The token stands at the top (F-doc) or inside `data` (F-pm).
#[derive(Deserialize)]
struct LoginAnswer {
    #[serde(default, deserialize_with = "json::opt_bool")]
    success: Option<bool>,
    #[serde(rename = "accessToken")]
    access_token: Option<Zeroizing<String>>,
    #[serde(rename = "expiresIn", default, deserialize_with = "json::opt_integer")]
    expires_in: Option<i64>,
    data: Option<Granted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Granted {
    access_token: Option<Zeroizing<String>>,
    #[serde(default, deserialize_with = "json::opt_integer")]
    expires_in: Option<i64>,
}

impl Session {
    pub fn new(access: FinhubAccess, base_url: &Url) -> Self {
        let mut url = base_url.clone();
        url.set_path(&access.login_path);
        Self {
            access,
            url,
            token: Mutex::new(None),
        }
    }

    /// The headers FinHub checks on every call, login included (F-doc). The pages disagree about
    /// which are needed; all of them satisfy every page.
    pub fn context(&self) -> Result<HeaderMap, ProviderError> {
        let access = &self.access;
        let mut headers = HeaderMap::new();
        for (name, text) in [
            ("x-tenant-id", &access.tenant_id),
            ("x-forwarded-for", &access.forwarded_for),
            ("x-forwarded-from", &access.service_name),
            ("platform", &access.platform),
            ("deviceid", &access.device_id),
        ] {
            let value = HeaderValue::from_str(text).map_err(|error| {
                let message = "a setting cannot be sent as a header";
                ProviderError::not_sent(ErrorKind::Settings, message).with_source(error)
            })?;
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }

    /// A valid token: the kept one, or a new one.
    pub async fn token(&self, transport: &Transport) -> Result<Token, ProviderError> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| Instant::now() < token.expires) {
            return Ok(token.clone());
        }
        let token = self.login(transport).await?;
        Ok(kept.insert(token).clone())
    }

    /// A token other than the one that was refused; of many calls that were refused, one logs in.
    pub async fn renewed(
        &self,
        transport: &Transport,
        refused: &Token,
    ) -> Result<Token, ProviderError> {
        self.forget(refused).await;
        self.token(transport).await
    }

    /// Give up a token that was refused, unless another call has replaced it.
    pub async fn forget(&self, refused: &Token) {
        let mut kept = self.token.lock().await;
        if kept
            .as_ref()
            .is_some_and(|token| token.bearer == refused.bearer)
        {
            *kept = None;
        }
    }

    /// Whatever happens here, the call that needs the token was not sent.
    async fn login(&self, transport: &Transport) -> Result<Token, ProviderError> {
        let request = self.login_request()?;
        let answer = transport
            .send(request)
            .await
            .map_err(|error| ProviderError {
                outcome: Outcome::NotSent,
                ..error
            })?;
        let not_sent = |message| ProviderError::not_sent(ErrorKind::Unavailable, message);
        let refused = || {
            let message = "FinCard refused the login: check email, password and tenant_id";
            ProviderError::rejected(ErrorKind::Unauthorized, message)
        };
        if answer.status.is_client_error() {
            return Err(refused());
        }
        if !answer.status.is_success() {
            return Err(not_sent("FinCard's login failed"));
        }
        // The parser's error is dropped: next to a token no word of the answer is worth the risk.
        let answer: LoginAnswer = serde_json::from_slice(&answer.body)
            .map_err(|_| not_sent("FinCard's login answer cannot be read"))?;
        if answer.success == Some(false) {
            return Err(refused());
        }
        let top = Granted {
            access_token: answer.access_token,
            expires_in: answer.expires_in,
        };
        top.into_token()
            .or_else(|| answer.data.and_then(Granted::into_token))
            .ok_or_else(|| not_sent("FinCard's login answer has no usable token"))
    }

    fn login_request(&self) -> Result<Request, ProviderError> {
        let access = &self.access;
        let password = access.password.expose_secret();
        let body = match access.login {
            Login::Email => LoginRequest::Email {
                email: &access.email,
                password,
                tenant_id: &access.tenant_id,
            },
            Login::Session => LoginRequest::Session {
                username: &access.email,
                password,
            },
        };
        let body = serde_json::to_vec(&body).map_err(|error| {
            ProviderError::not_sent(ErrorKind::Settings, "the login cannot be encoded")
                .with_source(error)
        })?;
        let mut request = Request::new(Method::POST, self.url.clone());
        *request.headers_mut() = self.context()?;
        request.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        *request.body_mut() = Some(body.into());
        Ok(request)
    }
}

impl Granted {
    fn into_token(self) -> Option<Token> {
        let text = Zeroizing::new(format!("Bearer {}", self.access_token?.as_str()));
        let mut bearer = HeaderValue::from_str(&text).ok()?;
        bearer.set_sensitive(true);
        let seconds = self
            .expires_in
            .and_then(|seconds| u64::try_from(seconds).ok());
        let lifetime = seconds.map_or(LIFETIME, Duration::from_secs);
        let usable = lifetime.saturating_sub(MARGIN.min(lifetime / 2));
        Some(Token {
            bearer,
            expires: Instant::now().checked_add(usable)?,
        })
    }
}
