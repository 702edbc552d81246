//! Nobody reaches what is not theirs: every operation of the document, asked by everybody who may not.
//!
//! [`table::TABLE`] says of each operation which scope it needs and how what belongs to another tenant
//! is named in it. An operation that is not in the table, or is there no longer, fails the test.

use std::collections::BTreeSet;

use cardmux_e2e::setup::{ACME, GLOBEX};
use cardmux_e2e::{Answer, Api, Database, Deciders, eventually, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::setup;
use owned::Owned;
use table::{Foreign, Row, TABLE};

mod owned;
mod table;

on_both_databases! {
    every_operation_keeps_everybody_to_their_own,
}

/// The scopes of a tenant's key: all that keys of tenants can have.
const SCOPES: [&str; 7] = [
    "cards:read",
    "cards:write",
    "cards:reveal",
    "funds:write",
    "customers:read",
    "customers:write",
    "events:read",
];
const OPERATOR: &str = "operator";

/// Everybody who is not the owner with the right scope.
struct Callers {
    /// Of another tenant, with every scope.
    stranger: Api,
    /// Of the owner, with every scope but one.
    lacking: Vec<(&'static str, Api)>,
    /// Of the owner, with the scopes that change nothing.
    reader: Api,
    operator: Api,
    owner: Api,
}

impl Callers {
    async fn of(deciders: &Deciders) -> Self {
        let key = |tenant, scopes: Vec<&'static str>| async move {
            deciders.world.key(tenant, &scopes).await
        };
        let mut lacking = Vec::new();
        for missing in SCOPES {
            let others = SCOPES.into_iter().filter(|scope| *scope != missing);
            lacking.push((missing, key(ACME, others.collect()).await));
        }
        let reads = SCOPES.into_iter().filter(|scope| scope.ends_with(":read"));
        Self {
            stranger: key(GLOBEX, SCOPES.to_vec()).await,
            lacking,
            reader: key(ACME, reads.collect()).await,
            operator: key(OPERATOR, Vec::new()).await,
            owner: key(ACME, SCOPES.to_vec()).await,
        }
    }
}

/// An operation of the document, by its id.
struct Documented {
    id: String,
    method: Method,
    path: String,
}

fn documented(document: &Value) -> Vec<Documented> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            all.push(Documented {
                id: operation["operationId"].as_str().expect("an id").to_owned(),
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
            });
        }
    }
    all
}

async fn every_operation_keeps_everybody_to_their_own(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let owned = Owned::make(&deciders).await;
    let callers = Callers::of(&deciders).await;
    let document = callers.owner.get("/openapi.json").await.expect(200);
    let documented = documented(&document);
    let ids: BTreeSet<&str> = documented.iter().map(|d| d.id.as_str()).collect();
    let named: BTreeSet<&str> = TABLE.iter().map(|row| row.operation).collect();
    assert_eq!(ids, named, "the document and the table of this test differ");

    let before = owned.state(&deciders).await;
    let mut wrong = Vec::new();
    for row in TABLE {
        let operation = documented.iter().find(|d| d.id == row.operation);
        let asked = Asked {
            row,
            operation: operation.expect("compared above"),
            owned: &owned,
        };
        wrong.extend(asked.by_everybody(&callers).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        owned.state(&deciders).await,
        before,
        "something changed for the owner"
    );
}

/// One row, about to be asked.
struct Asked<'a> {
    row: &'a Row,
    operation: &'a Documented,
    owned: &'a Owned,
}

