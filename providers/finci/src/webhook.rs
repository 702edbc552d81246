//! Webhooks. Nothing signs them (dossier section 9.1): the network allow-list of the instance is all
//! there is. Still they are believed, because nothing they tell can be read again.

use aws_lc_rs::digest::{SHA256, digest};
use cardmux_domain::provider::{
    Acknowledgement, Delivery, ProviderError, ProviderEvent, SignatureKind, VerifiedDelivery,
    WebhookRefused, Webhooks,
};

use crate::map::message;
use crate::wire::message::Message;
use crate::{Finci, client, map};

const UNNAMED: &str = "unknown";

impl Webhooks for Finci {
    fn signature(&self) -> SignatureKind {
        SignatureKind::None
    }

    fn verify(&self, delivery: &Delivery<'_>) -> Result<VerifiedDelivery, WebhookRefused> {
        let mut message = Message::of(delivery.body).ok_or(WebhookRefused::Malformed)?;
        let fact = message::fact(&message, &self.rules);
        let identity = fact.and_then(|fact| message::identity(&message, fact));
        let identity = identity.unwrap_or_else(|| hex::encode(digest(&SHA256, delivery.body)));
        if message::told_at(&message).is_none() {
            message.received_at_ms = Some(client::now().as_millis());
        }
        let named = || message.kind.clone().unwrap_or_else(|| UNNAMED.to_owned());
        Ok(VerifiedDelivery {
            identity,
            category: fact.map_or_else(named, |fact| fact.word().to_owned()),
            // What else is in it, card data perhaps, is not kept.
            retained: Some(serde_json::to_vec(&message).map_err(|_| WebhookRefused::Malformed)?),
        })
    }

    fn translate(&self, category: &str, body: &[u8]) -> Result<Vec<ProviderEvent>, ProviderError> {
        let message = Message::of(body);
        let message = message.ok_or_else(|| map::malformed("a webhook that cannot be read"))?;
        let Some(fact) = message::fact(&message, &self.rules) else {
            return Ok(vec![ProviderEvent::Unrecognised {
                category: category.to_owned(),
            }]);
        };
        let notice = message::notice(&message, fact, &self.rules)?;
        let event = |notice| ProviderEvent::Authorization(Box::new(notice));
        Ok(notice.map(event).into_iter().collect())
    }

    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement {
            content_type: "application/json",
            body: r#"{"status":"success"}"#,
        }
    }
}

#[cfg(test)]
mod tests;
