//! A column of the table: one of the flows, and what the API shows of it.

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::emulator::bought_card_number;
use cardmux_e2e::{Api, World, eventually, people};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// One column of the table: a card, and how it came to be.
pub struct Flow<'w> {
    world: &'w World,
    api: &'w Api,
    /// As the API lists them; the card is of the first.
    card_types: Vec<Value>,
    /// What the card was issued with; a fit request, once a used card number is replaced.
    request: Value,
    card: Value,
    budget: Value,
    /// What the card showed when it was issued, and last.
    shown: [String; 2],
}

impl<'w> Flow<'w> {
    pub async fn start(world: &'w World, api: &'w Api, name: &str) -> Self {
        let refs: &[&str] = match name {
            "Virtual" => &["111001", "111002", people::SHORT_FORM, people::FULL_FORM],
            "Physical" => &[people::PHYSICAL],
            "Shared" => &["111080"],
            "Gift" => &["111090"],
            other => panic!("the seed has no flow {other}"),
        };
        let all = api.all("/v1/card-types").await;
        let named = |wanted: &&str| all.iter().find(|t| t["providerRef"] == **wanted).cloned();
        let card_types: Vec<Value> = refs.iter().filter_map(named).collect();
        assert_eq!(card_types.len(), refs.len(), "{all:?}");
        let type_id = card_types[0]["id"].as_str().unwrap();
        let mut request = json!({ "typeId": type_id, "initialBalance": usd("50.00") });
        let mut budget = Value::Null;
        match name {
            "Physical" => {
                let customer = people::with_full_form(api, type_id).await;
                people::approved(api, &customer, type_id).await;
                request["customerId"] = json!(customer);
                request["cardNumber"] = json!(bought_card_number(1));
            }
            "Shared" => {
                let body = json!({ "name": "Pool", "currency": "USD" });
                budget = api.finished("/v1/budgets", &body).await.expect(201);
                request["budgetId"] = budget["id"].clone();
                let path = format!("/v1/budgets/{}/fund", budget["id"].as_str().unwrap());
                api.succeeds(&path, &json!({ "amount": usd("500.00") }))
                    .await;
            }
            _ => {}
        }
        let card = api.finished("/v1/cards", &request).await.expect(201);
        let mut flow = Self {
            world,
            api,
            card_types,
            request,
            card,
            budget,
            shown: Default::default(),
        };
        flow.shown[0] = flow.reveal().await;
        flow
    }

    pub async fn cell(&mut self, feature: &str) -> String {
        let seen = match feature {
            "Mode" => self.of_types(|model, _| match model {
                "budget_card" => "BUDGET_CARD",
                _ => "PREPAID_CARD",
            }),
            "Type" => self.of_types(|_, form| match form {
                "physical" => "Physical",
                _ => "Virtual",
            }),
            "Category" => self.of_types(|model, form| match (model, form) {
                ("card", "virtual") => "PURCHASE/SUBSCRIPTION",
                ("card", "physical") => "PHYSICAL",
                ("budget_card", "virtual") => "PURCHASE",
                ("gift", "virtual") => "GIFT",
                _ => "none of the seed's",
            }),
            "Cardholder" => self.cardholder().await,
            "Card Number Input" => self.number_input().await,
            "Activation" => self.activation().await,
            "Shared Account" => self.shared_account().await,
            "Deposit/Withdraw" => self.deposit_and_withdraw().await,
            "Freeze/UnFreeze" => self.freeze_and_unfreeze().await,
            "Sensitive Info" => return self.sensitive_info().await,
            "Card Info" => self.card_info().await,
            "Cancel" => self.cancel().await,
            other => panic!("the seed has no row {other}"),
        };
        seen.to_owned()
    }

