//! Webhooks. Neither names nor bodies of events are documented, and nothing signs them (dossier
//! section 7.1): whatever they say, they are hints that what they name should be read again.

mod body;

use aws_lc_rs::digest::{SHA256, digest};
use cardmux_domain::provider::{
    Acknowledgement, Delivery, ErrorKind, ProviderError, ProviderEvent, SignatureKind,
    VerifiedDelivery, WebhookRefused, Webhooks,
};

use crate::BFinance;
use crate::map::customer::enrolment_ref;
use crate::wire::path::Family;
use body::Named;

const UNNAMED: &str = "unknown";

impl Webhooks for BFinance {
    fn signature(&self) -> SignatureKind {
        SignatureKind::None
    }

    /// Nothing to prove; the gateway's network allow-list is all there is.
    fn verify(&self, delivery: &Delivery<'_>) -> Result<VerifiedDelivery, WebhookRefused> {
        let named = Named::of(delivery.body).ok_or(WebhookRefused::Malformed)?;
        let identity = match &named.event_id {
            Some(id) => format!("event:{id}"),
            None => hex::encode(digest(&SHA256, delivery.body)),
        };
        Ok(VerifiedDelivery {
            identity,
            category: named.event.clone().unwrap_or_else(|| UNNAMED.to_owned()),
            // Card data and personal data may be anywhere in it.
            retained: Some(named.retained().ok_or(WebhookRefused::Malformed)?),
        })
    }

    fn translate(&self, category: &str, body: &[u8]) -> Result<Vec<ProviderEvent>, ProviderError> {
        let named = Named::of(body).ok_or_else(|| {
            let message = "the webhook's body cannot be read";
            ProviderError::unknown(ErrorKind::Malformed, message)
        })?;
        let mut events = self.hints(&named);
        if events.is_empty() {
            events.push(ProviderEvent::Unrecognised {
                category: category.to_owned(),
            });
        }
        Ok(events)
    }

    /// What bfinance wants to read is not documented beyond HTTP 200.
    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement {
            content_type: "application/json",
            body: r#"{"status":"success"}"#,
        }
    }
}

impl BFinance {
    /// One hint for each card, enrolment and dispute that may be meant.
    fn hints(&self, named: &Named) -> Vec<ProviderEvent> {
        let cards = self
            .card_refs(named)
            .into_iter()
            .map(|card_ref| hint(Some(card_ref), None, None));
        let enrolments = self
            .enrolment_refs(named)
            .into_iter()
            .map(|enrolment_ref| hint(None, Some(enrolment_ref), None));
        let dispute = named.dispute_id.clone();
        let disputes = dispute.map(|dispute_ref| hint(None, None, Some(dispute_ref)));
        cards.chain(enrolments).chain(disputes).collect()
    }

    /// An event does not say which family a card is of, unless its name does; a ref that is nobody's
    /// is ignored.
    fn card_refs(&self, named: &Named) -> Vec<String> {
        let Some(id) = &named.card_id else {
            return Vec::new();
        };
        let budget = Family::Budget.card_ref(id);
        match (
            named.is_about_budgets(),
            self.rules.types.have_budget_cards(),
        ) {
            (true, _) => vec![budget],
            (false, true) => vec![Family::Plain.card_ref(id), budget],
            (false, false) => vec![Family::Plain.card_ref(id)],
        }
    }

    /// An enrolment is a customer and a card type: where the event names no type, those of the
    /// settings, and without any the customer alone.
    fn enrolment_refs(&self, named: &Named) -> Vec<String> {
        let Some(id) = &named.customer_id else {
            return Vec::new();
        };
        if let Some(type_id) = &named.card_type {
            return vec![enrolment_ref(id, type_id)];
        }
        let types = self.rules.types.enrolling();
        let refs: Vec<_> = types.map(|type_id| enrolment_ref(id, type_id)).collect();
        match refs.is_empty() {
            true => vec![id.clone()],
            false => refs,
        }
    }
}

fn hint(
    card_ref: Option<String>,
    enrolment_ref: Option<String>,
    dispute_ref: Option<String>,
) -> ProviderEvent {
    ProviderEvent::Hint {
        card_ref,
        enrolment_ref,
        dispute_ref,
    }
}

#[cfg(test)]
mod tests;
