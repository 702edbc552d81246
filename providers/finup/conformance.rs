//! The Finup adapter against its emulator. Compiled as part of the conformance suite.

use std::sync::Arc;

use async_trait::async_trait;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{ErrorKind, OperationQuery, Provider};
use cardmux_domain::secret::SecretString;
use cardmux_emulator_finup::FinupOptions;
use serde_json::{Value, json};

use crate::emulated::{Emulator, adapter, amount, count, text};
use crate::quirks::{Ends, Flip, Step, flip};
use crate::subject::{Fault, Maker, SentWebhook, Subject, World};
use crate::trial::{Result, Stop};

const SECRETS: [&str; 2] = ["api_key", "bearer"];

/// The documented shapes; what else the samples show; what a strict server would want; and a server
/// that helps as little as it may.
pub fn makers() -> Vec<Maker> {
    let shapes = json!({
        "success_status": 200, "list_result": "object", "wallets_result": "array",
        "statuses": "other", "category_business": true, "mask": "asterisk", "last4_in_list": true,
        "error_body": "empty", "numbers": "four_decimals", "odd_balances": true,
        "bulk_keys_missing": true, "oldest_first": true, "fee_at_activation": true,
    });
    let strict = json!({
        "base_path": "backend", "bearer_required": true, "bins_auth": "bearer",
        "notes_required": true, "promo_required": true, "search": "name",
        "pagination": "skip_limit", "pagination_strict": true, "page_cap": 3,
        "payment_filters_required": true, "unknown_ids": "not_found", "error_body": "text",
        "batch_ceiling": 1, "card_ids_ceiling": 1,
    });
    let strict_settings = json!({
        "base_path": "/backend", "tag_in": "name", "notes_required": true, "promo_required": true,
        "page_step": "skip", "page_field": "skip", "limit_field": "limit", "page_size": 3,
        "payment_filters": "all",
    });
    let bare = json!({
        "search": "nothing", "pagination": "page_limit", "page_cap": 4,
        "unknown_ids": "omitted", "numbers": "two_decimals", "mask": "bullet",
    });
    let bare_settings = json!({
        "search_finds_tag": false, "page_field": "page", "limit_field": "limit", "page_size": 4,
        "status_from": "list",
    });
    vec![
        maker("finup", json!({}), json!({})),
        maker("finup_other_shapes", shapes, json!({})),
        maker("finup_strict", strict, strict_settings),
        maker("finup_bare", bare, bare_settings),
    ]
}

fn maker(name: &'static str, quirks: Value, settings: Value) -> Maker {
    let open = move || open(quirks.clone(), settings.clone());
    Maker {
        name,
        open: Box::new(move || Box::pin(open())),
    }
}

async fn open(quirks: Value, settings: Value) -> Result<Subject> {
    let start = |options| cardmux_emulator_finup::start(options, FinupOptions::default());
    let emulator = Emulator::start(start, Value::Null).await?;
    let world = FinupWorld { emulator, settings };
    let provider = world.flip(&quirks, &world.settings).await?;
    Ok(Subject::new(provider, Box::new(world)))
}