    /// What model and form of the types say, if all of them say the same.
    fn of_types(&self, word: impl Fn(&str, &str) -> &'static str) -> &'static str {
        let mut words: Vec<_> = self
            .card_types
            .iter()
            .map(|t| word(t["model"].as_str().unwrap(), t["form"].as_str().unwrap()))
            .collect();
        words.dedup();
        let own = word(
            self.card["model"].as_str().unwrap(),
            self.card["form"].as_str().unwrap(),
        );
        match words.as_slice() {
            [one] if *one == own => one,
            _ => "several",
        }
    }

    /// A card's own fields, and what becomes of an issue with them changed: `code` at `pointer`.
    async fn misfits(&self, type_id: &Value, change: Value) -> Vec<String> {
        let mut body = self.request.clone();
        body["typeId"] = type_id.clone();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = self.api.post("/v1/cards", &fresh_key(), &body).await;
        let problem = answer.problem(422, "invalid_request");
        let errors = problem["errors"].as_array().unwrap().iter();
        errors
            .map(|e| {
                format!(
                    "{} {}",
                    e["pointer"].as_str().unwrap(),
                    e["code"].as_str().unwrap()
                )
            })
            .collect()
    }

    fn requires(card_type: &Value, what: &str) -> bool {
        let requirements = card_type["requirements"].as_array().unwrap();
        requirements.contains(&json!(what))
    }

    /// Optional: the type says whether one is needed, and only then is it asked for.
    async fn cardholder(&self) -> &'static str {
        for card_type in &self.card_types {
            if Self::requires(card_type, "cardholder") {
                let without = json!({ "customerId": null });
                let misfits = self.misfits(&card_type["id"], without).await;
                if misfits != ["/customerId required"] {
                    return "not asked for where it is needed";
                }
            }
        }
        let needed = Self::requires(&self.card_types[0], "cardholder");
        match (needed, self.card["enrolmentId"].is_string()) {
            (true, true) | (false, false) => "Optional",
            (true, false) => "left out where it is needed",
            (false, true) => "there where it is not needed",
        }
    }

