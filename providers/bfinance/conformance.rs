//! The bfinance adapter against its emulator. Compiled as part of the conformance suite.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use cardmux_domain::authorization::Verdict;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{ErrorKind, OperationQuery, Provider};
use cardmux_domain::secret::SecretString;
use cardmux_emulator_bfinance::BfinanceOptions;
use serde_json::{Value, json};

use crate::emulated::{Emulator, adapter, amount, count, text};
use crate::inbox::Inbox;
use crate::quirks::{Ends, Flip, Step, flip};
use crate::steps;
use crate::subject::{Fault, Maker, Purchase, SentWebhook, Subject, World};
use crate::trial::{Result, Stop};

/// A limit every new card of the emulator's has, and how large it then is.
const LIMIT: (&str, &str) = ("ecommerce-daily", "5000");

/// The documented shapes; what else documents and SDKs show; and the older paths at a server that
/// wants more and shows less.
pub fn makers() -> Vec<Maker> {
    let shapes = json!({
        "budgetDetails": "wrapped", "panIssue": "number", "panDetails": "spaced",
        "panReveal": "number", "panBudget": "number", "detailsSecrets": "clear",
        "errors": "in_envelope", "address": "string", "purchaseSign": "negative",
        "totalsMissing": true, "price": "number",
        "tokenRefusal": "forbidden", "issueAnswerStatus": true, "reissueShowsSecrets": true,
        "listFilters": "repeated", "idempotency": true, "disputeCancel": "before_decision",
        "disputeFilesRequired": true, "externalIds": "everywhere", "deleteRemainder": "forfeits",
        "customerFields": "new",
    });
    let strict = json!({
        "prefixes": "prepaid", "pinPolicy": "guide",
        "externalIds": "nowhere", "externalIdUnique": true, "externalIdRequired": true,
        "namesAlwaysRequired": true, "pendingFirst": true, "zeroInitialBalance": false,
        "maxLimit": 3, "overLimit": "refused", "spelling": "sensetive", "deleteRemainder": "returns",
    });
    let strict_settings = json!({
        "card_prefix": "prepaid-cards", "pin_policy": "guide",
        "min_initial_balance": "1", "page_limit": 3, NAMES_ALWAYS: true,
    });
    // What is asked about is in the card's currency, as the contract wants it.
    let partner = json!({"partnerManaged": true, "authorizationCurrency": "card"});
    vec![
        maker("bfinance", json!({}), json!({})),
        maker("bfinance_other_shapes", shapes, json!({})),
        maker("bfinance_prefix_prepaid", strict, strict_settings),
        maker("bfinance_partner_managed", partner, partner_managed()),
    ]
}

fn partner_managed() -> Value {
    json!({"partner_managed": true})
}

fn maker(name: &'static str, quirks: Value, settings: Value) -> Maker {
    let open = move || open(quirks.clone(), settings.clone());
    Maker {
        name,
        open: Box::new(move || Box::pin(open())),
    }
}

async fn open(quirks: Value, settings: Value) -> Result<Subject> {
    // An answer is in time on a busy machine too; that one can be late is tried at the gateway.
    let own = BfinanceOptions {
        answer_ms: 30_000,
        ..BfinanceOptions::default()
    };
    let start = |options| cardmux_emulator_bfinance::start(options, own);
    let received = json!({"status": "success"});
    let world = BfinanceWorld {
        emulator: Emulator::start(start, received).await?,
        settings,
        customers: AtomicUsize::default(),
        disputes: AtomicUsize::default(),
    };
    let provider = world.flip(&quirks, &world.settings).await?;
    Ok(Subject::new(provider, Box::new(world)))
}

/// Not a setting of the adapter's but of each of its card types.
const NAMES_ALWAYS: &str = "names_always";

