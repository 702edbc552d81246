//! Spend controls as they are kept: made, read, changed, published, deleted, and refused where they do
//! not fit or nobody would see to them.

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::{Answer, Api, Database, Decider, Deciders, Issuer, World, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    spend_control_is_made_listed_changed_and_deleted,
    spend_control_made_twice_with_one_key_is_one,
    spend_control_that_does_not_fit_is_refused_where_it_does_not,
    spend_control_that_nobody_would_enforce_is_refused,
    spend_control_on_a_card_with_its_own_money_is_refused_where_only_budgets_are_asked_about,
    spend_controls_of_others_do_not_exist,
    draft_that_is_published_takes_the_place_of_what_it_replaces,
}

const LIST: &str = "/v1/spend-controls";
const NO_CARD: &str = "card_01k9zr3m5wf0ks1b2c3d4e5f6g";

fn at_most(amount: &str) -> Value {
    json!({ "limits": [{ "amount": { "amount": amount, "currency": "EUR" }, "window": { "kind": "per_transaction" } }] })
}

async fn make(api: &Api, scope: &Value, rules: &Value) -> Value {
    let body = json!({ "scope": scope, "rules": rules });
    api.post(LIST, &fresh_key(), &body).await.expect(201)
}

fn path(control: &Value) -> String {
    format!("{LIST}/{}", control["id"].as_str().unwrap())
}

/// A change based on this version, where one is told.
async fn change(
    api: &Api,
    method: Method,
    control: &Value,
    version: Option<i64>,
    body: &Value,
) -> Answer {
    let mut request = api.request(method, &path(control)).json(body);
    if let Some(version) = version {
        request = request.header("If-Match", format!("\"{version}\""));
    }
    Answer::of(request).await
}

fn ids(controls: &[Value]) -> Vec<&str> {
    controls.iter().map(|c| c["id"].as_str().unwrap()).collect()
}

/// What the audit trail says was done to a control, newest first.
async fn audited(deciders: &Deciders, control: &Value) -> Vec<String> {
    let operator = deciders.world.key("operator", &["operator"]).await;
    let subject = control["id"].as_str().unwrap();
    let path = format!("/admin/v1/audit?tenant=acme&subject={subject}");
    let trail = operator.get(&path).await.expect(200);
    let action = |line: &Value| line["action"].as_str().unwrap().to_owned();
    let trail = trail["data"].as_array().unwrap();
    trail.iter().map(action).collect()
}

