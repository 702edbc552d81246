//! Webhooks: dossier section 8. FinHub's pages disagree about the signature header and about a
//! wrapper around the event, so both of each are taken.

mod body;
mod category;
mod events;

use cardmux_domain::provider::{
    Acknowledgement, Delivery, ErrorKind, ProviderError, ProviderEvent, SignatureKind,
    VerifiedDelivery, WebhookRefused, Webhooks,
};
use serde_json::{Map, Value};

use crate::FinCard;

/// F-doc's name; then W-doc's, F-ref's and F-pm's.
const SIGNATURE_HEADERS: [&str; 2] = ["x-fc-signature", "x-wsb-signature"];

/// W-doc's name; the other is inferred from the signature header's.
const CATEGORY_HEADERS: [&str; 2] = ["x-wsb-category", "x-fc-category"];

impl Webhooks for FinCard {
    fn signature(&self) -> SignatureKind {
        SignatureKind::RsaSha256
    }

    fn verify(&self, delivery: &Delivery<'_>) -> Result<VerifiedDelivery, WebhookRefused> {
        let key = self.platform_key.as_ref().ok_or(WebhookRefused::NoKey)?;
        let mut signatures = SIGNATURE_HEADERS
            .iter()
            .filter_map(|name| delivery.header(name))
            .peekable();
        if signatures.peek().is_none() {
            return Err(WebhookRefused::MissingSignature);
        }
        if !signatures.any(|signature| key.verify(delivery.body, signature).is_ok()) {
            return Err(WebhookRefused::BadSignature);
        }
        let (event_type, event) =
            body::unwrapped(delivery.body).ok_or(WebhookRefused::Malformed)?;
        let fields: Map<String, Value> =
            serde_json::from_str(event.get()).map_err(|_| WebhookRefused::Malformed)?;
        let header = CATEGORY_HEADERS
            .iter()
            .find_map(|name| delivery.header(name));
        let category = match header {
            Some(category) => category.trim().to_lowercase(),
            None => category::by_type(event_type)
                .unwrap_or_else(|| category::by_shape(&fields).to_owned()),
        };
        let retained = if category::may_hold_code(&category) || body::holds_code(&fields) {
            Some(body::without_code(delivery.body).ok_or(WebhookRefused::Malformed)?)
        } else {
            None
        };
        Ok(VerifiedDelivery {
            identity: body::identity(&category, &fields, event.get()),
            category,
            retained,
        })
    }

    fn translate(&self, category: &str, body: &[u8]) -> Result<Vec<ProviderEvent>, ProviderError> {
        let (_, event) = body::unwrapped(body).ok_or_else(|| {
            let message = "the webhook's body cannot be read";
            ProviderError::unknown(ErrorKind::Malformed, message)
        })?;
        let mut events = events::of(category, event.get().as_bytes())?;
        if events.is_empty() {
            events.push(ProviderEvent::Unrecognised {
                category: category.to_owned(),
            });
        }
        Ok(events)
    }

    /// The upstream's full form, which satisfies FinHub's shorter one too (W-doc, F-doc).
    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement {
            content_type: "application/json",
            body: r#"{"success":true,"code":200,"msg":null,"data":null}"#,
        }
    }
}

#[cfg(test)]
mod tests;
