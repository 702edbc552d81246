//! One of everything, of the tenant `acme`.

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::people::{self, SHORT_FORM};
use cardmux_e2e::world::card_type;
use cardmux_e2e::{Api, Decider, Deciders, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// The provider's id of a type of bfinance's whose cards hold money of their own.
const OWN_MONEY: &str = "6a20f0c2d4b8e71f000000a1";

pub struct Owned {
    /// What stands in the table, and the id of the owner's it stands for.
    ids: Vec<(&'static str, String)>,
    /// A card type both tenants may use.
    shared_type: String,
}

fn id(resource: &Value) -> String {
    resource["id"].as_str().expect("an id").to_owned()
}

impl Owned {
    pub async fn make(deciders: &Deciders) -> Self {
        let api = deciders.api();
        let form = deciders.world.type_id(SHORT_FORM).await;
        let customer = people::with_short_form(api).await;
        let enrolment = id(&people::approved(api, &customer, &form).await);

        let budget = deciders.budget("100.00", "EUR").await;
        let spender = deciders.card(Decider::Finci, &budget).await;
        let purchase = deciders.purchase(Decider::Finci, "10.00", "5411", "SHOP");
        let (approved, asked, answer) = deciders.pays(&spender, &purchase).await;
        assert!(approved, "{answer}");
        let authorization = deciders.authorization(&spender, &asked, |a| a["status"] == "held");
        let authorization = id(&authorization.await);

        let (card, transaction) = bought(deciders).await;
        let dispute = disputed(api, &transaction).await;
        let operation = id(&api.all(&format!("/v1/operations?cardId={card}")).await[0]);
        let control = json!({
            "scope": { "cardId": spender.id }, "name": "Ours", "rules": { "blockedMccs": ["7995"] },
        });
        let control = api.post("/v1/spend-controls", &fresh_key(), &control).await;
        let items = json!({ "items": [{ "typeId": deciders.world.usd_type, "initialBalance": usd("10.00") }] });
        let batch = api.post("/v1/card-batches", &fresh_key(), &items).await;
        let batch = id(&batch.expect(202));
        let path = format!("/v1/card-batches/{batch}");
        eventually("the batch is done", async || {
            (api.get(&path).await.expect(200)["status"] == "completed").then_some(())
        })
        .await;
        let ids = vec![
            ("{card_id}", card),
            ("{customer_id}", customer),
            ("{enrolment_id}", enrolment),
            ("{budget_id}", budget),
            ("{authorization_id}", authorization),
            ("{transaction_id}", transaction),
            ("{dispute_id}", dispute),
            ("{operation_id}", operation),
            ("{spend_control_id}", id(&control.expect(201))),
            ("{batch_id}", batch),
            // Of an instance only the owner has.
            ("{card_type_id}", card_type(api, OWN_MONEY).await),
            ("{tenant}", "acme".to_owned()),
            ("{key_id}", key_id(api)),
        ];
        Self {
            ids,
            shared_type: deciders.world.usd_type.clone(),
        }
    }

    /// A path or body of the table, with the owner's ids.
    pub fn filled(&self, text: &str) -> String {
        let text = text.replace("{shared_type}", &self.shared_type);
        let filled = self.ids.iter();
        filled.fold(text, |text, (name, id)| text.replace(name, id))
    }

    /// Whether anything of the owner's is named in it.
    pub fn is_in(&self, text: &str) -> bool {
        let mut ids = self.ids.iter();
        ids.any(|(name, id)| *name != "{tenant}" && text.contains(id.as_str()))
    }

    /// Everything a stranger could have changed; what providers tell meanwhile is left out.
    pub async fn state(&self, deciders: &Deciders) -> Vec<Value> {
        const LISTS: [&str; 8] = [
            "/v1/cards",
            "/v1/customers",
            "/v1/enrolments",
            "/v1/budgets",
            "/v1/disputes",
            "/v1/spend-controls",
            "/v1/card-batches",
            "/v1/operations",
        ];
        const FIELDS: [&str; 10] = [
            "id",
            "status",
            "kind",
            "name",
            "label",
            "externalId",
            "metadata",
            "controls",
            "rules",
            "firstName",
        ];
        let mut state = Vec::new();
        for list in LISTS {
            for resource in deciders.api().all(list).await {
                state.push(
                    FIELDS
                        .iter()
                        .map(|field| resource[*field].clone())
                        .collect(),
                );
            }
        }
        state
    }
}

/// A card with a settled purchase, the gateway's ids of both.
async fn bought(deciders: &Deciders) -> (String, String) {
    let api = deciders.api();
    let body = json!({
        "typeId": card_type(api, OWN_MONEY).await,
        "cardholder": { "firstName": "Ada", "lastName": "Lovelace" },
    });
    let card = id(&api.finished("/v1/cards", &body).await.expect(201));
    let made = api.settled(&card, "active").await;
    let provider_ref = made["provider"]["ref"]
        .as_str()
        .expect("a card at bfinance");
    let money = json!({ "amount": { "amount": "50.00", "currency": made["currency"] } });
    api.succeeds(&format!("/v1/cards/{card}/deposit"), &money)
        .await;
    let route = format!("cards/{provider_ref}/transactions");
    let body =
        json!({ "amount": "12.50", "merchant": "SHOP", "status": "completed", "type": "purchase" });
    let made = deciders.control(Decider::Bfinance, Method::POST, &route, Some(&body));
    let (status, made) = made.await;
    assert!(status < 300, "{status} {made}");
    let list = format!("/v1/transactions?cardId={card}");
    let transaction = eventually("the purchase is known", async || {
        let all = api.all(&list).await;
        all.into_iter().find(|t| t["providerRef"] == made["id"])
    });
    (card, id(&transaction.await))
}

async fn disputed(api: &Api, transaction: &str) -> String {
    let body = json!({
        "transactionId": transaction,
        "evidence": "The goods never arrived; the merchant does not answer.",
    });
    id(&api.finished("/v1/disputes", &body).await.expect(201))
}

/// The id of the key that a client uses.
fn key_id(api: &Api) -> String {
    let text = api.key().trim_start_matches("cmx_");
    format!("key_{}", text.split('_').next().expect("an id"))
}
