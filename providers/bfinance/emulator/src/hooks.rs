//! Webhooks, all of them placeholders.
//!
//! Documented: HTTPS POST, best effort, not signed, possibly twice (D); that transactions,
//! customer statuses and product access are told "and more" (D). Assumed: everything else. The
//! pages with names and bodies are not public, so every event is named `placeholder.…` and carries
//! ids and status words only. Not retried, and any 2xx is an acknowledgement. The authorization
//! request (7.2) is not sent from here: see `ask`.

use cardmux_emulator_kit::{Event, Outbox, Wire};
use rand::RngExt;
use serde_json::{Value, json};

use crate::app::App;
use crate::state::{Notice, State};

pub fn wire() -> Wire {
    Wire {
        retry_gaps: &[],
        acknowledged: |_| true,
        reference_field: "externalId",
    }
}

impl App {
    /// Queues one event per piece of news, in their order; the delivery ids.
    pub fn announce(&self, state: &mut State, outbox: &mut Outbox) -> Vec<u64> {
        let plan = self.kit.webhooks.plan(&self.kit.clock);
        let mut ids = Vec::new();
        for notice in std::mem::take(&mut state.news) {
            let Some((event, data)) = tell(state, &notice) else {
                continue;
            };
            let request_id = format!("evt-{:032x}", state.draw().random::<u128>());
            let body = json!({"event": event, "id": request_id, "data": data});
            let sent = Event {
                category: event.to_owned(),
                request_id,
                headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
                body: body.to_string(),
            };
            ids.push(outbox.push(sent, &plan));
        }
        ids
    }
}

fn tell(state: &State, notice: &Notice) -> Option<(&'static str, Value)> {
    Some(match notice {
        Notice::Card(id) => {
            let card = state.cards.get(id)?;
            let data = json!({
                "cardId": id, "status": card.status.word(), "externalCardId": card.external_id,
            });
            ("placeholder.card.updated", data)
        }
        Notice::Transaction(id) => {
            let mut all = state.transactions.iter();
            let found = all.find(|one| one.id == *id)?;
            let data = json!({
                "cardId": found.card_id, "transactionId": found.transaction_id, "status": found.status,
            });
            ("placeholder.transaction.updated", data)
        }
        Notice::Customer(id) => {
            let status = state.customers.get(id)?.status.word();
            let data = json!({"customerId": id, "status": status});
            ("placeholder.customer.updated", data)
        }
        Notice::Access { customer, access } => {
            let mut all = state.customers.get(customer)?.access.iter();
            let found = all.find(|one| one.id == *access)?;
            let data = json!({
                "customerId": customer, "type": found.kind, "cardType": found.card_type,
                "status": found.status.word(),
            });
            ("placeholder.access.updated", data)
        }
        Notice::Dispute(id) => {
            let dispute = state.disputes.get(id)?;
            let data = json!({
                "disputeId": id, "cardId": dispute.card_id, "status": dispute.status.word(),
            });
            ("placeholder.dispute.updated", data)
        }
    })
}
