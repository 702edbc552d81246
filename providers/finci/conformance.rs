//! The FINCI adapter against its emulator. Compiled as part of the conformance suite.

use std::sync::Arc;

use async_trait::async_trait;
use cardmux_domain::authorization::Verdict;
use cardmux_domain::customer::CustomerField;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{ErrorKind, OperationQuery, Provider};
use cardmux_domain::secret::SecretString;
use cardmux_emulator_finci::FinciOptions;
use serde_json::{Value, json};

use crate::emulated::{Emulator, adapter, count, text};
use crate::forms::letters;
use crate::inbox::Inbox;
use crate::quirks::{Ends, Flip, Step, flip};
use crate::steps;
use crate::subject::{Fault, Maker, Purchase, SentWebhook, Subject, World};
use crate::trial::{Result, Stop};

const SECRETS: [&str; 2] = ["token", "secret"];

/// The documented shapes with our choices; and what else the texts and the lists of the unknown allow.
pub fn makers() -> Vec<Maker> {
    let shapes = json!({
        "pathPrefix": "/api/v1", "signatureTemplate": "{method}{path}{timestamp}{body}",
        "signatureHex": "upper", "errors": "http", "successErrors": "null",
        "duplicateShowsId": true, "corporateAccount": true, "addressMembers": "free",
        "expressDelivery": "any", "embossingEcho": "as_sent", "expirationRequired": true,
        "emptyFilter": "all", "bothFilters": "either", "transitions": "any",
        "ownDeclineCode": "DoNotHonor", "declineCode": "Declined", "noAnswer": "approve",
        "oneUrl": true, "adviceMarker": "code_only", "reversalId": "same",
        "deferredAuthorizationId": "empty", "amountForm": "minor", "timeForm": "epoch",
        "maskedPan": true,
    });
    let settings = json!({
        "path_prefix": "/api/v1", "canonical": "{method}{path}{timestamp}{body}",
        "signature_hex": "upper", "express_delivery": "false", "validity_months": 36,
        "lists_without_owner": true, "amount_unit": "minor", "decline_status": 422,
    });
    vec![
        maker("finci", json!({}), json!({})),
        maker("finci_other_shapes", shapes, settings),
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
    // An answer is in time on a busy machine too; that one can be late is tried at the gateway.
    let own = FinciOptions {
        answer_ms: 30_000,
        ..FinciOptions::default()
    };
    let start = |options| cardmux_emulator_finci::start(options, own);
    let received = json!({"status": "success"});
    let world = FinciWorld {
        emulator: Emulator::start(start, received).await?,
        settings,
    };
    let provider = world.flip(&quirks, &world.settings).await?;
    Ok(Subject::new(provider, Box::new(world)))
}

/// Each value of each quirk that is not the default, and the settings that go with it.
pub fn flips() -> Vec<Flip> {
    [access(), cards(), authorizations()]
        .into_iter()
        .flatten()
        .collect()
}

fn none() -> Value {
    json!({})
}

fn refused(step: Step) -> Ends {
    Ends(step, ErrorKind::Refused)
}

/// Paths, signatures, envelopes.
fn access() -> Vec<Flip> {
    let locked_out = || Ends(Step::Issue, ErrorKind::Unauthorized);
    let signed = |template: &str| {
        let settings = json!({"canonical": template});
        flip("signatureTemplate", json!(template), settings)
    };
    vec![
        flip(
            "pathPrefix",
            json!("/api/v1"),
            json!({"path_prefix": "/api/v1"}),
        ),
        flip("pathPrefix", json!("/api/v1"), none()).ends(Ends(Step::Issue, ErrorKind::NotFound)),
        signed("{timestamp}{path}{body}"),
        signed("{path}{timestamp}{body}"),
        signed("{method}{path}{timestamp}{body}"),
        signed("{body}"),
        flip("signatureTemplate", json!("{body}"), none()).ends(locked_out()),
        flip(
            "signatureHex",
            json!("upper"),
            json!({"signature_hex": "upper"}),
        ),
        flip("signatureHex", json!("upper"), none()).ends(locked_out()),
        flip("signatureHex", json!("any"), none()),
        flip("timestampWindow", json!(600), none()),
        // The same twice in a second has the same signature.
        flip("replaysRefused", json!(true), none()).passing(ErrorKind::Unauthorized),
        flip("errors", json!("http"), none()),
        flip("successErrors", json!("null"), none()),
        flip("successErrors", json!("absent"), none()),
        flip("duplicateShowsId", json!(true), none()),
    ]
}

/// Customers and cards.
fn cards() -> Vec<Flip> {
    vec![
        // What is sent calls them persons, as the pages do that are known whole.
        flip("personWord", json!("client"), none()).ends(refused(Step::Issue)),
        flip("corporateAccount", json!(true), none()),
        flip("manyAccounts", json!(true), none()),
        flip("corporateHolder", json!(true), none()),
        // FINCI tells no account again, and the fields that are known have none.
        flip("cardAccount", json!("named"), none()).ends(refused(Step::Issue)),
        flip("addressMembers", json!("free"), none()),
        flip(
            "expressDelivery",
            json!("any"),
            json!({"express_delivery": "false"}),
        ),
        flip("embossingMax", json!(30), json!({"embossing_length": 30})),
        flip("embossingMax", json!(10), none()).ends(refused(Step::Issue)),
        flip("embossingAlphabet", json!("any"), none()),
        flip("embossingEcho", json!("as_sent"), none()),
        flip(
            "expirationRequired",
            json!(true),
            json!({"validity_months": 36}),
        ),
        flip("expirationRequired", json!(true), none()).ends(refused(Step::Issue)),
        flip(
            "emptyFilter",
            json!("all"),
            json!({"lists_without_owner": true}),
        ),
        flip("emptyFilter", json!("none"), none()),
        flip("bothFilters", json!("either"), none()),
        // What is not all of them proves nothing.
        flip("listCut", json!(0), none()).ends(Ends(Step::Find, ErrorKind::Malformed)),
        flip("blocked", json!("temporary"), none()),
        flip("deactivated", json!("permanent"), none()).ends(refused(Step::Unfreeze)),
        flip("referral", json!("asks"), none()),
        flip("transitions", json!("any"), none()),
        flip("deliveredSettable", json!(true), none()),
    ]
}

fn authorizations() -> Vec<Flip> {
    vec![
        flip("inactiveAsks", json!(true), none()),
        flip("ownDeclineCode", json!("DoNotHonor"), none()),
        flip("declineCode", json!("Declined"), none()),
        flip("noAnswer", json!("approve"), none()),
        // The newer text has the words `success` and `error`.
        flip("answerWords", json!("approve_decline"), none()).ends(refused(Step::Pay)),
        flip("oneUrl", json!(true), none()),
        flip("adviceMarker", json!("code_only"), none()),
        flip("reversalId", json!("same"), none()),
        flip("deferredAuthorizationId", json!("empty"), none()),
        flip("deferredAuthorizationId", json!("unknown"), none()),
        flip("returnLinks", json!("authorization"), none()),
        flip("returnLinks", json!("transaction"), none()),
        flip("returnLinks", json!("none"), none()),
        flip("amountForm", json!("number"), none()),
        flip(
            "amountForm",
            json!("minor"),
            json!({"amount_unit": "minor"}),
        ),
        // No currency of three digits is understood, and what is not understood is declined.
        flip("currencyForm", json!("numeric"), none()).ends(refused(Step::Pay)),
        flip("timeForm", json!("epoch"), none()),
        flip("maskedPan", json!(true), none()),
    ]
}

/// With times that fit a trial, and plastic for everybody.
fn completed(mut settings: Value) -> Value {
    if let Some(table) = settings.as_object_mut() {
        table.insert("settle_ms".to_owned(), json!(1_000));
        table.insert("plastic_goes".to_owned(), json!("programme"));
    }
    settings
}

struct FinciWorld {
    emulator: Emulator,
    settings: Value,
}

impl FinciWorld {
    /// One, where the card is as the change leaves it.
    async fn card_with(&self, query: &OperationQuery, field: &str, word: &str) -> Result<usize> {
        let card = query.subject_ref.as_deref();
        count(&self.emulator.state().await?, "cards", |one| {
            text(one, "token_id") == card && text(one, field) == Some(word)
        })
    }

    /// Cards bear no reference of ours, but the name that was made of it.
    fn issued(&self, reference: &Reference) -> Result<usize> {
        let names = [CustomerField::FirstName, CustomerField::LastName];
        let name = names.map(|field| letters(field, reference.as_str()));
        let name = name.join(" ");
        count(&self.emulator.books()?, "cards", |card| {
            let embossed = text(card, "embossing_name");
            embossed.is_some_and(|embossed| embossed.eq_ignore_ascii_case(&name))
        })
    }

    async fn booked(&self, id: &str) -> Result<Value> {
        let all = self.emulator.get("authorizations").await?;
        let all = all.get("authorizations").and_then(Value::as_array);
        let mut all = all.into_iter().flatten();
        let booked = all.find(|one| text(one, "id") == Some(id));
        let booked = booked.ok_or_else(|| steps::broken("the emulator knows no such purchase"))?;
        Ok(booked.clone())
    }
}

#[async_trait]
impl World for FinciWorld {
    async fn inject(&self, call: OperationKind, fault: Fault) -> Result {
        match call {
            OperationKind::Issue => self.emulator.inject("/create-card", fault).await,
            OperationKind::Enrol => self.emulator.inject("/create-client", fault).await,
            // Their paths end with the id of a card.
            OperationKind::Freeze
            | OperationKind::Unfreeze
            | OperationKind::Cancel
            | OperationKind::OrderPhysical => self.emulator.inject_next(fault).await,
            OperationKind::Deposit
            | OperationKind::Withdraw
            | OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => Err(Stop::Unsupported("a call of FINCI's for it")),
        }
    }

    async fn unreachable(&self) -> Result<Arc<dyn Provider>> {
        let settings = self.emulator.settings_of_nobody(&self.settings)?;
        adapter(cardmux_provider_finci::build(completed(settings)))
    }

    async fn quirks(&self) -> Result<Value> {
        self.emulator.get("quirks").await
    }

    async fn flip(&self, quirks: &Value, settings: &Value) -> Result<Arc<dyn Provider>> {
        self.emulator.put("quirks", quirks).await?;
        let settings = self.emulator.settings(settings);
        adapter(cardmux_provider_finci::build(completed(settings)))
    }

    async fn made(&self, query: &OperationQuery) -> Result<usize> {
        match query.kind {
            OperationKind::Issue => self.issued(&query.reference),
            OperationKind::Freeze => self.card_with(query, "token_status", "deactivated").await,
            OperationKind::Unfreeze => self.card_with(query, "token_status", "active").await,
            OperationKind::Cancel => self.card_with(query, "token_status", "closed").await,
            OperationKind::OrderPhysical => {
                self.card_with(query, "token_stage", "plastic_not_delivered")
                    .await
            }
            OperationKind::Enrol => {
                let reference = Some(query.reference.as_str());
                count(&self.emulator.state().await?, "records", |record| {
                    text(record, "external_id") == reference
                })
            }
            OperationKind::Deposit
            | OperationKind::Withdraw
            | OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => Err(Stop::Unsupported("a call of FINCI's for it")),
        }
    }

    /// Whoever has an account can have cards: nobody looks at them.
    async fn hold_next_review(&self) -> Result {
        Err(Stop::Unsupported("reviews of customers"))
    }

    async fn send_webhooks_twice(&self) -> Result {
        self.emulator.send_webhooks_twice().await
    }

    /// All of them are about authorizations and what becomes of them.
    async fn webhooks(&self, _: &Reference, _: usize) -> Result<Vec<SentWebhook>> {
        Err(Stop::Unsupported("webhooks about operations"))
    }

    async fn webhooks_about(&self, provider_ref: &str) -> Result<Vec<SentWebhook>> {
        if provider_ref.contains('/') {
            return Err(Stop::Unsupported("webhooks about customers"));
        }
        Ok(self.emulator.inbox.naming(&["token_id"], provider_ref))
    }

    fn inbox(&self) -> Option<&Inbox> {
        Some(&self.emulator.inbox)
    }

    async fn purchase(&self, simulated: &str) -> Result<Purchase> {
        let booked = self.booked(simulated).await?;
        Ok(Purchase {
            authorization_ref: simulated.to_owned(),
            approved: text(&booked, "response_code") == Some("Approved"),
            answer: match text(&booked, "answered") {
                Some("success") => Some(Verdict::Approve),
                Some("error") => Some(Verdict::Decline),
                Some(_) | None => None,
            },
        })
    }

    async fn ask_again(&self, purchase: &Purchase) -> Result {
        let id = &purchase.authorization_ref;
        let path = format!("authorizations/{id}/repeat");
        self.emulator.post(&path).await
    }

    /// Their accounts: each is one step.
    async fn steps_taken(&self, enrolment_ref: &str) -> Result<usize> {
        let owner = enrolment_ref.split('/').next().unwrap_or_default();
        let owner = owner.rsplit(':').next();
        count(&self.emulator.state().await?, "accounts", |account| {
            text(account, "owner_id") == owner
        })
    }

    async fn posted_code(&self, _: &str) -> Result<SecretString> {
        Err(Stop::Unsupported("codes that come by post"))
    }

    /// Products are the settings', and those are in use.
    fn offline_type(&self) -> Option<&str> {
        None
    }

    /// The emulator has no card numbers.
    async fn canaries(&self) -> Result<Vec<String>> {
        Ok(self.emulator.secrets(&SECRETS))
    }
}
