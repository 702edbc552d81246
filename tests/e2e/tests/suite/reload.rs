//! Configuration that changes while the gateway runs.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use cardmux_e2e::api::{Answer, Api, fresh_key, usd};
use cardmux_e2e::setup::{ACME, INSTANCE};
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, Setup, World, on_both_databases, wait_until};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    reload_under_load_drops_no_request_and_mixes_nothing,
    operation_begun_before_a_reload_ends_in_one_card,
    bad_file_changes_nothing_and_says_all_its_errors,
}

const OTHERS: &[&str] = &["fincard_b", "fincard_c"];

/// Longer than a loaded machine takes for anything that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Nothing here is about a provider that is slow: a loaded machine must not look like one.
fn patient_setup() -> Setup {
    Setup {
        call_timeout_ms: 9000,
        attempt_timeout_ms: 9000,
        more_instances: OTHERS,
        ..setup()
    }
}

/// A gateway, its operator, and the configuration it began with.
struct Operated {
    world: World,
    operator: Api,
    config: Value,
}

impl Operated {
    async fn start(database: Database, setup: Setup) -> Self {
        let world = World::start(database, setup).await;
        let operator = world.key("operator", &["operator"]).await;
        let config = std::fs::read_to_string(&world.installation.config).unwrap();
        Self {
            world,
            operator,
            config: toml::from_str(&config).unwrap(),
        }
    }

    fn write(&self, config: &Value) {
        let text = toml::to_string(config).unwrap();
        std::fs::write(&self.world.installation.config, text).unwrap();
    }

    async fn generation(&self) -> u64 {
        let config = self.operator.get("/admin/v1/config").await.expect(200);
        config["generation"].as_u64().unwrap()
    }

    /// Write the file, send SIGHUP and wait until it is in force.
    async fn reload(&self, config: &Value) {
        let before = self.generation().await;
        self.write(config);
        self.world.gateway.hang_up();
        let replaced = async || (self.generation().await > before).then_some(());
        within(PATIENCE, replaced).await.expect("it is in force");
    }

    /// A type in USD of the instance that each configuration has.
    async fn type_id(&self) -> String {
        let list = format!("/v1/card-types?instance={INSTANCE}");
        let types = async || {
            let types = self.world.acme.all(&list).await;
            let found = types.iter().find(|t| t["providerRef"] == "111001")?;
            Some(found["id"].as_str()?.to_owned())
        };
        within(PATIENCE, types)
            .await
            .expect("its catalogue is there")
    }

    async fn ask_to_reload(&self) -> Answer {
        let request = self.operator.request(Method::POST, "/admin/v1/reload");
        Answer::of(request).await
    }

