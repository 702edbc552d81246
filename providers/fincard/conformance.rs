//! The FinCard adapter against its emulator, in both dialects. Compiled as part of the conformance
//! suite.

use std::sync::Arc;

use async_trait::async_trait;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{OperationQuery, Provider};
use cardmux_domain::secret::SecretString;
use cardmux_emulator_fincard::{Dialect, FincardOptions};
use serde_json::{Value, json};

use crate::emulated::{Emulator, adapter, count, text};
use crate::quirks::Flip;
use crate::steps;
use crate::subject::{Fault, Maker, SentWebhook, Subject, World};
use crate::trial::{Result, Stop};

/// From acceptance to the end of an order: long enough to be seen as "processing".
const ORDER_DELAY_MS: u64 = 30;
/// Settings that are secrets, in either dialect.
const SECRETS: [&str; 3] = ["password", "api_key", "private_key"];

pub fn makers() -> Vec<Maker> {
    [
        ("fincard_finhub", Dialect::Finhub),
        ("fincard_upstream", Dialect::Upstream),
    ]
    .into_iter()
    .map(|(name, dialect)| Maker {
        name,
        open: Box::new(move || Box::pin(open(dialect))),
    })
    .collect()
}

/// This emulator has none that could be told while it runs.
pub fn flips() -> Vec<Flip> {
    Vec::new()
}

async fn open(dialect: Dialect) -> Result<Subject> {
    let fincard = FincardOptions {
        dialect,
        order_delay_ms: ORDER_DELAY_MS,
        ..FincardOptions::default()
    };
    let start = |options| cardmux_emulator_fincard::start(options, fincard);
    // FinCard's acknowledgement, documented for both dialects.
    let received = json!({"success": true, "code": 200, "msg": null, "data": null});
    let emulator = Emulator::start(start, received).await?;
    let settings = emulator.settings(&extra());
    let provider = adapter(cardmux_provider_fincard::build(settings))?;
    let world = FincardWorld { emulator, dialect };
    Ok(Subject::new(provider, Box::new(world)))
}

/// That the other end is an emulator.
fn extra() -> Value {
    json!({"simulator": true})
}

struct FincardWorld {
    emulator: Emulator,
    dialect: Dialect,
}

impl FincardWorld {
    /// The path of a call; none for what FinCard has no call for.
    fn path(&self, call: OperationKind) -> Result<&'static str> {
        let (finhub, upstream) = match call {
            OperationKind::Issue => ("/card/v2/openCard", "/card/v2/createCard"),
            OperationKind::Deposit => ("/card/deposit", "/card/deposit"),
            OperationKind::Withdraw => ("/card/withdraw", "/card/withdraw"),
            OperationKind::Freeze => ("/card/v2/freeze", "/card/v2/freeze"),
            OperationKind::Unfreeze => ("/card/v2/unfreeze", "/card/v2/unfreeze"),
            OperationKind::Cancel => ("/card/cancel", "/card/cancel"),
            OperationKind::Activate => ("/card/activate", "/card/physicalCard/activeCard"),
            OperationKind::SetPin => ("/card/updatePin", "/card/physicalCard/updatePin"),
            OperationKind::UpdateControls => ("/card/v2/update", "/card/updateAttribute"),
            OperationKind::UpdateNote => ("/card/v2/updateNote", "/card/note"),
            OperationKind::Enrol => ("/card/holder/v2/create", "/card/holder/v2/create"),
            OperationKind::UpdateEnrolment => ("/card/holder/v2/update", "/card/holder/v2/update"),
            OperationKind::CreateBudget => ("/account/create", "/account/create"),
            OperationKind::FundBudget | OperationKind::WithdrawBudget => {
                ("/account/transfer", "/account/transfer")
            }
            OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => return Err(Stop::Unsupported("that call")),
        };
        Ok(match self.dialect {
            Dialect::Finhub => finhub,
            Dialect::Upstream => upstream,
        })
    }

    /// The emulator's word for an order of this kind; `None` where it makes none.
    fn order_type(kind: OperationKind) -> Option<&'static str> {
        match kind {
            OperationKind::Issue => Some("create"),
            OperationKind::Deposit => Some("deposit"),
            OperationKind::Withdraw => Some("withdraw"),
            OperationKind::Freeze => Some("Freeze"),
            OperationKind::Unfreeze => Some("UnFreeze"),
            OperationKind::Cancel => Some("cancel"),
            OperationKind::Activate => Some("card_activated"),
            OperationKind::SetPin => Some("update_pin"),
            OperationKind::UpdateControls => Some("card_update"),
            OperationKind::UpdateNote
            | OperationKind::Enrol
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => None,
        }
    }

    /// Orders of a type under a reference that were not refused in the end.
    async fn orders(&self, reference: &Reference, kind: &str) -> Result<usize> {
        count(&self.emulator.state().await?, "orders", |order| {
            text(order, "merchantOrderNo") == Some(reference.as_str())
                && text(order, "type") == Some(kind)
                && text(order, "status") != Some("fail")
        })
    }
}

