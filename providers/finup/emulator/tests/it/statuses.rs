//! How cards go from status to status, and the bulk calls' answers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, NOBODY, UNIVERSAL, done, status};

fn answer(changed: &[&str], unchanged: &[&str]) -> Value {
    json!({
        "Changed cards": changed,
        "Unchanged cards due to inappropriate status": unchanged,
    })
}

#[tokio::test]
async fn freeze_unfreeze_and_close_pass_through_their_ways() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let slow = json!({"settleMillis": 400});
    bench.control(Method::PUT, "/script", slow).await;
    for (path, on_the_way, end) in [
        ("/cards/freeze", "Freezing", "Freezed"),
        ("/cards/unfreeze", "Unreezing", "Enabled"),
        ("/cards/close", "Closing", "Closed"),
    ] {
        assert_eq!(done(bench.patch(path, &[&id])).await, answer(&[&id], &[]));
        assert_eq!(bench.card(&id).await["status"], *on_the_way);
        bench.reaches(&id, end).await;
    }
}

#[tokio::test]
async fn a_card_in_the_wrong_status_and_an_unknown_one_stay_unchanged() {
    let bench = Bench::new().await;
    let (open, shut) = (bench.open(UNIVERSAL).await, bench.open(UNIVERSAL).await);
    done(bench.patch("/cards/close", &[&shut])).await;
    bench.reaches(&shut, "Closed").await;
    for path in ["/cards/freeze", "/cards/close"] {
        let said = done(bench.patch(path, &[&shut, NOBODY])).await;
        assert_eq!(said, answer(&[], &[&shut, NOBODY]), "{path}");
    }
    let said = done(bench.patch("/cards/unfreeze", &[&open])).await;
    assert_eq!(said, answer(&[], &[&open]));
    let said = done(bench.patch("/cards/freeze", &[&shut, &open])).await;
    assert_eq!(said, answer(&[&open], &[&shut]));
}

#[tokio::test]
async fn a_frozen_card_can_be_closed() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    done(bench.patch("/cards/freeze", &[&id])).await;
    bench.reaches(&id, "Freezed").await;
    done(bench.patch("/cards/close", &[&id])).await;
    bench.reaches(&id, "Closed").await;
}

#[tokio::test]
async fn the_script_says_what_becomes_of_the_next_cards() {
    let bench = Bench::new().await;
    let script = json!({"nextCards": ["enabled", "blocked", "stuck"]});
    bench.control(Method::PUT, "/script", script).await;
    let cards = done(bench.issuing(UNIVERSAL, 3)).await;
    let id = |at: usize| cards[at]["id"].as_str().unwrap();
    bench.reaches(id(0), "Enabled").await;
    bench.reaches(id(1), "Blocked").await;
    // The third was issued with them and would be usable by now.
    assert_eq!(bench.card(id(2)).await["status"], "Processing");
    let said = done(bench.patch("/cards/freeze", &[id(1), id(2)])).await;
    assert_eq!(said, answer(&[], &[id(1), id(2)]));
}

#[tokio::test]
async fn the_platform_blocks_and_there_is_no_way_back() {
    let bench = Bench::new().await;
    let id = bench.funded(UNIVERSAL, json!(10)).await;
    let block = format!("/cards/{id}/block");
    bench.control(Method::POST, &block, json!({})).await;
    assert_eq!(bench.card(&id).await["status"], "Blocked");
    for path in ["/cards/freeze", "/cards/unfreeze", "/cards/close"] {
        assert_eq!(done(bench.patch(path, &[&id])).await, answer(&[], &[&id]));
    }
    assert_eq!(status(bench.withdraw(&id, &json!(1))).await, 420);
    let again = bench.try_control(Method::POST, &block, json!({})).await;
    assert_eq!(again.0, 409);
    let nobody = format!("/cards/{NOBODY}/block");
    let nobody = bench.try_control(Method::POST, &nobody, json!({})).await;
    assert_eq!(nobody.0, 404);
}