    async fn number_input(&self) -> &'static str {
        let type_id = &self.card["typeId"];
        if Self::requires(&self.card_types[0], "card_number") {
            let number = self.request["cardNumber"].as_str().unwrap_or_default();
            let taken = self.card["last4"]
                .as_str()
                .is_some_and(|last4| number.ends_with(last4));
            let without = json!({ "cardNumber": null });
            let misfits = self.misfits(type_id, without).await;
            match taken && misfits == ["/cardNumber required"] {
                true => "Yes (offline)",
                false => "taken, but not needed",
            }
        } else {
            let with = json!({ "cardNumber": bought_card_number(2) });
            match self.misfits(type_id, with).await == ["/cardNumber not_taken"] {
                true => "No",
                false => "taken, but not required",
            }
        }
    }

    async fn activation(&mut self) -> &'static str {
        let id = self.card["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/cards/{id}/activate");
        if self.card["status"] == "active" {
            let body = json!({ "activationCode": "123456", "pin": "258013" });
            let refused = self.api.finished(&path, &body).await;
            return match refused.body["code"].as_str() {
                Some("capability_unsupported") => "Auto",
                _ => "active, and could be activated",
            };
        }
        let challenges = format!("/v1/cards/{id}/challenges");
        let code = eventually("the activation code is there", async || {
            let mut challenges = self.api.get(&challenges).await.expect(200);
            Some(challenges["data"].as_array_mut()?.pop()?["value"].take())
        })
        .await;
        // Neither is enough by itself.
        for half in [
            json!({ "activationCode": code }),
            json!({ "pin": "258013" }),
        ] {
            let refused = self.api.finished(&path, &half).await;
            refused.problem(422, "invalid_request");
        }
        let body = json!({ "activationCode": code, "pin": "258013" });
        self.api.succeeds(&path, &body).await;
        self.card = self.api.settled(&id, "active").await;
        "Manual (PIN + code)"
    }

    async fn shared_account(&self) -> &'static str {
        let type_id = &self.card["typeId"];
        if !Self::requires(&self.card_types[0], "budget") {
            let with = json!({ "budgetId": "bud_01k9zr3m5wf0ks1b2c3d4e5f6g" });
            return match self.misfits(type_id, with).await == ["/budgetId not_taken"] {
                true => "No",
                false => "taken, but not required",
            };
        }
        let without = json!({ "budgetId": null });
        let misfits = self.misfits(type_id, without).await;
        let state = self.world.emulator.state().await;
        let payer = &state
            .card(self.card["provider"]["ref"].as_str().unwrap())
            .funded_by;
        let account = state
            .accounts
            .iter()
            .find(|a| a.account_id == *payer)
            .unwrap();
        let is_shared = self.card["budgetId"] == self.budget["id"]
            && self.budget["providerRef"] == json!(payer)
            && misfits == ["/budgetId required"];
        match (is_shared, account.account_type.as_str()) {
            (true, "MARGIN") => "Yes (MARGIN)",
            (true, _) => "Yes, of another account",
            (false, _) => "not needed",
        }
    }

    /// Both of a pair of changes: whether they worked, or cannot be had.
    async fn pair(&self, changes: [(&str, Value); 2]) -> Option<bool> {
        let calls = self.world.emulator.changes().await;
        let mut codes = Vec::new();
        for (change, body) in changes {
            let id = self.card["id"].as_str().unwrap();
            let answer = self
                .api
                .finished(&format!("/v1/cards/{id}/{change}"), &body)
                .await;
            codes.push((
                answer.status,
                answer.body["code"].as_str().map(str::to_owned),
            ));
            if answer.status == 200 {
                self.api
                    .card_when(id, |card| card["pendingOperation"].is_null())
                    .await;
            }
        }
        let unsupported = (501, Some("capability_unsupported".to_owned()));
        if codes == [(200, None), (200, None)] {
            Some(true)
        } else if codes == [unsupported.clone(), unsupported]
            && self.world.emulator.changes().await == calls
        {
            Some(false)
        } else {
            None
        }
    }

    /// What the WALLET and the budget hold.
    async fn funds(&self) -> (Decimal, Option<Decimal>) {
        let state = self.world.emulator.state().await;
        let pool = self.budget["providerRef"].as_str();
        (state.wallet("USD"), pool.map(|id| state.account(id)))
    }

    async fn deposit_and_withdraw(&self) -> &'static str {
        let before = self.funds().await;
        let changes = [
            ("deposit", json!({ "amount": usd("20.00") })),
            ("withdraw", json!({ "amount": usd("10.00") })),
        ];
        let worked = self.pair(changes).await;
        let after = self.funds().await;
        match (worked, before.0 != after.0, before.1 != after.1) {
            (Some(true), true, false) => "Yes",
            (Some(true), false, true) => "Yes (credit allocation)",
            (Some(false), false, false) => "No",
            _ => "in part",
        }
    }

    async fn freeze_and_unfreeze(&self) -> &'static str {
        let changes = [("freeze", json!({})), ("unfreeze", json!({}))];
        match self.pair(changes).await {
            Some(true) => "Yes",
            Some(false) => "No",
            None => "in part",
        }
    }

    /// Which of the secrets a card shows.
    async fn reveal(&self) -> String {
        let path = format!("/v1/cards/{}/reveal", self.card["id"].as_str().unwrap());
        let shown = self.api.finished(&path, &json!({})).await.expect(200);
        let parts: Vec<_> = shown.as_object().unwrap().keys().cloned().collect();
        match parts.join(" ").as_str() {
            "cvv expiry number" => "Full".to_owned(),
            "redemptionUrl" => "Only activateUrl".to_owned(),
            other => format!("Only {other}"),
        }
    }

    async fn sensitive_info(&mut self) -> String {
        self.shown[1] = self.reveal().await;
        match self.shown.each_ref().map(String::as_str) {
            ["Only number", "Full"] => "After activation".to_owned(),
            [before, after] if before == after => after.to_owned(),
            [before, after] => format!("{before}, then {after}"),
        }
    }

    async fn card_info(&self) -> &'static str {
        let id = self.card["id"].as_str().unwrap();
        // The provider's word is there once the card was read again after its last change.
        let is_read = |card: &Value| card["providerStatus"].is_string();
        let card = self.api.card_when(id, is_read).await;
        let balance = self.api.get(&format!("/v1/cards/{id}/balance")).await;
        let is_told = card["status"] == "active" && card["providerStatus"] == "Normal";
        match (is_told, balance.status) {
            (true, 200) => "Yes",
            (true, 501) => "Yes (basic status only)",
            _ => "No",
        }
    }

    async fn cancel(&self) -> &'static str {
        let id = self.card["id"].as_str().unwrap();
        let path = format!("/v1/cards/{id}/cancel");
        let cancelled = self.api.succeeds(&path, &json!({})).await;
        self.api.settled(id, "cancelled").await;
        match cancelled["received"]["amount"].is_string() {
            true => "Yes",
            false => "Yes, without a refund",
        }
    }
}