/// Each value of each quirk that is not the default, and the settings that go with it.
pub fn flips() -> Vec<Flip> {
    let none = || json!({});
    let refused = |step| Ends(step, ErrorKind::Refused);
    let missing = |step| Ends(step, ErrorKind::NotFound);
    let poor = |step| Ends(step, ErrorKind::InsufficientFunds);
    let old_paths = || json!({"card_prefix": "prepaid-cards"});
    vec![
        flip("budgetDetails", json!("wrapped"), none()),
        flip("panIssue", json!("spaced"), none()),
        flip("panIssue", json!("number"), none()),
        flip("panDetails", json!("spaced"), none()),
        flip("panDetails", json!("number"), none()),
        flip("panReveal", json!("spaced"), none()),
        flip("panReveal", json!("number"), none()),
        flip("panBudget", json!("string"), none()),
        flip("panBudget", json!("number"), none()),
        flip("pinPolicy", json!("guide"), json!({"pin_policy": "guide"})),
        flip("pinPolicy", json!("none"), none()),
        flip("idempotency", json!(true), none()),
        flip(
            "idempotency",
            json!(true),
            json!({"idempotency_header": false}),
        ),
        flip("detailsSecrets", json!("clear"), none()),
        flip("errors", json!("in_envelope"), none()),
        flip("externalIds", json!("everywhere"), none()),
        flip("externalIds", json!("nowhere"), none()),
        flip("externalIdUnique", json!(true), none()),
        flip("externalIdRequired", json!(true), none()),
        flip(
            "namesAlwaysRequired",
            json!(true),
            json!({NAMES_ALWAYS: true}),
        ),
        flip("address", json!("string"), none()),
        flip("prefixes", json!("cards"), none()),
        flip("prefixes", json!("prepaid"), old_paths()),
        flip("prefixes", json!("cards"), old_paths()).ends(missing(Step::Types)),
        flip("listFilters", json!("repeated"), none()),
        flip("pendingFirst", json!(true), none()),
        flip("physicalPending", json!(true), none()),
        flip(
            "zeroInitialBalance",
            json!(false),
            json!({"min_initial_balance": "1"}),
        ),
        flip("zeroInitialBalance", json!(false), none()).ends(refused(Step::Issue)),
        flip("issueAnswerStatus", json!(true), none()),
        flip("reissueShowsSecrets", json!(true), none()),
        // What is on the card does not pay for taking it off.
        flip("transferFee", json!("on_top"), none()).ends(poor(Step::Cancel)),
        // Less arrives than was sent: the card then holds that, and cancelling gives it back.
        flip("transferFee", json!("from_amount"), none()),
        flip("deleteRemainder", json!("forfeits"), none()),
        flip("deleteRemainder", json!("returns"), none()),
        flip("purchaseSign", json!("negative"), none()),
        flip("frozenLimitsRefused", json!(false), none()),
        flip("maxLimit", json!(3), json!({"page_limit": 3})),
        flip("maxLimit", json!(20), none()),
        flip("overLimit", json!("cut"), none()),
        flip("totalsMissing", json!(true), none()),
        flip("price", json!("number"), none()),
        flip("spelling", json!("sensetive"), none()),
        // The path of a card's number is documented as it is misspelt.
        flip("spelling", json!("sensitive"), none()).ends(missing(Step::Reveal)),
        flip("tokenRefusal", json!("forbidden"), none()),
        flip("customerFields", json!("new"), none()),
        // It requires the state of an address (S1), for which the contract has no field.
        flip(
            "customerFields",
            json!("old"),
            json!({"customer_shape": "old"}),
        )
        .ends(refused(Step::Enrol)),
        flip("rejectPlaceholderNames", json!(true), none()),
        flip("disputeCancel", json!("before_decision"), none()),
        flip("disputeFilesRequired", json!(true), none()),
        flip("partnerManaged", json!(true), partner_managed()),
        flip("partnerManaged", json!(true), none()),
        flip("authorizationCurrency", json!("card"), none()),
    ]
}

/// With times that fit a trial, and what is set for every card type.
fn completed(mut settings: Value) -> Value {
    let Some(table) = settings.as_object_mut() else {
        return settings;
    };
    table.insert("settle_ms".to_owned(), json!(1_000));
    if table.remove(NAMES_ALWAYS).is_some() {
        let types = table.get_mut("types").and_then(Value::as_object_mut);
        for rule in types.into_iter().flat_map(|types| types.values_mut()) {
            if let Some(rule) = rule.as_object_mut() {
                rule.insert("names".to_owned(), json!("always"));
            }
        }
    }
    settings
}

