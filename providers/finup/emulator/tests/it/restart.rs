//! What a restart with a state file keeps.

use cardmux_emulator_finup::FinupOptions;
use serde_json::json;

use crate::support::{Bench, UNIVERSAL, done, in_file, set, status};

#[tokio::test]
async fn a_restart_keeps_everything_and_finishes_what_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let options = || in_file(&folder.path().join("finup.json"));
    let slow = set(json!({"settle_ms": 800}));
    let bench = Bench::with(options(), slow.clone()).await;
    let id = bench.funded(UNIVERSAL, json!(25)).await;
    done(bench.patch("/cards/close", &[&id])).await;
    let (before, key) = (bench.look("/state").await, bench.setting("api_key"));
    assert_eq!(before["cards"][0]["status"], "Closing");
    // As a kill would: nothing is told to end.
    drop(bench);

    let bench = Bench::with(options(), slow).await;
    assert_eq!(bench.setting("api_key"), key);
    assert_eq!(bench.card(&id).await["name"], "Ads");
    bench.reaches(&id, "Closed").await;
    let after = bench.look("/state").await;
    assert_eq!(after["cards"][0]["balance"], "0");
    assert_eq!(after["moves"].as_array().unwrap().len(), 3);
    assert_eq!(bench.wallet().await["balance"], json!(999_997.5));
}

#[tokio::test]
async fn the_file_holds_the_number_under_the_name_the_canary_search_knows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("finup.json");
    let bench = Bench::with(in_file(&path), FinupOptions::default()).await;
    let id = bench.open(UNIVERSAL).await;
    let card = bench.card(&id).await;
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let kept = &file["provider"]["cards"][0];
    assert_eq!(
        (&kept["number"], &kept["cvv"]),
        (&card["PAN"], &card["CVV"])
    );
}

#[tokio::test]
async fn ids_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = || in_file(&folder.path().join("finup.json"));
    let bench = Bench::with(options(), FinupOptions::default()).await;
    let first = bench.open(UNIVERSAL).await;
    bench.emulator.shutdown().await;
    let bench = Bench::with(options(), FinupOptions::default()).await;
    let second = bench.open(UNIVERSAL).await;
    assert_ne!(first, second);
    let numbers = [bench.card(&first).await, bench.card(&second).await];
    assert_ne!(numbers[0]["PAN"], numbers[1]["PAN"]);
    assert_eq!(bench.look("/state").await["issued"], json!([first, second]));
    assert_eq!(status(bench.deposit(&first, &json!(1))).await, 201);
}