#[async_trait]
impl World for FincardWorld {
    async fn inject(&self, call: OperationKind, fault: Fault) -> Result {
        self.emulator.inject(self.path(call)?, fault).await
    }

    async fn unreachable(&self) -> Result<Arc<dyn Provider>> {
        let settings = self.emulator.settings_of_nobody(&extra())?;
        adapter(cardmux_provider_fincard::build(settings))
    }

    async fn quirks(&self) -> Result<Value> {
        Err(Stop::Unsupported("quirks"))
    }

    async fn flip(&self, _: &Value, _: &Value) -> Result<Arc<dyn Provider>> {
        Err(Stop::Unsupported("quirks"))
    }

    async fn made(&self, query: &OperationQuery) -> Result<usize> {
        let reference = &query.reference;
        if let Some(order_type) = Self::order_type(query.kind) {
            return self.orders(reference, order_type).await;
        }
        let subject = query.subject_ref.as_deref().unwrap_or_default();
        let note = query.note.as_deref();
        // The state route leaves out what some calls change.
        let books = self.emulator.books()?;
        match query.kind {
            OperationKind::Enrol => count(&books, "holders", |holder| {
                text(holder, "merchant_order_no") == Some(reference.as_str())
            }),
            OperationKind::UpdateEnrolment => count(&books, "holders", |holder| {
                let id = holder.get("id").map(ToString::to_string);
                let waits = text(holder, "status") == Some("Reject");
                id.as_deref() == Some(subject) && !waits
            }),
            OperationKind::UpdateNote => count(&books, "cards", |card| {
                text(card, "card_no") == Some(subject) && text(card, "remark") == note
            }),
            // Keyless: by its name, in which the adapter may have put the reference.
            OperationKind::CreateBudget => count(&books, "accounts", |account| {
                let name = text(account, "name").unwrap_or_default();
                note == Some(name) || name.contains(reference.as_str())
            }),
            // Transfers leave their reference among those used, and nowhere else.
            OperationKind::FundBudget | OperationKind::WithdrawBudget => {
                count(&books, "references", |used| {
                    used.as_str() == Some(reference.as_str())
                })
            }
            OperationKind::Issue
            | OperationKind::Deposit
            | OperationKind::Withdraw
            | OperationKind::Freeze
            | OperationKind::Unfreeze
            | OperationKind::Cancel
            | OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls => Err(steps::broken("an order, looked for elsewhere")),
            OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => Err(Stop::Unsupported("that call")),
        }
    }

    async fn hold_next_review(&self) -> Result {
        let script = json!({"nextAudits": ["wait"], "orderDelayMillis": ORDER_DELAY_MS});
        self.emulator.put("script", &script).await
    }

    async fn send_webhooks_twice(&self) -> Result {
        self.emulator.send_webhooks_twice().await
    }

    async fn webhooks(&self, reference: &Reference, count: usize) -> Result<Vec<SentWebhook>> {
        let inbox = &self.emulator.inbox;
        let field = ["merchantOrderNo"];
        inbox.first(count, &field, reference.as_str()).await
    }

    async fn webhooks_about(&self, provider_ref: &str) -> Result<Vec<SentWebhook>> {
        let fields = ["cardNo", "cardId", "holderId", "cardholderId"];
        Ok(self.emulator.inbox.naming(&fields, provider_ref))
    }

    async fn steps_taken(&self, _: &str) -> Result<usize> {
        Err(Stop::Unsupported("enrolments of several steps"))
    }

    async fn posted_code(&self, _: &str) -> Result<SecretString> {
        Err(Stop::Unsupported("codes that come by post"))
    }

    fn offline_type(&self) -> Option<&str> {
        Some("111099")
    }

    async fn canaries(&self) -> Result<Vec<String>> {
        let mut canaries = self.emulator.canaries(&SECRETS)?;
        // The session token is between adapter and emulator; in a log it would follow this word.
        canaries.push("Bearer ".to_owned());
        Ok(canaries)
    }
}
