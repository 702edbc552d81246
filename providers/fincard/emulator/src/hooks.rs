//! Webhooks: the `card_transaction` event.
//!
//! Documented: a bare order object as body, signed over its exact bytes with the platform's key,
//! sent on final results only; upstream adds `X-WSB-CATEGORY` and `X-WSB-REQUEST-ID`; the gaps
//! between attempts; the acknowledgement (`code` 200 upstream, `success` true at FinHub) (8.1).
//! Assumed: FinHub retries with the upstream gaps, and a request id stays the same over retries.

use std::time::Duration;

use cardmux_emulator_kit::{Event, Outbox, Wire};
use rand::RngExt;
use serde_json::Value;

use crate::app::App;
use crate::options::Dialect;
use crate::state::State;
use crate::wire::Writer;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// "Seven sends": a first one and six more (W-doc).
const RETRY_GAPS: [Duration; 6] = [
    MINUTE,
    MINUTE.saturating_mul(5),
    MINUTE.saturating_mul(20),
    HOUR,
    HOUR.saturating_mul(12),
    HOUR.saturating_mul(24),
];

pub fn wire(dialect: Dialect) -> Wire {
    let acknowledged = match dialect {
        Dialect::Finhub => |body: &[u8]| field(body, "success") == Some(Value::Bool(true)),
        Dialect::Upstream => |body: &[u8]| field(body, "code") == Some(Value::from(200)),
    };
    Wire {
        retry_gaps: &RETRY_GAPS,
        acknowledged,
        reference_field: "merchantOrderNo",
    }
}

fn field(body: &[u8], name: &str) -> Option<Value> {
    serde_json::from_slice::<Value>(body)
        .ok()?
        .get(name)
        .cloned()
}

impl App {
    /// Queues one event per finished order; the delivery ids.
    pub fn announce(
        &self,
        state: &mut State,
        outbox: &mut Outbox,
        finished: &[String],
    ) -> Vec<u64> {
        let plan = self.kit.webhooks.plan(&self.kit.clock);
        let mut ids = Vec::new();
        for order_no in finished {
            let request_id = format!("{:032x}", state.draw().random::<u128>());
            let Some(order) = state.order(order_no) else {
                continue;
            };
            let json = Writer(&self.options.quirks).order(order);
            let Ok(body) = serde_json::to_string(&json) else {
                continue;
            };
            ids.push(outbox.push(self.event(request_id, body), &plan));
        }
        ids
    }

    fn event(&self, request_id: String, body: String) -> Event {
        let category = "card_transaction".to_owned();
        let own = match self.options.dialect {
            Dialect::Finhub => "X-FC-SIGNATURE",
            Dialect::Upstream => "X-WSB-SIGNATURE",
        };
        let chosen = self
            .options
            .quirks
            .webhook_signature_header
            .as_deref()
            .unwrap_or(own);
        let signature = self.keys.sign(body.as_bytes());
        let mut headers = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            (chosen.to_owned(), signature),
        ];
        if self.options.dialect == Dialect::Upstream {
            headers.push(("X-WSB-CATEGORY".to_owned(), category.clone()));
            headers.push(("X-WSB-REQUEST-ID".to_owned(), request_id.clone()));
        }
        Event {
            category,
            request_id,
            headers,
            body,
        }
    }
}