async fn spend_control_is_made_listed_changed_and_deleted(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let budget = deciders.budget("100.00", "EUR").await;
    let card = deciders.card(Decider::Finci, &budget).await;
    let rules = json!({
        "limits": [{
            "amount": { "amount": "50.00", "currency": "EUR" }, "count": 3,
            "window": { "kind": "calendar", "period": "day", "timeZone": "Europe/Vilnius" },
        }],
        "allowedMccs": [], "blockedMccs": ["7995", "airlines"], "allowedCountries": ["DE", "LT"],
        "blockedCountries": [], "allowedMerchants": [], "blockedMerchants": [{ "name": "CASINO" }],
        "maxUses": null, "merchantLock": false,
    });
    let on_card = make(api, &json!({ "cardId": card.id }), &rules).await;
    assert_eq!(on_card["rules"], rules, "{on_card}");
    assert_eq!(on_card["stage"], "live", "{on_card}");
    let enforcement = on_card["enforcement"].as_array().unwrap();
    assert_eq!(enforcement.len(), 1, "{on_card}");
    assert_eq!(enforcement[0]["instance"], "finci_main");
    assert_eq!(enforcement[0]["enforcedBy"], "gateway", "{on_card}");

    let everywhere = make(api, &json!({ "tenant": true }), &at_most("80.00")).await;
    let by_instance = |name: &str| {
        let all = everywhere["enforcement"].as_array().unwrap().iter();
        let mut all = all.filter(|at| at["instance"] == name);
        all.next().unwrap()["enforcedBy"].clone()
    };
    assert_eq!(by_instance("finci_main"), "gateway", "{everywhere}");
    assert_eq!(by_instance("bfinance_main"), "gateway", "{everywhere}");
    assert_eq!(by_instance("fincard_main"), "none", "{everywhere}");
    let on_budget = make(api, &json!({ "budgetId": budget }), &at_most("70.00")).await;

    for (query, expected) in [
        ("".to_owned(), vec![&on_budget, &everywhere, &on_card]),
        (
            "?limit=1".to_owned(),
            vec![&on_budget, &everywhere, &on_card],
        ),
        (format!("?cardId={}", card.id), vec![&on_card]),
        (format!("?budgetId={budget}"), vec![&on_budget]),
        ("?tenant=true&stage=live".to_owned(), vec![&everywhere]),
        ("?stage=draft".to_owned(), vec![]),
    ] {
        let listed = api.all(&format!("{LIST}{query}")).await;
        let expected: Vec<Value> = expected.into_iter().cloned().collect();
        assert_eq!(listed, expected, "{query}");
    }
    let two = api
        .get(&format!("{LIST}?tenant=true&budgetId={budget}"))
        .await;
    let problem = two.problem(400, "invalid_query");
    assert_eq!(problem["errors"][0]["code"], "exclusive", "{problem}");

    let renamed = json!({ "name": "Travel", "rules": at_most("60.00") });
    let changed = change(api, Method::PATCH, &on_card, Some(1), &renamed).await;
    assert_eq!(changed.header("etag"), Some("\"2\""));
    let changed = changed.expect(200);
    assert_eq!(
        (&changed["name"], &changed["version"]),
        (&json!("Travel"), &json!(2))
    );
    assert_eq!(changed["rules"]["blockedMccs"], json!([]), "{changed}");
    let stale = change(
        api,
        Method::PATCH,
        &on_card,
        Some(1),
        &json!({ "name": null }),
    )
    .await;
    stale.problem(412, "precondition_failed");
    assert_eq!(api.get(&path(&on_card)).await.expect(200), changed);
    let back = change(
        api,
        Method::PATCH,
        &on_card,
        None,
        &json!({ "stage": "draft" }),
    )
    .await;
    let problem = back.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/stage", "{problem}");

    let stale = change(api, Method::DELETE, &on_card, Some(1), &json!({})).await;
    stale.problem(412, "precondition_failed");
    let deleted = change(api, Method::DELETE, &on_card, Some(2), &json!({})).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let gone = change(api, method, &on_card, None, &json!({})).await;
        gone.problem(404, "resource_not_found");
    }
    let left = api.all(LIST).await;
    assert_eq!(ids(&left), ids(&[on_budget, everywhere]));
    let trail = ["deleted", "updated", "created"].map(|done| format!("spend_control.{done}"));
    assert_eq!(audited(&deciders, &on_card).await, trail);
}

async fn spend_control_made_twice_with_one_key_is_one(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let body = json!({ "scope": { "tenant": true }, "rules": at_most("80.00") });
    let made = api.post(LIST, "once", &body).await;
    assert!(!made.is_replay());
    let made = made.expect(201);
    let again = api.post(LIST, "once", &body).await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201), made);
    assert_eq!(api.all(LIST).await.len(), 1);
    let other = json!({ "scope": { "tenant": true }, "rules": at_most("81.00") });
    let other = api.post(LIST, "once", &other).await;
    other.problem(422, "idempotency_key_reused");
    let reader = deciders.world.key("acme", &["cards:read"]).await;
    reader.get(&path(&made)).await.expect(200);
    let refused = reader.post(LIST, &fresh_key(), &body).await;
    refused.problem(403, "forbidden");
    let refused = change(&reader, Method::DELETE, &made, None, &json!({})).await;
    refused.problem(403, "forbidden");
}