    fn refusals(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.world.installation.log).unwrap();
        let lines = log
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .filter(|line| line["message"] == "reload refused")
            .map(|line| line["problems"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// What a tenant sees under one of the two configurations.
struct Side {
    config: Value,
    /// `fincard_main` and one more.
    instances: Vec<&'static str>,
    /// What the type of every problem begins with.
    errors: &'static str,
    card_types: BTreeSet<String>,
    /// A card type that only this side has.
    own_type: String,
}

impl Side {
    fn new(config: &Value, types: &[Value], other: &'static str, errors: &'static str) -> Self {
        let instances = vec![INSTANCE, other];
        let ids_of = |instances: &[&str]| -> BTreeSet<String> {
            let of_these = types
                .iter()
                .filter(|t| instances.contains(&t["instance"].as_str().unwrap()));
            of_these
                .map(|t| t["id"].as_str().unwrap().to_owned())
                .collect()
        };
        let mut config = config.clone();
        config["tenants"][ACME]["instances"] = json!(instances);
        config["api"] = json!({ "error_base_url": errors });
        Self {
            config,
            card_types: ids_of(&instances),
            own_type: ids_of(&[other]).into_iter().next().unwrap(),
            instances,
            errors,
        }
    }
}

/// What the clients did.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    /// Rounds of each client.
    rounds: [AtomicU32; CLIENTS],
}

const ISSUERS: usize = 3;
/// Issuers, and one of each that reads.
const CLIENTS: usize = ISSUERS + 3;
const RELOADS: usize = 12;
/// Rounds of every client between two reloads.
const ROUNDS: u32 = 2;

impl Load {
    /// Rounds of a client until it is over.
    async fn rounds(&self, client: usize, mut round: impl AsyncFnMut()) {
        while !self.is_over.load(Ordering::SeqCst) {
            round().await;
            self.rounds[client].fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Wait until every client has done some more.
    async fn goes_on(&self) {
        let now = |rounds: &AtomicU32| rounds.load(Ordering::SeqCst);
        let wanted: Vec<u32> = self.rounds.iter().map(|r| now(r) + ROUNDS).collect();
        let done = async || {
            let mut pairs = self.rounds.iter().zip(&wanted);
            pairs.all(|(r, wanted)| now(r) >= *wanted).then_some(())
        };
        within(PATIENCE, done).await.expect("every client goes on");
    }
}

async fn reload_under_load_drops_no_request_and_mixes_nothing(database: Database) {
    let operated = Operated::start(database, patient_setup()).await;
    let api = &operated.world.acme;
    let mut sides = sides(&operated).await;
    // The instance that all issue at is made anew each time, and another comes and goes.
    sides[0].config["providers"][INSTANCE]["concurrency"] = json!(32);
    let passing = sides[0].config["providers"]["fincard_b"].clone();
    sides[1].config["providers"]["fincard_d"] = passing;
    operated.reload(&sides[0].config).await;

    let load = Load::default();
    let type_id = operated.type_id().await;
    let issuers = join_all((0..ISSUERS).map(|client| issue(&load, client, api, &type_id)));
    let lists = load.rounds(ISSUERS, async || list_types(api, &sides).await);
    let types = load.rounds(ISSUERS + 1, async || get_types(api, &sides).await);
    let configs = load.rounds(ISSUERS + 2, async || {
        read_config(&operated.operator, &sides).await;
    });
    let reloads = async {
        for round in 0..RELOADS {
            load.goes_on().await;
            operated.reload(&sides[(round + 1) % 2].config).await;
        }
        load.goes_on().await;
        load.is_over.store(true, Ordering::SeqCst);
    };
    let (issued, (), (), (), ()) = tokio::join!(issuers, lists, types, configs, reloads);

    let issued = issued.concat();
    assert!(issued.len() > ISSUERS * RELOADS);
    let mut refs = BTreeSet::new();
    for id in &issued {
        let card = api.settled(id, "active").await;
        refs.insert(card["provider"]["ref"].as_str().unwrap().to_owned());
    }
    assert_eq!(refs.len(), issued.len(), "each its own card");
    let state = operated.world.emulator.state().await;
    assert_eq!(state.cards.len(), issued.len(), "nothing issued twice");
}

async fn sides(operated: &Operated) -> [Side; 2] {
    let api = &operated.world.acme;
    let count = |types: &[Value], instance: &str| {
        let of_it = types.iter().filter(|t| t["instance"] == instance);
        of_it.count()
    };
    let all = within(PATIENCE, async || {
        let types = api.all("/v1/card-types").await;
        let wanted = count(&types, INSTANCE);
        let complete = OTHERS.iter().all(|other| count(&types, other) == wanted);
        (wanted > 0 && complete).then_some(types)
    });
    let all = all.await.expect("every catalogue is there");
    let config = &operated.config;
    [
        Side::new(config, &all, OTHERS[0], "/docs/errors/"),
        Side::new(config, &all, OTHERS[1], "/problems/"),
    ]
}

async fn issue(load: &Load, client: usize, api: &Api, type_id: &str) -> Vec<String> {
    let body = json!({ "typeId": type_id, "initialBalance": usd("10.00") });
    let mut issued = Vec::new();
    let round = async || {
        let request = api.change("/v1/cards", &fresh_key(), &body);
        let answer = Answer::of(request.header("Prefer", "wait=10")).await;
        assert!(matches!(answer.status, 201 | 202), "{}", answer.text);
        issued.push(answer.body["id"].as_str().unwrap().to_owned());
    };
    load.rounds(client, round).await;
    issued
}

async fn list_types(api: &Api, sides: &[Side; 2]) {
    let page = api.get("/v1/card-types?limit=200").await.expect(200);
    assert!(page["nextCursor"].is_null(), "more than a page");
    let types = page["data"].as_array().unwrap().iter();
    let ids: BTreeSet<String> = types
        .map(|t| t["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(sides.iter().any(|side| side.card_types == ids), "{ids:?}");
}

/// A type that one side has: it is there, or it is missing in the words of the other side.
async fn get_types(api: &Api, sides: &[Side; 2]) {
    for (side, other) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
        let path = format!("/v1/card-types/{}", side.own_type);
        let answer = api.get(&path).await;
        if answer.status != 200 {
            let problem = answer.problem(404, "resource_not_found");
            let kind = problem["type"].as_str().unwrap();
            assert_eq!(kind, format!("{}resource_not_found", other.errors));
        }
    }
}

async fn read_config(operator: &Api, sides: &[Side; 2]) {
    let answer = operator.get("/admin/v1/config").await.expect(200);
    let config = &answer["config"];
    let shown = (
        &config["tenants"][ACME]["instances"],
        &config["api"]["error_base_url"],
    );
    let is_of = |side: &Side| shown == (&json!(side.instances), &json!(side.errors));
    assert!(sides.iter().any(is_of), "{shown:?}");
}

async fn operation_begun_before_a_reload_ends_in_one_card(database: Database) {
    let setup = patient_setup();
    let operated = Operated::start(database, setup.clone()).await;
    let (world, path) = (&operated.world, setup.dialect.open_card());
    let mut config = operated.config.clone();
    let body = json!({ "typeId": operated.type_id().await, "initialBalance": usd("20.00") });

    // The call is under way while the instance is replaced.
    let slow = json!([{ "kind": "delay", "path": path, "millis": 3000, "times": 1 }]);
    world.emulator.faults(slow).await;
    let replace = async {
        wait_until("the call arrived", async || {
            !world.emulator.changes().await.is_empty()
        })
        .await;
        config["providers"][INSTANCE]["concurrency"] = json!(8);
        operated.reload(&config).await;
    };
    let request = world.acme.change("/v1/cards", "slow", &body);
    let request = request.header("Prefer", "wait=10");
    let (answer, ()) = tokio::join!(Answer::of(request), replace);
    let first = answer.expect(201);
    assert_eq!(first["status"], "active");

    // Its answer is lost, and the next configuration finds out.
    world.emulator.webhooks("lost", 0).await;
    let lost =
        json!([{ "kind": "drop_after", "path": path, "times": 1 }, { "kind": "error_before" }]);
    world.emulator.faults(lost).await;
    let second = world.acme.post("/v1/cards", "lost", &body).await;
    let second = second.expect(202);
    config["providers"][INSTANCE]["concurrency"] = json!(16);
    operated.reload(&config).await;
    world.emulator.no_faults().await;
    let id = second["id"].as_str().unwrap();
    let second = world.acme.settled(id, "active").await;

    assert_ne!(first["provider"]["ref"], second["provider"]["ref"]);
    assert_eq!(world.emulator.state().await.cards.len(), 2);
}

async fn bad_file_changes_nothing_and_says_all_its_errors(database: Database) {
    let operated = Operated::start(database, patient_setup()).await;
    let mut bad = operated.config.clone();
    bad["server"]["listen"] = json!("127.0.0.1:1");
    bad["security"]["secret"] = json!("another-secret-of-the-end-to-end-tests");
    bad["worker"]["idle_ms"] = json!(1);
    bad["api"] = json!({ "eror_base_url": "/problems/" });
    bad["providers"]["fincard_b"]["settings"]["base_url"] = json!("nowhere");
    bad["providers"]["fincard_d"] =
        json!({ "kind": "fincard", "mode": "playground", "attempt_timeout_ms": 1000 });
    bad["tenants"][ACME]["instances"] = json!(["fincard_main", "fincard_x"]);
    operated.write(&bad);
    let wrong = [
        "server.listen",
        "security.secret",
        "worker.idle_ms",
        "api.eror_base_url",
        "providers.fincard_b.settings.base_url",
        "providers.fincard_d",
        "tenants.acme.instances",
    ];
    let says_all = |problems: &[&str]| {
        assert_eq!(problems.len(), wrong.len(), "{problems:#?}");
        for key in wrong {
            let said = |problem: &&str| problem.starts_with(&format!("{key} (file "));
            assert!(problems.iter().any(said), "{key}: {problems:#?}");
        }
    };

    let refused = operated
        .ask_to_reload()
        .await
        .problem(422, "config_refused");
    let errors = refused["errors"].as_array().unwrap().iter();
    let errors: Vec<&str> = errors.map(|e| e["detail"].as_str().unwrap()).collect();
    says_all(&errors);
    operated.world.gateway.hang_up();
    let logged = async || operated.refusals().get(1).cloned();
    let logged = within(PATIENCE, logged).await.expect("it is refused again");
    says_all(&logged.split("\n- ").skip(1).collect::<Vec<_>>());
    assert!(!logged.contains("another-secret"), "{logged}");

    let config = operated.operator.get("/admin/v1/config").await.expect(200);
    assert_eq!(config["generation"], 1);
    assert_eq!(config["config"]["security"]["secret"], "***");
    let types = operated
        .world
        .acme
        .get("/v1/card-types?instance=fincard_c")
        .await;
    types.expect(200);

    // What the file says by now is asked for, and told by key.
    let mut good = operated.config.clone();
    good["providers"]["fincard_b"]["settings"]["settle_seconds"] = json!(7);
    good["tenants"]["initech"] = json!({ "instances": ["fincard_b"] });
    operated.write(&good);
    let done = operated.ask_to_reload().await.expect(200);
    assert_eq!(done["generation"], 2);
    let changed = json!([
        "providers.fincard_b.settings.settle_seconds",
        "tenants.initech"
    ]);
    assert_eq!(done["changed"], changed);
    let again = operated.ask_to_reload().await.expect(200);
    assert_eq!(
        (&again["generation"], &again["changed"]),
        (&json!(2), &json!([]))
    );
    assert_eq!(again["loadedAt"], done["loadedAt"]);
    // A tenant that is new has its key at once.
    let initech = operated.world.key("initech", &[]).await;
    initech.get("/v1/card-types").await.expect(200);
    Answer::of(initech.request(Method::POST, "/admin/v1/reload"))
        .await
        .problem(403, "forbidden");
}