/// Each value of each quirk that is not the default, and the settings that go with it.
pub fn flips() -> Vec<Flip> {
    let none = || json!({});
    let key_lacks = |step| Ends(step, ErrorKind::Unauthorized);
    let refused = |step| Ends(step, ErrorKind::Refused);
    let unclear = |step| Ends(step, ErrorKind::Malformed);
    let by_name = || json!({"tag_in": "name"});
    let by_walk = || json!({"search_finds_tag": false});
    let no_bearer = || json!({"bearer": null});
    vec![
        flip("base_path", json!("root"), none()),
        flip(
            "base_path",
            json!("backend"),
            json!({"base_path": "/backend"}),
        ),
        flip("success_status", json!(200), none()),
        flip("bearer_required", json!(true), none()),
        flip("bearer_required", json!(true), no_bearer()).ends(key_lacks(Step::Types)),
        flip("bins_auth", json!("api_key"), none()),
        flip("bins_auth", json!("bearer"), none()),
        flip(
            "notes_required",
            json!(true),
            json!({"tag_in": "name", "notes_required": true}),
        ),
        flip("notes_required", json!(true), by_name()).ends(refused(Step::Issue)),
        flip(
            "promo_required",
            json!(true),
            json!({"promo_required": true}),
        ),
        flip("promo_required", json!(true), none()).ends(refused(Step::Issue)),
        flip("list_result", json!("object"), none()),
        flip("wallets_result", json!("array"), none()),
        flip("status_filter", json!("array"), none()),
        flip("status_filter", json!("json_text"), none()),
        flip("statuses", json!("other"), none()),
        flip("unknown_status", json!("Melted"), none()).ends(unclear(Step::Get)),
        flip("category_business", json!(true), none()),
        flip("currency_filter", json!("id"), none()),
        flip("bin_filter", json!("id"), none()),
        flip("bin_filter", json!("digits"), none()),
        flip("search", json!("name"), by_name()),
        // The beginning of the list is looked through as well.
        flip("search", json!("name"), none()),
        flip("search", json!("notes"), none()),
        flip("search", json!("nothing"), by_walk()),
        flip("pagination", json!("page_limit"), none()),
        flip("pagination", json!("skip_limit"), none()),
        flip("pagination", json!("nothing"), none()),
        flip("page_cap", json!(1), none()),
        flip("pagination_strict", json!(true), none()),
        flip("oldest_first", json!(true), none()),
        flip("mask", json!("asterisk"), none()),
        flip("mask", json!("bullet"), none()),
        flip("last4_in_list", json!(true), json!({"status_from": "list"})),
        flip("error_body", json!("empty"), none()),
        flip("error_body", json!("text"), none()),
        flip("numbers", json!("two_decimals"), none()),
        flip("numbers", json!("four_decimals"), none()),
        flip("odd_balances", json!(true), none()),
        flip("card_payments", json!(false), none()),
        flip(
            "payment_filters_required",
            json!(true),
            json!({"payment_filters": "all"}),
        ),
        flip("batch_ceiling", json!(1), none()),
        flip("card_ids_ceiling", json!(1), none()),
        flip("partial_batch", json!(true), none()),
        flip("fee_at_activation", json!(true), none()),
        flip("fee_inside", json!(true), none()),
        flip("amount_min", json!("1"), none()),
        flip("amount_min", json!("1000"), none()).ends(refused(Step::Deposit)),
        flip("amount_max", json!("1000"), none()),
        flip("amount_max", json!("1"), none()).ends(refused(Step::Deposit)),
        flip("closed_keeps_balance", json!(true), none()),
        flip("bulk_keys_missing", json!(true), none()),
        flip("unknown_ids", json!("omitted"), none()),
        flip("unknown_ids", json!("not_found"), none()),
        flip("freeze_refused", json!(true), none()).ends(refused(Step::Freeze)),
    ]
}

/// That nobody has to wait for it long, and the emulator's word for a purchase.
fn with_times(settings: &Value) -> Value {
    let mut settings = settings.clone();
    if let Some(settings) = settings.as_object_mut() {
        settings.insert("settle_ms".to_owned(), json!(1_000));
        let types = json!({"AssumedCardSpend": "purchase"});
        settings.insert("payment_types".to_owned(), types);
    }
    settings
}

struct FinupWorld {
    emulator: Emulator,
    settings: Value,
}

