//! What has to be there before the operation, and the request for it.

use cardmux_e2e::api::usd;
use cardmux_e2e::emulator::bought_card_number;
use cardmux_e2e::people::{self, PHYSICAL, SHORT_FORM};
use cardmux_e2e::{World, wait_until};
use serde_json::{Value, json};

use crate::operation::Operation;
use crate::plan::Plan;

/// The request that is killed and repeated.
pub struct Request {
    pub path: String,
    pub body: Value,
}

/// What an enrolment is corrected to.
pub const CORRECTED: &str = "Augusta";
pub const NOTE: &str = "kept with the card";

pub async fn prepare(world: &World, plan: &Plan) -> Request {
    let (path, body) = match plan.operation {
        Operation::Issue => {
            let body = json!({ "typeId": world.usd_type, "initialBalance": usd("50.00") });
            ("/v1/cards".to_owned(), body)
        }
        Operation::Deposit => {
            let body = json!({ "amount": usd("33.33") });
            (format!("{}/deposit", card(world).await), body)
        }
        Operation::Enrol => {
            let customer = people::with_short_form(&world.acme).await;
            let body = json!({ "typeId": world.type_id(SHORT_FORM).await });
            (format!("/v1/customers/{customer}/enrolments"), body)
        }
        Operation::UpdateEnrolment => {
            let enrolment = refused_enrolment(world).await;
            (format!("/v1/enrolments/{enrolment}/update"), json!({}))
        }
        Operation::CreateBudget => {
            let body = json!({ "name": "Crash", "currency": "USD" });
            ("/v1/budgets".to_owned(), body)
        }
        Operation::FundBudget => {
            let body = json!({ "amount": usd("500.00") });
            (format!("{}/fund", budget(world).await), body)
        }
        Operation::WithdrawBudget => {
            let budget = budget(world).await;
            let fund = json!({ "amount": usd("500.00") });
            world.acme.succeeds(&format!("{budget}/fund"), &fund).await;
            let body = json!({ "amount": usd("120.50") });
            (format!("{budget}/withdraw"), body)
        }
        Operation::Activate => {
            let card = physical_card(world, plan).await;
            (
                format!("{card}/activate"),
                activation(plan, &plan.secrets.pin),
            )
        }
        Operation::SetPin => {
            let card = physical_card(world, plan).await;
            let activation = activation(plan, &plan.secrets.other_pin);
            let path = format!("{card}/activate");
            world.acme.succeeds(&path, &activation).await;
            (format!("{card}/pin"), json!({ "pin": plan.secrets.pin }))
        }
        Operation::UpdateControls => {
            let limit = json!({ "interval": "per_transaction", "amount": usd("40.00") });
            let body = json!({ "spendLimits": [limit], "blockedMccs": ["7995"] });
            (format!("{}/controls", card(world).await), body)
        }
        Operation::UpdateNote => {
            let body = json!({ "note": NOTE });
            (format!("{}/note", card(world).await), body)
        }
    };
    Request { path, body }
}

fn id(resource: &Value) -> &str {
    resource["id"].as_str().expect("a resource has an id")
}

async fn card(world: &World) -> String {
    let card = world.acme.issue(&world.usd_type, "50.00").await;
    format!("/v1/cards/{}", id(&card))
}

async fn budget(world: &World) -> String {
    let body = json!({ "name": "Crash", "currency": "USD" });
    let budget = world.acme.finished("/v1/budgets", &body).await.expect(201);
    assert_eq!(budget["status"], "active", "{budget}");
    format!("/v1/budgets/{}", id(&budget))
}

/// An enrolment the platform refused, of a customer who has been corrected since.
async fn refused_enrolment(world: &World) -> String {
    let script = json!({ "nextAudits": ["reject_admin"] });
    world.emulator.script(script).await;
    let type_id = world.type_id(SHORT_FORM).await;
    let customer = people::with_short_form(&world.acme).await;
    let enrolment = people::enrol(&world.acme, &customer, &type_id).await;
    let enrolment = enrolment.expect(201);
    people::enrolment_when(&world.acme, id(&enrolment), "action_required").await;
    people::patch(&world.acme, &customer, &json!({ "firstName": CORRECTED })).await;
    id(&enrolment).to_owned()
}

/// A card that waits for its activation, with our code on its way to the cardholder.
async fn physical_card(world: &World, plan: &Plan) -> String {
    let type_id = world.type_id(PHYSICAL).await;
    let customer = people::with_full_form(&world.acme, &type_id).await;
    people::approved(&world.acme, &customer, &type_id).await;
    let body = json!({
        "typeId": type_id,
        "customerId": customer,
        "cardNumber": bought_card_number(plan.secrets.card_serial),
        "initialBalance": usd("50.00"),
    });
    let card = world.acme.finished("/v1/cards", &body).await.expect(201);
    assert_eq!(card["status"], "inactive", "{card}");
    let code = &plan.secrets.activation_code;
    let route = format!(
        "cards/{}/challenges",
        card["provider"]["ref"].as_str().unwrap()
    );
    let challenge = json!({ "type": "activation_code", "value": code });
    world.emulator.happen(&route, challenge).await;
    let path = format!("/v1/cards/{}", id(&card));
    // Read as a client reads it, so that this way leaves no trace either.
    let revealer = world.revealer().await;
    wait_until("the code is among the challenges", async || {
        let challenges = revealer
            .get(&format!("{path}/challenges"))
            .await
            .expect(200);
        let challenges = challenges["data"].as_array().unwrap();
        challenges
            .iter()
            .any(|challenge| challenge["value"] == *code)
    })
    .await;
    path
}

fn activation(plan: &Plan, pin: &str) -> Value {
    json!({ "activationCode": plan.secrets.activation_code, "pin": pin })
}
