//! Who is calling.
//!
//! Documented: the four context headers (400/500 when one is missing), `X-Tenant-ID`, bearer tokens
//! of 3600 s without refresh, two login variants (F-doc, F-pm); `X-WSB-API-KEY` and
//! `X-WSB-SIGNATURE` over the raw body (W-doc), over `{}` for an upload (W-int). Assumed: a missing tenant is a missing header and a
//! wrong one 401; variant B accepts any organization and user id and wants the e-mail as
//! `username`, and answers inside `data` (both places are documented); `platform` must be one of
//! its documented words.

use axum::http::HeaderMap;

use crate::app::App;
use crate::envelope::{Failure, Success};
use crate::json::Json;
use crate::options::Dialect;
use crate::request::Fields;
use crate::route::Endpoint;
use crate::state::{Credentials, TOKEN_LIFE_SECONDS};

const CONTEXT: [&str; 4] = [
    "X-Forwarded-For",
    "X-Forwarded-From",
    "platform",
    "deviceId",
];
const TENANT: &str = "X-Tenant-ID";

impl App {
    /// Whether this call may be served at all.
    pub fn authenticate(
        &self,
        dialect: Dialect,
        endpoint: Endpoint,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), Failure> {
        let is_upload = endpoint == Endpoint::Upload;
        if is_upload {
            check_multipart(headers)?;
        } else {
            check_content_type(headers)?;
        }
        match dialect {
            Dialect::Finhub => self.check_bearer(headers),
            Dialect::Upstream if is_upload => self.check_signature(headers, b"{}"),
            Dialect::Upstream => self.check_signature(headers, body),
        }
    }

    fn check_bearer(&self, headers: &HeaderMap) -> Result<(), Failure> {
        check_present(headers, &CONTEXT)?;
        self.check_tenant(headers)?;
        let bearer = text(headers, "Authorization").and_then(|value| value.strip_prefix("Bearer "));
        let now = self.kit.clock.now_ms();
        let is_valid = |token| {
            self.kit
                .store
                .read(|state, _| state.token_is_valid(token, now))
        };
        if bearer.is_some_and(is_valid) {
            Ok(())
        } else {
            Err(Failure::Unauthorized(
                "The access token is missing, unknown or expired",
            ))
        }
    }

    fn check_tenant(&self, headers: &HeaderMap) -> Result<(), Failure> {
        check_present(headers, &[TENANT])?;
        if !matches!(text(headers, "platform"), Some("web" | "ios" | "android")) {
            return Err(Failure::BadRequest("Invalid header: platform"));
        }
        self.expect(|credentials| text(headers, TENANT) == Some(&credentials.tenant_id))
            .ok_or(Failure::Unauthorized("Unknown tenant"))
    }

    fn check_signature(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Failure> {
        self.expect(|credentials| text(headers, "X-WSB-API-KEY") == Some(&credentials.api_key))
            .ok_or(Failure::Unauthorized("Unknown API key"))?;
        let signature = text(headers, "X-WSB-SIGNATURE").unwrap_or_default();
        if self.keys.merchant_signed(body, signature) {
            Ok(())
        } else {
            Err(Failure::Unauthorized("Invalid signature"))
        }
    }

    /// Variant A: e-mail, password and tenant in the body; the token at the top level.
    pub fn login_by_email(&self, headers: &HeaderMap, body: &[u8]) -> Result<Success, Failure> {
        check_content_type(headers)?;
        check_present(headers, &CONTEXT)?;
        self.check_tenant(headers)?;
        let fields = Fields::parse(body)?;
        let tenant = fields.text("tenantId")?;
        self.expect(|credentials| tenant.as_ref() == Some(&credentials.tenant_id))
            .ok_or(Failure::Unauthorized("Bad credentials"))?;
        self.login(&fields, "email").map(Success::Bare)
    }

    /// Variant B: user name and password; the token inside `data`.
    pub fn login_by_user(&self, headers: &HeaderMap, body: &[u8]) -> Result<Success, Failure> {
        check_content_type(headers)?;
        check_present(headers, &["X-Forwarded-For", "platform", "deviceId"])?;
        self.check_tenant(headers)?;
        self.login(&Fields::parse(body)?, "username")
            .map(Success::Data)
    }

    fn login(&self, fields: &Fields, user_field: &str) -> Result<Json, Failure> {
        let (user, password) = (fields.text(user_field)?, fields.text("password")?);
        self.expect(|known| {
            user.as_ref() == Some(&known.email) && password.as_ref() == Some(&known.password)
        })
        .ok_or(Failure::Unauthorized("Bad credentials"))?;
        let now = self.kit.clock.now_ms();
        let token = self.kit.store.write(|state, _| state.issue_token(now));
        Ok(Json::Object(vec![
            (
                "accessToken",
                Json::text(token.map_err(|_| Failure::Server)?),
            ),
            ("tokenType", Json::text("Bearer")),
            ("expiresIn", Json::number(TOKEN_LIFE_SECONDS)),
        ]))
    }

    fn expect(&self, holds: impl FnOnce(&Credentials) -> bool) -> Option<()> {
        self.kit
            .store
            .read(|state, _| holds(&state.credentials))
            .then_some(())
    }
}

fn check_present(headers: &HeaderMap, names: &[&'static str]) -> Result<(), Failure> {
    let is_missing = |name: &&&'static str| text(headers, name).is_none_or(str::is_empty);
    let missing: Vec<_> = names.iter().filter(is_missing).copied().collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Failure::MissingHeaders(missing))
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    match text(headers, "Content-Type") {
        Some(value) if value.starts_with("application/json") => Ok(()),
        Some(_) | None => Err(Failure::BadRequest("Content-Type must be application/json")),
    }
}

fn check_multipart(headers: &HeaderMap) -> Result<(), Failure> {
    match text(headers, "Content-Type") {
        Some(value) if value.starts_with("multipart/form-data") => Ok(()),
        Some(_) | None => Err(Failure::BadRequest(
            "Content-Type must be multipart/form-data",
        )),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