impl Asked<'_> {
    /// What was answered otherwise than it has to be.
    async fn by_everybody(&self, callers: &Callers) -> Vec<String> {
        let mut wrong = Vec::new();
        let scope = self.row.scope;
        let nobody = Answer::of(self.request(&callers.owner, false)).await;
        wrong.extend(self.refused("nobody", &nobody, 401, "unauthenticated"));
        if scope == OPERATOR {
            let tenant = Answer::of(self.request(&callers.owner, true)).await;
            wrong.extend(self.refused("a tenant", &tenant, 403, "forbidden"));
            return wrong;
        }
        let (_, lacking) = callers
            .lacking
            .iter()
            .find(|(missing, _)| *missing == scope)
            .expect("a scope");
        let mut unscoped = vec![
            ("a key without the scope", lacking),
            ("the operator", &callers.operator),
        ];
        if !scope.ends_with(":read") {
            unscoped.push(("a key that only reads", &callers.reader));
        }
        for (who, api) in unscoped {
            let answer = Answer::of(self.request(api, true)).await;
            wrong.extend(self.refused(who, &answer, 403, "forbidden"));
            if !answer.text.contains(scope) {
                wrong.push(self.story(who, &answer, &format!("`{scope}` named")));
            }
        }
        let answer = Answer::of(self.request(&callers.stranger, true)).await;
        wrong.extend(self.stranger_got(&callers.stranger, &answer).await);
        wrong
    }

    fn request(&self, api: &Api, with_key: bool) -> RequestBuilder {
        let path = format!("{}{}", self.operation.path, self.row.query);
        let path = self.owned.filled(&path);
        let method = self.operation.method.clone();
        let request = match with_key {
            true => api.request(method, &path),
            false => api.bare(method, &path),
        };
        match self.row.body {
            "" => request,
            table::PICTURE => request
                .header("Content-Type", "multipart/form-data; boundary=part")
                .body(table::PICTURE),
            body => request
                .header("Content-Type", "application/json")
                .body(self.owned.filled(body)),
        }
    }

    fn refused(&self, who: &str, answer: &Answer, status: u16, code: &str) -> Option<String> {
        let fits = answer.status == status && answer.body["code"] == code;
        (!fits).then(|| self.story(who, answer, &format!("{status} {code}")))
    }

    /// What is somebody else's does not exist, and what is told names nothing of theirs.
    async fn stranger_got(&self, stranger: &Api, answer: &Answer) -> Option<String> {
        let body = &answer.body;
        let (fits, wanted) = match self.row.foreign {
            Foreign::Hidden => (
                answer.status == 404 && body["code"] == "resource_not_found",
                "404 resource_not_found".to_owned(),
            ),
            Foreign::Empty => (
                answer.status == 200 && body["data"].as_array().is_some_and(Vec::is_empty),
                "an empty list".to_owned(),
            ),
            Foreign::Own => (
                answer.status < 300 && !self.owned.is_in(&answer.text),
                "an answer without anything of the owner's".to_owned(),
            ),
            Foreign::Field(place) => {
                let mut errors = body["errors"].as_array().into_iter().flatten();
                let is_named =
                    errors.any(|error| error["pointer"] == place || error["parameter"] == place);
                (
                    answer.status == 422 && is_named,
                    format!("422 about {place}"),
                )
            }
            Foreign::Item(place) => {
                let item = only_item(stranger, body).await;
                let fits = item["status"] == "failed" && item["error"]["pointer"] == place;
                (
                    fits,
                    format!("an item that fails about {place}, and not {item}"),
                )
            }
        };
        (!fits).then(|| self.story("another tenant", answer, &wanted))
    }

    fn story(&self, who: &str, answer: &Answer, wanted: &str) -> String {
        let (Documented { id, method, path }, text) = (self.operation, &answer.text);
        let status = answer.status;
        format!(
            "{id} ({method} {path}{}) by {who}: {status} {text}, not {wanted}",
            self.row.query
        )
    }
}

/// The item of a batch of one, once the batch is done.
async fn only_item(api: &Api, batch: &Value) -> Value {
    let path = format!(
        "/v1/card-batches/{}",
        batch["id"].as_str().unwrap_or_default()
    );
    eventually("the batch is done", async || {
        let batch = api.get(&path).await;
        (batch.body["status"] != "processing").then_some(())
    })
    .await;
    let mut items = api.get(&format!("{path}/items")).await;
    items.body["data"][0].take()
}
