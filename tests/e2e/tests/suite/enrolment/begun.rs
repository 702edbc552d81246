//! A customer on the way to an enrolment.

use cardmux_e2e::api::{Answer, usd};
use cardmux_e2e::{Database, Setup, World, people};
use serde_json::{Value, json};

/// Eight seconds in real time: the gateway looks after five, in the middle of the review.
const LONG_REVIEW_MS: u64 = 240_000;

/// A customer who is being enrolled.
pub struct Begun {
    pub world: World,
    pub type_id: String,
    pub customer: String,
    /// As the enrolment was first shown.
    pub enrolment: Value,
}

impl Begun {
    pub async fn start(world: World) -> Self {
        let type_id = world.type_id(people::SHORT_FORM).await;
        let customer = people::with_short_form(&world.acme).await;
        let enrolled = people::enrol(&world.acme, &customer, &type_id).await;
        let enrolment = enrolled.expect(201);
        assert_eq!(
            (&enrolment["status"], &enrolment["providerStatus"]),
            (&json!("pending"), &json!("wait_audit")),
            "{enrolment}"
        );
        assert_eq!(
            (&enrolment["customerId"], &enrolment["reviewStage"]),
            (&json!(customer), &json!("admin"))
        );
        Self {
            world,
            type_id,
            customer,
            enrolment,
        }
    }

    /// One whose reviewer takes a decision only when asked to.
    pub async fn undecided(world: World) -> Self {
        world
            .emulator
            .script(json!({ "nextAudits": ["wait"] }))
            .await;
        Self::start(world).await
    }

    pub async fn under_review(database: Database, setup: Setup) -> Self {
        let world = World::start(database, setup).await;
        let script = json!({ "orderDelayMillis": LONG_REVIEW_MS });
        world.emulator.script(script).await;
        let begun = Self::start(world).await;
        begun.no_card_is_issued("pending").await;
        let seen = begun.when("in_review").await;
        assert_eq!(
            (&seen["providerStatus"], &seen["reviewStage"]),
            (&json!("under_review"), &json!("channel"))
        );
        begun
    }

    pub fn id(&self) -> &str {
        self.enrolment["id"].as_str().unwrap()
    }

    pub fn holder(&self) -> &str {
        self.enrolment["providerRef"].as_str().unwrap()
    }

    pub async fn when(&self, status: &str) -> Value {
        people::enrolment_when(&self.world.acme, self.id(), status).await
    }

    pub async fn is_approved(&self) {
        let approved = self.when("approved").await;
        assert_eq!(approved["providerStatus"], "pass_audit");
        assert_eq!(approved["reason"], Value::Null, "{approved}");
        assert_eq!(self.world.emulator.state().await.holders.len(), 1);
        let card = self.issue("").await.expect(201);
        assert_eq!(card["enrolmentId"], self.enrolment["id"]);
    }

    pub async fn rejected(&self, location: &str, reason: &str) {
        let route = format!("holders/{}/reject", self.holder());
        let body = json!({ "location": location, "reason": reason });
        self.world.emulator.happen(&route, body).await;
    }

    pub async fn issue(&self, query: &str) -> Answer {
        let body = json!({
            "typeId": self.type_id, "customerId": self.customer, "initialBalance": usd("50.00"),
        });
        let path = format!("/v1/cards{query}");
        self.world.acme.finished(&path, &body).await
    }

    /// Refused with the enrolment that is in the way, and before anybody is called.
    pub async fn no_card_is_issued(&self, status: &str) {
        let calls = self.world.emulator.changes().await;
        for query in ["", "?enrol=auto"] {
            let refused = self
                .issue(query)
                .await
                .problem(409, "enrolment_not_approved");
            assert_eq!(
                (&refused["enrolment"]["id"], &refused["enrolment"]["status"]),
                (&self.enrolment["id"], &json!(status)),
                "{refused}"
            );
        }
        assert_eq!(self.world.emulator.changes().await, calls);
        assert!(self.world.acme.all("/v1/cards").await.is_empty());
    }

    /// Asked for again, the enrolment is named instead.
    pub async fn exists(&self, status: &str) {
        let again = people::enrol(&self.world.acme, &self.customer, &self.type_id).await;
        let exists = again.problem(409, "enrolment_exists");
        assert_eq!(
            (&exists["enrolment"]["id"], &exists["enrolment"]["status"]),
            (&self.enrolment["id"], &json!(status)),
            "{exists}"
        );
    }

    pub async fn update(&self) -> Answer {
        let path = format!("/v1/enrolments/{}/update", self.id());
        self.world.acme.finished(&path, &json!({})).await
    }

    pub async fn is_not_updatable(&self, status: &str) {
        let calls = self.world.emulator.changes().await;
        let refused = self.update().await.problem(409, "enrolment_not_updatable");
        assert_eq!(refused["enrolment"]["status"], status, "{refused}");
        assert_eq!(self.world.emulator.changes().await, calls);
    }
}
