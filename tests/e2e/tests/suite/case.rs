//! A bad request, and what it must be answered.

use cardmux_e2e::World;
use cardmux_e2e::api::Answer;
use reqwest::RequestBuilder;
use serde_json::Value;

/// What a bad request is answered, and what the answer must name.
pub struct Case {
    pub name: &'static str,
    pub request: RequestBuilder,
    pub status: u16,
    pub code: &'static str,
    /// Pointer, parameter or header in `errors`, or a word of `detail` where there are none.
    pub names: &'static str,
}

impl Case {
    async fn check(self) {
        let Self {
            name,
            request,
            status,
            code,
            names,
        } = self;
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
        let problem = answer.problem(status, code);
        assert!(
            named(&problem).iter().any(|place| place.contains(names)),
            "{name}: {problem}"
        );
    }
}

fn named(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array();
    let errors = errors.into_iter().flatten();
    let places: Vec<_> = errors
        .filter_map(|error| {
            ["pointer", "parameter", "header"]
                .iter()
                .find_map(|k| error[*k].as_str())
        })
        .collect();
    if places.iter().all(|place| place.is_empty()) {
        // The whole body, or no field at all: words say which part is meant.
        let errors = problem["errors"].as_array().into_iter().flatten();
        return errors
            .chain([problem])
            .filter_map(|said| said["detail"].as_str())
            .collect();
    }
    places
}

/// Check each case, and that all of them together wrote nothing and called nobody.
pub async fn check_all(world: &World, cases: Vec<Case>) {
    let before = (
        world.written(&world.acme).await,
        world.emulator.changes().await,
    );
    for case in cases {
        case.check().await;
    }
    let after = (
        world.written(&world.acme).await,
        world.emulator.changes().await,
    );
    assert_eq!(after, before);
}

/// A card's snapshot follows its operation; after it nothing changes by itself.
pub async fn settle(world: &World, id: &str) {
    world
        .acme
        .card_when(id, |card| card["providerStatus"] == "Normal")
        .await;
}

/// One character is another one.
pub fn changed_at_the_end(text: &str) -> String {
    let (rest, last) = text.split_at(text.len() - 1);
    format!("{rest}{}", if last == "A" { 'B' } else { 'A' })
}