impl FinupWorld {
    /// How the path of a call ends; `None` for what this provider does not do.
    fn path(call: OperationKind) -> Option<&'static str> {
        match call {
            OperationKind::Issue => Some("/cards/issuing"),
            OperationKind::Deposit => Some("/deposit"),
            OperationKind::Withdraw => Some("/withdraw"),
            OperationKind::Freeze => Some("/cards/freeze"),
            OperationKind::Unfreeze => Some("/cards/unfreeze"),
            OperationKind::Cancel => Some("/cards/close"),
            OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
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

    /// Movements of the card that moved just that much that way.
    async fn moves(&self, query: &OperationQuery, kind: &str) -> Result<usize> {
        count(&self.emulator.state().await?, "moves", |moved| {
            text(moved, "cardId") == query.subject_ref.as_deref()
                && text(moved, "kind") == Some(kind)
                && amount(moved, "amount") == query.amount.map(|money| money.amount)
        })
    }

    /// One, where the card is in a status the change leads to.
    async fn in_status(&self, query: &OperationQuery, words: &[&str]) -> Result<usize> {
        count(&self.emulator.state().await?, "cards", |card| {
            text(card, "id") == query.subject_ref.as_deref()
                && text(card, "status").is_some_and(|status| words.contains(&status))
        })
    }
}

#[async_trait]
impl World for FinupWorld {
    async fn inject(&self, call: OperationKind, fault: Fault) -> Result {
        let path = Self::path(call).ok_or(Stop::Unsupported("that call"))?;
        self.emulator.inject(path, fault).await
    }

    async fn unreachable(&self) -> Result<Arc<dyn Provider>> {
        let settings = with_times(&self.settings);
        let settings = self.emulator.settings_of_nobody(&settings)?;
        adapter(cardmux_provider_finup::build(settings))
    }

    async fn quirks(&self) -> Result<Value> {
        self.emulator.get("quirks").await
    }

    async fn flip(&self, quirks: &Value, settings: &Value) -> Result<Arc<dyn Provider>> {
        self.emulator.put("quirks", quirks).await?;
        let settings = self.emulator.settings(&with_times(settings));
        adapter(cardmux_provider_finup::build(settings))
    }

    async fn made(&self, query: &OperationQuery) -> Result<usize> {
        match query.kind {
            OperationKind::Issue => {
                let reference = query.reference.as_str();
                count(&self.emulator.state().await?, "cards", |card| {
                    let texts = [text(card, "notes"), text(card, "name")];
                    let mut texts = texts.into_iter().flatten();
                    texts.any(|text| text.contains(reference))
                })
            }
            OperationKind::Deposit => self.moves(query, "deposit").await,
            OperationKind::Withdraw => self.moves(query, "withdraw").await,
            OperationKind::Freeze => self.in_status(query, &["Freezing", "Freezed"]).await,
            OperationKind::Unfreeze => self.in_status(query, &["Unreezing", "Enabled"]).await,
            OperationKind::Cancel => self.in_status(query, &["Closing", "Closed"]).await,
            OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
            | OperationKind::Enrol
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => Err(Stop::Unsupported("that call")),
        }
    }

    async fn hold_next_review(&self) -> Result {
        Err(Stop::Unsupported("reviews"))
    }

    async fn send_webhooks_twice(&self) -> Result {
        Err(Stop::Unsupported("webhooks"))
    }

    async fn webhooks(&self, _: &Reference, _: usize) -> Result<Vec<SentWebhook>> {
        Err(Stop::Unsupported("webhooks"))
    }

    async fn webhooks_about(&self, _: &str) -> Result<Vec<SentWebhook>> {
        Err(Stop::Unsupported("webhooks"))
    }

    async fn steps_taken(&self, _: &str) -> Result<usize> {
        Err(Stop::Unsupported("enrolments"))
    }

    async fn posted_code(&self, _: &str) -> Result<SecretString> {
        Err(Stop::Unsupported("physical cards"))
    }

    fn offline_type(&self) -> Option<&str> {
        Some("6a10b1000000000000000004")
    }

    async fn canaries(&self) -> Result<Vec<String>> {
        self.emulator.canaries(&SECRETS)
    }
}
