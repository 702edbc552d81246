//! Webhooks.
//!
//! Documented: a bare object as body, signed over its exact bytes with the platform's key, sent on
//! final results only, but on every change of an authorization; upstream adds `X-WSB-CATEGORY` and
//! `X-WSB-REQUEST-ID`; the gaps between attempts; the acknowledgement (`code` 200 upstream,
//! `success` true at FinHub) (8.1); the categories (8.2 to 8.7); the wrapped body with its time in
//! seconds (F-pm). Assumed: FinHub retries with the upstream gaps, a request id stays the same over
//! retries, the wrapped body's `eventId` is the request id and its `eventType` the category; a
//! cardholder is announced when its audit ends, not at `under_review`.

use std::time::Duration;

use cardmux_emulator_kit::{Event, Outbox, Wire};
use rand::RngExt;
use serde_json::Value;

use crate::app::App;
use crate::json::Json;
use crate::options::Dialect;
use crate::state::{Notice, OrderKind, State};
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
    /// Queues one event per piece of news, in their order; the delivery ids.
    pub fn announce(&self, state: &mut State, outbox: &mut Outbox) -> Vec<u64> {
        let plan = self.kit.webhooks.plan(&self.kit.clock);
        let mut ids = Vec::new();
        for notice in std::mem::take(&mut state.news) {
            let request_id = format!("{:032x}", state.draw().random::<u128>());
            let Some((category, event)) = self.tell(state, &notice) else {
                continue;
            };
            let event = if self.options.quirks.wrapped_webhooks {
                self.wrap(state, category, &request_id, event)
            } else {
                event
            };
            if let Ok(body) = serde_json::to_string(&event) {
                ids.push(outbox.push(self.event(category, request_id, body), &plan));
            }
        }
        ids
    }

    fn tell(&self, state: &State, notice: &Notice) -> Option<(&'static str, Json)> {
        let writer = Writer(&self.options.quirks);
        match notice {
            Notice::Order(order_no) => {
                let order = state.order(order_no)?;
                Some(if order.kind == OrderKind::Activate {
                    ("physical_card", writer.activation(order))
                } else {
                    ("card_transaction", writer.order(order))
                })
            }
            Notice::Trade(trade_no) => {
                let trade = writer.trade(state.trade(trade_no)?);
                Some(("card_auth_transaction", trade))
            }
            Notice::FeePatch(trade_no) => {
                let mut patches = state.fee_patches.iter();
                let patch = patches.find(|patch| patch.trade_no == *trade_no)?;
                Some(("card_fee_patch", writer.fee_patch(patch)))
            }
            Notice::Challenge(trade_no) => {
                let mut challenges = state.challenges.iter();
                let challenge = challenges.find(|one| one.trade_no == *trade_no)?;
                let values = self.conceal(&challenge.value)?;
                Some(("card_3ds", writer.challenge(challenge, values)))
            }
            Notice::Holder(id) => {
                let holder = state.holders.iter().find(|holder| holder.id == *id)?;
                Some(("card_holder", writer.holder(holder)))
            }
        }
    }

    /// A secret as it may leave.
    pub fn conceal(&self, secret: &str) -> Option<String> {
        if self.options.quirks.encrypt_secrets {
            self.keys.encrypt(secret)
        } else {
            Some(secret.to_owned())
        }
    }

    fn wrap(&self, state: &State, category: &str, request_id: &str, event: Json) -> Json {
        Json::Object(vec![
            ("eventId", Json::text(request_id)),
            ("eventType", Json::text(category)),
            ("tenantId", Json::text(&state.credentials.tenant_id)),
            ("createTime", Json::number(self.kit.clock.now_ms() / 1000)),
            ("data", event),
        ])
    }

    fn event(&self, category: &str, request_id: String, body: String) -> Event {
        let quirks = &self.options.quirks;
        let (own, category_header) = match self.options.dialect {
            Dialect::Finhub => (
                "X-FC-SIGNATURE",
                quirks.finhub_category_header.then_some("X-FC-CATEGORY"),
            ),
            Dialect::Upstream => ("X-WSB-SIGNATURE", Some("X-WSB-CATEGORY")),
        };
        let chosen = quirks.webhook_signature_header.as_deref().unwrap_or(own);
        let signature = self.keys.sign(body.as_bytes());
        let mut headers = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            (chosen.to_owned(), signature),
        ];
        if let Some(name) = category_header {
            headers.push((name.to_owned(), category.to_owned()));
        }
        if self.options.dialect == Dialect::Upstream {
            headers.push(("X-WSB-REQUEST-ID".to_owned(), request_id.clone()));
        }
        Event {
            category: category.to_owned(),
            request_id,
            headers,
            body,
        }
    }
}