async fn spend_control_that_does_not_fit_is_refused_where_it_does_not(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let live = make(api, &json!({ "tenant": true }), &at_most("80.00")).await;
    let budget = deciders.budget("1.00", "EUR").await;
    let everywhere = json!({ "tenant": true });
    let window = |window: Value| json!({ "limits": [{ "count": 1, "window": window }] });
    let with = |scope: &Value, rules: Value| json!({ "scope": scope, "rules": rules });
    let replacing = |stage: &str, scope: &Value, id: &Value| json!({ "scope": scope, "stage": stage, "replaces": id, "rules": {} });
    for (body, pointer) in [
        (with(&json!({}), json!({})), "/scope"),
        (
            with(&json!({ "tenant": false }), json!({})),
            "/scope/tenant",
        ),
        (with(&json!({ "cardId": "x" }), json!({})), "/scope/cardId"),
        (
            with(&json!({ "cardId": NO_CARD }), json!({})),
            "/scope/cardId",
        ),
        (
            with(&json!({ "cardId": NO_CARD, "tenant": true }), json!({})),
            "/scope",
        ),
        (
            with(&everywhere, at_most("0.00")),
            "/rules/limits/0/amount/amount",
        ),
        (
            with(&everywhere, at_most("1.2.3")),
            "/rules/limits/0/amount/amount",
        ),
        (
            with(&everywhere, window(json!({ "kind": "daily" }))),
            "/rules/limits/0/window/kind",
        ),
        (
            with(
                &everywhere,
                window(json!({ "kind": "calendar", "period": "day", "timeZone": "Mars/Base" })),
            ),
            "/rules/limits/0/window/timeZone",
        ),
        (
            with(
                &everywhere,
                window(json!({ "kind": "lifetime", "days": 3 })),
            ),
            "/rules/limits/0/window/days",
        ),
        (
            with(&everywhere, json!({ "blockedCountries": ["LT", "DEU"] })),
            "/rules/blockedCountries/1",
        ),
        (
            with(&everywhere, json!({ "allowedMccs": ["59"] })),
            "/rules/allowedMccs/0",
        ),
        (with(&everywhere, json!({ "maxUses": 0 })), "/rules/maxUses"),
        (with(&everywhere, json!({ "maxUse": 1 })), "/rules/maxUse"),
        (replacing("shadow", &everywhere, &Value::Null), "/stage"),
        (replacing("live", &everywhere, &live["id"]), "/replaces"),
        (
            replacing("draft", &json!({ "budgetId": budget }), &live["id"]),
            "/replaces",
        ),
        (
            replacing(
                "draft",
                &everywhere,
                &json!("sctl_01k9zr3m5wf0ks1b2c3d4e5f6g"),
            ),
            "/replaces",
        ),
        (
            json!({ "scope": everywhere, "name": " ", "rules": {} }),
            "/name",
        ),
    ] {
        let refused = api.post(LIST, &fresh_key(), &body).await;
        let problem = refused.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body} {problem}");
    }
    assert_eq!(ids(&api.all(LIST).await), ids(&[live]));
}

async fn spend_control_that_nobody_would_enforce_is_refused(database: Database) {
    // FinCard asks nobody, and has controls of its own.
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let card = api.issue(&world.usd_type, "10.00").await;
    for scope in [json!({ "cardId": card["id"] }), json!({ "tenant": true })] {
        let body = json!({ "scope": scope, "rules": at_most("80.00") });
        let refused = api.post(LIST, &fresh_key(), &body).await;
        let problem = refused.problem(422, "control_not_enforceable");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("fincard_main"), "{problem}");
        assert!(detail.contains("POST /v1/cards/{id}/controls"), "{problem}");
    }
    assert!(api.all(LIST).await.is_empty());
    let page = api.get("/docs/errors/control_not_enforceable").await;
    assert_eq!(page.status, 200);
}

async fn spend_control_on_a_card_with_its_own_money_is_refused_where_only_budgets_are_asked_about(
    database: Database,
) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let type_id = deciders.world.type_id(Issuer::Bfinance.simple_type()).await;
    let body =
        json!({ "typeId": type_id, "cardholder": { "firstName": "Ada", "lastName": "Lovelace" } });
    let card = api.finished("/v1/cards", &body).await.expect(201);
    let body = json!({ "scope": { "cardId": card["id"] }, "rules": at_most("80.00") });
    let refused = api.post(LIST, &fresh_key(), &body).await;
    let problem = refused.problem(422, "control_not_enforceable");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("bfinance_main"), "{problem}");
    assert!(detail.contains("POST /v1/cards/{id}/controls"), "{problem}");
}

