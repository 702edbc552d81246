use aws_lc_rs::hmac;
use cardmux_domain::provider::{
    Acknowledgement, Delivery, ProviderError, ProviderEvent, SignatureKind, VerifiedDelivery,
    WebhookRefused, Webhooks,
};
use cardmux_domain::secret::{ExposeSecret, SecretString};

use crate::{MockProvider, wire};

/// HMAC-SHA256 over the raw body, in hexadecimal.
pub const SIGNATURE_HEADER: &str = "x-mock-signature";

pub(crate) struct Signer(hmac::Key);

impl Signer {
    pub(crate) fn new(secret: &SecretString) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            secret.expose_secret().as_bytes(),
        ))
    }

    pub(crate) fn sign(&self, body: &[u8]) -> String {
        hex::encode(hmac::sign(&self.0, body))
    }

    fn verify(&self, body: &[u8], signature: &str) -> Result<(), WebhookRefused> {
        let tag = hex::decode(signature).map_err(|_| WebhookRefused::BadSignature)?;
        hmac::verify(&self.0, body, &tag).map_err(|_| WebhookRefused::BadSignature)
    }
}

impl Webhooks for MockProvider {
    fn signature(&self) -> SignatureKind {
        SignatureKind::HmacSha256
    }

    fn verify(&self, delivery: &Delivery<'_>) -> Result<VerifiedDelivery, WebhookRefused> {
        let signer = self.signer.as_ref().ok_or(WebhookRefused::NoKey)?;
        let signature = delivery
            .header(SIGNATURE_HEADER)
            .ok_or(WebhookRefused::MissingSignature)?;
        signer.verify(delivery.body, signature)?;
        let wire::Envelope { id, category } =
            serde_json::from_slice(delivery.body).map_err(|_| WebhookRefused::Malformed)?;
        // The code is on its way to the cardholder, and nothing to be kept.
        let retained = match category == wire::CHALLENGE {
            true => {
                let kept = wire::without_value(delivery.body);
                Some(kept.map_err(|_| WebhookRefused::Malformed)?)
            }
            false => None,
        };
        Ok(VerifiedDelivery {
            identity: id,
            category,
            retained,
        })
    }

    fn translate(&self, category: &str, body: &[u8]) -> Result<Vec<ProviderEvent>, ProviderError> {
        let event = match category {
            wire::OPERATION => ProviderEvent::Operation(Box::new(wire::read_operation(body)?)),
            wire::TRANSACTION => {
                ProviderEvent::Transaction(Box::new(wire::read_transaction(body)?))
            }
            wire::CHALLENGE => wire::read_challenge(body)?,
            wire::ENROLMENT => wire::read_enrolment(body)?,
            wire::CARD => wire::read_card(body)?,
            _ => ProviderEvent::Unrecognised {
                category: category.to_owned(),
            },
        };
        Ok(vec![event])
    }

    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement {
            content_type: "text/plain",
            body: "ok",
        }
    }
}
