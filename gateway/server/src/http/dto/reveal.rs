//! Secrets on their way out: encrypted to the key in the request, or in clear where the tenant's
//! configuration says so. These types have no `Debug`.

use cardmux_domain::challenge::{Challenge, ChallengeNotice};
use cardmux_domain::provider::CardSecrets;
use cardmux_domain::secret::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroize;

use super::{MoneyDto, open};

/// For whom the secrets are.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RevealCard, example = json!({"publicKey": {"kty": "EC", "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}}))]
pub struct RevealBody {
    /// A public JWK (RFC 7517): RSA of 2048 to 4096 bits (RSA-OAEP-256), or P-256, P-384, X25519
    /// (ECDH-ES). May be left out only where the tenant's configuration allows clear text.
    #[schema(value_type = Option<Object>)]
    pub public_key: Option<serde_json::Value>,
}

/// The secrets of a card: `jwe` alone, or the other fields.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RevealedCard, example = json!({"jwe": "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSJ9..w6v0"}))]
pub struct RevealDto {
    /// A compact JWE (RFC 7516, A256GCM) of a JSON object with the other fields of this answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwe: Option<String>,
    /// The card number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "4896070000001234")]
    pub number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cvv: Option<String>,
    /// `MM/YYYY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry: Option<String>,
    /// Where a gift card is redeemed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redemption_url: Option<String>,
}

impl RevealDto {
    pub fn sealed(jwe: String) -> Self {
        Self {
            jwe: Some(jwe),
            number: None,
            cvv: None,
            expiry: None,
            redemption_url: None,
        }
    }

    pub fn clear(secrets: &CardSecrets) -> Self {
        let CardSecrets {
            number,
            cvv,
            expiry,
            redemption_url,
        } = secrets;
        let shown =
            |secret: &Option<SecretString>| secret.as_ref().map(|s| s.expose_secret().to_owned());
        Self {
            jwe: None,
            number: shown(number),
            cvv: shown(cvv),
            expiry: shown(expiry),
            redemption_url: shown(redemption_url),
        }
    }
}

impl Drop for RevealDto {
    fn drop(&mut self) {
        self.number.zeroize();
        self.cvv.zeroize();
        self.expiry.zeroize();
        self.redemption_url.zeroize();
    }
}

/// What a card's holder is asked for, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = Challenges)]
pub struct ChallengesDto {
    pub data: Vec<ChallengeDto>,
}

/// A one-time code, link or activation code on its way to a cardholder.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Challenge)]
pub struct ChallengeDto {
    /// The provider's id of it.
    pub provider_ref: String,
    #[schema(value_type = open::ChallengeKind)]
    pub kind: String,
    /// What the cardholder is to be shown.
    pub value: String,
    /// What the cardholder is asked to approve.
    pub amount: Option<MoneyDto>,
    pub merchant_name: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Until when it is of use; null where the provider does not say.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

impl From<Challenge> for ChallengeDto {
    fn from(challenge: Challenge) -> Self {
        let Challenge { notice, value } = challenge;
        let ChallengeNotice {
            challenge_ref,
            card_ref: _,
            kind,
            amount,
            merchant_name,
            created_at,
            expires_at,
        } = notice;
        Self {
            provider_ref: challenge_ref,
            kind: kind.to_string(),
            value: value.expose_secret().to_owned(),
            amount: amount.map(Into::into),
            merchant_name,
            created_at: created_at.to_string(),
            expires_at: expires_at.map(|at| at.to_string()),
        }
    }
}

impl Drop for ChallengeDto {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}