/// The path a call of this kind ends with.
fn path(call: OperationKind) -> Result<&'static str> {
    match call {
        OperationKind::Issue => Ok("/issue"),
        OperationKind::Deposit => Ok("/topup"),
        OperationKind::Withdraw => Ok("/withdraw"),
        OperationKind::Freeze => Ok("/freeze"),
        OperationKind::Unfreeze => Ok("/unfreeze"),
        OperationKind::Cancel => Ok("/delete"),
        OperationKind::Activate => Ok("/activate"),
        OperationKind::SetPin => Ok("/pin"),
        OperationKind::UpdateControls => Ok("/limits"),
        OperationKind::Enrol => Ok("/customers"),
        OperationKind::OrderPhysical => Ok("/order"),
        OperationKind::OpenDispute => Ok("/disputes"),
        OperationKind::CancelDispute => Ok("/cancel"),
        OperationKind::UpdateNote
        | OperationKind::UpdateEnrolment
        | OperationKind::CreateBudget
        | OperationKind::FundBudget
        | OperationKind::WithdrawBudget => Err(Stop::Unsupported("a call of bfinance's for it")),
    }
}

struct BfinanceWorld {
    emulator: Emulator,
    settings: Value,
    /// How many there were when a call was last made to go wrong: neither customers nor disputes
    /// keep a reference of ours.
    customers: AtomicUsize,
    disputes: AtomicUsize,
}

impl BfinanceWorld {
    async fn count(&self, list: &str, wanted: impl Fn(&Value) -> bool) -> Result<usize> {
        count(&self.emulator.state().await?, list, wanted)
    }

    /// Movements of money on a card, told by amount: bfinance keeps no reference of them.
    async fn moves(&self, query: &OperationQuery, kind: &str) -> Result<usize> {
        self.count("moves", |moved| {
            text(moved, "cardId") == Some(bare(query))
                && text(moved, "kind") == Some(kind)
                && amount(moved, "amount") == query.amount.map(|money| money.amount)
        })
        .await
    }

    /// One, where the card is as the change leaves it.
    async fn card(&self, query: &OperationQuery, wanted: impl Fn(&Value) -> bool) -> Result<usize> {
        self.count("cards", |card| {
            text(card, "id") == Some(bare(query)) && wanted(card)
        })
        .await
    }

    async fn card_in(&self, query: &OperationQuery, status: &str) -> Result<usize> {
        self.card(query, |card| text(card, "status") == Some(status))
            .await
    }

    /// Of those made since, or the one with that id.
    async fn made_since(
        &self,
        list: &str,
        before: &AtomicUsize,
        id: Option<&str>,
    ) -> Result<usize> {
        match id {
            Some(id) => {
                self.count(list, |entry| text(entry, "id") == Some(id))
                    .await
            }
            None => {
                let all = self.count(list, |_| true).await?;
                Ok(all.saturating_sub(before.load(Ordering::Relaxed)))
            }
        }
    }
}

#[async_trait]
impl World for BfinanceWorld {
    async fn inject(&self, call: OperationKind, fault: Fault) -> Result {
        let customers = self.count("customers", |_| true).await?;
        let disputes = self.count("disputes", |_| true).await?;
        self.customers.store(customers, Ordering::Relaxed);
        self.disputes.store(disputes, Ordering::Relaxed);
        self.emulator.inject(path(call)?, fault).await
    }

    async fn unreachable(&self) -> Result<Arc<dyn Provider>> {
        let settings = self.emulator.settings_of_nobody(&self.settings)?;
        adapter(cardmux_provider_bfinance::build(completed(settings)))
    }

    async fn quirks(&self) -> Result<Value> {
        self.emulator.get("quirks").await
    }

    async fn flip(&self, quirks: &Value, settings: &Value) -> Result<Arc<dyn Provider>> {
        self.emulator.put("quirks", quirks).await?;
        let settings = self.emulator.settings(settings);
        adapter(cardmux_provider_bfinance::build(completed(settings)))
    }