async fn spend_controls_of_others_do_not_exist(database: Database) {
    let instances = json!(["fincard_main", "finci_main", "bfinance_main"]);
    let setup = setup().with("/tenants/globex/instances", instances);
    let deciders = Deciders::start(database, setup).await;
    let acme = deciders.api();
    let budget = deciders.budget("100.00", "EUR").await;
    let ours = make(acme, &json!({ "tenant": true }), &at_most("80.00")).await;
    let globex = deciders.world.key("globex", &[]).await;
    for (method, body) in [
        (Method::GET, json!({})),
        (Method::PATCH, json!({ "name": "mine" })),
        (Method::DELETE, json!({})),
    ] {
        let hidden = change(&globex, method, &ours, None, &body).await;
        hidden.problem(404, "resource_not_found");
    }
    assert!(globex.all(LIST).await.is_empty());
    let on_ours = json!({ "scope": { "budgetId": budget }, "rules": {} });
    let refused = globex.post(LIST, &fresh_key(), &on_ours).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(
        problem["errors"][0]["pointer"], "/scope/budgetId",
        "{problem}"
    );
    let replacing = json!({ "scope": { "tenant": true }, "stage": "draft", "replaces": ours["id"], "rules": {} });
    let refused = globex.post(LIST, &fresh_key(), &replacing).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["code"], "unknown", "{problem}");
    // Theirs covers their cards, not ours.
    make(&globex, &json!({ "tenant": true }), &at_most("0.01")).await;
    let card = deciders.card(Decider::Finci, &budget).await;
    let purchase = deciders.purchase(Decider::Finci, "20.00", "5411", "SHOP");
    let (approved, id, answer) = deciders.pays(&card, &purchase).await;
    assert!(approved, "{answer}");
    let authorization = deciders.authorization(&card, &id, |_| true).await;
    let path = format!(
        "/v1/authorizations/{}",
        authorization["id"].as_str().unwrap()
    );
    acme.get(&path).await.expect(200);
    globex.get(&path).await.problem(404, "resource_not_found");
    assert!(globex.all("/v1/authorizations").await.is_empty());
}

async fn draft_that_is_published_takes_the_place_of_what_it_replaces(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let budget = deciders.budget("100.00", "EUR").await;
    let card = deciders.card(Decider::Finci, &budget).await;
    let scope = json!({ "budgetId": budget });
    let live = make(api, &scope, &at_most("10.00")).await;
    let draft = json!({ "scope": scope, "stage": "draft", "replaces": live["id"], "rules": at_most("20.00") });
    let draft = api.post(LIST, &fresh_key(), &draft).await.expect(201);
    let pays = async |amount: &str| {
        let purchase = deciders.purchase(Decider::Finci, amount, "5411", "SHOP");
        let (approved, id, _) = deciders.pays(&card, &purchase).await;
        let authorization = deciders.authorization(&card, &id, |_| true).await;
        (approved, authorization)
    };

    let (approved, declined) = pays("15.00").await;
    assert!(!approved, "{declined}");
    let reason = &declined["reasons"][0];
    assert_eq!(reason["code"], "spend_limit", "{declined}");
    assert_eq!(reason["controlId"], live["id"], "{declined}");
    let versions = json!([{ "controlId": live["id"], "version": 1 }]);
    assert_eq!(declined["ruleVersions"], versions, "{declined}");
    let shadow = &declined["shadow"];
    assert_eq!(shadow["verdict"], "approve", "{declined}");
    assert_eq!(shadow["drafts"][0]["controlId"], draft["id"], "{declined}");
    assert!(declined["times"]["evaluatedAt"].is_string(), "{declined}");
    let (approved, agreed) = pays("5.00").await;
    assert!(approved && agreed["shadow"].is_null(), "{agreed}");

    for (query, expected) in [
        ("shadowDiffers=true".to_owned(), vec![&declined]),
        (format!("verdict=approve&cardId={}", card.id), vec![&agreed]),
        (
            format!("decidedBy=rules&budgetId={budget}"),
            vec![&agreed, &declined],
        ),
        ("status=declined&limit=1".to_owned(), vec![&declined]),
        ("to=2020-01-01T00:00:00Z".to_owned(), vec![]),
    ] {
        let listed = api.all(&format!("/v1/authorizations?{query}")).await;
        let expected: Vec<Value> = expected.into_iter().cloned().collect();
        assert_eq!(ids(&listed), ids(&expected), "{query}");
    }

    let published = change(
        api,
        Method::PATCH,
        &draft,
        Some(1),
        &json!({ "stage": "live" }),
    )
    .await;
    let published = published.expect(200);
    assert_eq!(
        (&published["stage"], &published["replaces"]),
        (&json!("live"), &Value::Null)
    );
    let gone = api.get(&path(&live)).await;
    gone.problem(404, "resource_not_found");
    assert_eq!(ids(&api.all(LIST).await), ids(&[draft]));
    let trail = ["deleted", "created"].map(|done| format!("spend_control.{done}"));
    assert_eq!(audited(&deciders, &live).await, trail);
    let (approved, now) = pays("15.00").await;
    assert!(approved, "{now}");
    let (approved, now) = pays("20.01").await;
    assert!(!approved, "{now}");
}