    async fn made(&self, query: &OperationQuery) -> Result<usize> {
        let subject = query.subject_ref.as_deref();
        match query.kind {
            OperationKind::Issue => {
                let reference = query.reference.as_str();
                self.count("cards", |card| text(card, "externalId") == Some(reference))
                    .await
            }
            OperationKind::Deposit => self.moves(query, "topup").await,
            OperationKind::Withdraw => self.moves(query, "withdraw").await,
            OperationKind::Freeze => self.card_in(query, "frozen").await,
            OperationKind::Unfreeze => self.card_in(query, "active").await,
            OperationKind::Cancel => self.card_in(query, "deleted").await,
            OperationKind::OrderPhysical => {
                self.card(query, |card| {
                    card.get("physical").is_some_and(Value::is_object)
                })
                .await
            }
            OperationKind::Activate => {
                let activated = Some(&Value::Bool(true));
                self.card(query, |card| {
                    card.pointer("/physical/activated") == activated
                })
                .await
            }
            OperationKind::SetPin => {
                self.card(query, |card| card.get("pinSet") == Some(&Value::Bool(true)))
                    .await
            }
            OperationKind::UpdateControls => {
                let (limit, at_first) = LIMIT;
                count(&self.emulator.books()?, "cards", |card| {
                    let limits = card.get("limits").unwrap_or(&Value::Null);
                    let changed = amount(limits, limit).map(|limit| limit.normalize().to_string());
                    text(card, "id") == Some(bare(query)) && changed.as_deref() != Some(at_first)
                })
            }
            OperationKind::Enrol => {
                let customer = subject.and_then(|subject| subject.split(':').next());
                self.made_since("customers", &self.customers, customer)
                    .await
            }
            OperationKind::OpenDispute => {
                self.made_since("disputes", &self.disputes, subject).await
            }
            OperationKind::CancelDispute => {
                self.count("disputes", |dispute| {
                    text(dispute, "id") == subject && text(dispute, "status") == Some("cancelled")
                })
                .await
            }
            OperationKind::UpdateNote
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget => {
                Err(Stop::Unsupported("a call of bfinance's for it"))
            }
        }
    }

    async fn hold_next_review(&self) -> Result {
        let script = json!({"nextReviews": ["hold"]});
        self.emulator.put("script", &script).await
    }

    async fn send_webhooks_twice(&self) -> Result {
        self.emulator.send_webhooks_twice().await
    }

    /// No event names a reference of ours but that of the card it issued.
    async fn webhooks(&self, reference: &Reference, count: usize) -> Result<Vec<SentWebhook>> {
        let inbox = &self.emulator.inbox;
        let field = ["externalCardId"];
        inbox.first(count, &field, reference.as_str()).await
    }

    async fn webhooks_about(&self, provider_ref: &str) -> Result<Vec<SentWebhook>> {
        let id = provider_ref
            .strip_prefix(BUDGET_MARK)
            .unwrap_or(provider_ref);
        let id = id.split(':').next().unwrap_or_default();
        Ok(self.emulator.inbox.naming(&["cardId", "customerId"], id))
    }

    fn inbox(&self) -> Option<&Inbox> {
        Some(&self.emulator.inbox)
    }

    async fn purchase(&self, simulated: &str) -> Result<Purchase> {
        let state = self.emulator.state().await?;
        let all = state.get("transactions").and_then(Value::as_array);
        let mut all = all.into_iter().flatten();
        let is_it = |made: &&Value| {
            [text(made, "id"), text(made, "transactionId")].contains(&Some(simulated))
        };
        let made = all.find(is_it);
        let made = made.ok_or_else(|| steps::broken("the emulator knows no such purchase"))?;
        let asked = text(made, "authorizationId");
        let asked = asked.ok_or_else(|| steps::broken("nobody was asked about it"))?;
        let why = text(made, "declineReason");
        Ok(Purchase {
            authorization_ref: asked.to_owned(),
            approved: why.is_none(),
            answer: match why {
                None => Some(Verdict::Approve),
                Some("Declined by partner") => Some(Verdict::Decline),
                Some(_) => None,
            },
        })
    }

    async fn steps_taken(&self, enrolment_ref: &str) -> Result<usize> {
        let state = self.emulator.state().await?;
        let customers = state.get("customers").and_then(Value::as_array);
        let id = enrolment_ref.split(':').next();
        let mut customers = customers.into_iter().flatten();
        let customer = customers.find(|customer| text(customer, "id") == id);
        let access = customer.and_then(|customer| customer.get("access")?.as_array());
        let access = access.ok_or_else(|| steps::broken("the emulator knows no such customer"))?;
        Ok(access.len())
    }

    async fn posted_code(&self, card_ref: &str) -> Result<SecretString> {
        let letter = self
            .emulator
            .get(&format!("cards/{card_ref}/activation-code"))
            .await?;
        let code = text(&letter, "code");
        code.map(Into::into)
            .ok_or_else(|| steps::broken("no code came by post"))
    }

    /// Only types that are active are listed (S2).
    fn offline_type(&self) -> Option<&str> {
        None
    }

    async fn canaries(&self) -> Result<Vec<String>> {
        self.emulator.canaries(&["token"])
    }
}

const BUDGET_MARK: &str = "budget:";

/// The card's id without the mark of a budget card.
fn bare(query: &OperationQuery) -> &str {
    let card = query.subject_ref.as_deref().unwrap_or_default();
    card.strip_prefix(BUDGET_MARK).unwrap_or(card)
}
