//! `cardmux cards issue`: a CSV file against a running gateway.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cardmux_e2e::{Database, World, eventually, on_both_databases};
use serde_json::json;

use crate::setup;

on_both_databases! {
    file_is_issued_and_its_progress_is_readable_meanwhile,
    file_that_is_unfit_is_refused_by_line,
}

const LINES: usize = 30;

/// The command as a person runs it, with nothing of this process's environment.
fn command(world: &World, file: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(&world.installation.program);
    command.env_clear().env("MY_KEY", world.acme.key());
    command
        .args(["cards", "issue", "--key-env", "MY_KEY", "--file"])
        .arg(file);
    command.args(["--url", &world.gateway.url()]).args(more);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

async fn run(mut command: Command) -> (Output, String, String) {
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output, out, err)
}

fn write(world: &World, name: &str, text: &str) -> PathBuf {
    let path = world.installation.config.with_file_name(name);
    std::fs::write(&path, text).unwrap();
    path
}

async fn file_is_issued_and_its_progress_is_readable_meanwhile(database: Database) {
    let setup = setup().with("/worker/concurrency", json!(2));
    let path = setup.dialect.open_card();
    let world = World::start(database, setup).await;
    let slow = json!([{ "kind": "delay", "path": path, "millis": 60 }]);
    world.emulator.faults(slow).await;
    let mut text = "typeId,initialBalance,currency,label,externalId,metadata.team\n".to_owned();
    for n in 0..LINES {
        // One that only the provider's rules refuse.
        let currency = if n == 7 { "EUR" } else { "USD" };
        text.push_str(&format!(
            "{},20.00,{currency},\"Ads, {n}\",e-{n},growth\n",
            world.usd_type
        ));
    }
    let file = write(&world, "cards.csv", &text);
    let out = file.with_file_name("results.csv");
    let out_text = out.to_str().unwrap();
    let command_line = command(&world, &file, &["--out", out_text, "--label", "spring"]);
    let watch = eventually("the API shows how far the batch is", async || {
        let batches = world.acme.all("/v1/card-batches").await;
        let batch = batches.into_iter().next()?;
        let percent = batch["percent"].as_i64()?;
        (0 < percent && percent < 100 && batch["label"] == "spring").then_some(batch)
    });
    let ((output, said, shown), _) = tokio::join!(run(command_line), watch);

    assert_eq!(output.status.code(), Some(1), "{said}{shown}");
    assert!(
        said.contains("29 succeeded, 1 failed, 0 cancelled"),
        "{said}"
    );
    assert!(
        shown.contains("line 9/initialBalance/currency: must be USD (invalid_request)"),
        "{shown}"
    );
    assert!(
        shown
            .lines()
            .any(|line| line.contains(" % (") && line.contains("of 30")),
        "{shown}"
    );
    assert!(!said.contains(world.acme.key()) && !shown.contains(world.acme.key()));
    let results = std::fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = results.lines().collect();
    assert_eq!(lines.len(), LINES + 1, "{results}");
    assert!(
        lines[0].starts_with("line,batchId,status,cardId"),
        "{results}"
    );
    assert!(
        lines[1].starts_with("2,batch_") && lines[1].contains(",succeeded,card_"),
        "{results}"
    );
    assert!(
        lines[8].starts_with("9,batch_") && lines[8].contains(",failed,,,"),
        "{results}"
    );
    let cards = world.acme.all("/v1/cards?externalId=e-3").await;
    assert_eq!(
        (&cards[0]["label"], &cards[0]["metadata"]["team"]),
        (&json!("Ads, 3"), &json!("growth"))
    );

    // Once more: no second batch.
    let (_, said, _) = run(command(&world, &file, &["--label", "spring"])).await;
    assert!(said.contains("made from this file before"), "{said}");
    assert_eq!(world.acme.all("/v1/card-batches").await.len(), 1);
    assert_eq!(world.emulator.state().await.cards.len(), LINES - 1);
}

async fn file_that_is_unfit_is_refused_by_line(database: Database) {
    let world = World::start(database, setup()).await;
    let file = write(
        &world,
        "bad.csv",
        "typeId,initialBalance,currency\n,5,USD\nx,5,\n",
    );
    let (output, _, shown) = run(command(&world, &file, &[])).await;
    assert!(!output.status.success());
    for wanted in [
        "line 2: `typeId` is empty",
        "line 3: `initialBalance` without",
    ] {
        assert!(shown.contains(wanted), "{shown}");
    }
    let file = write(&world, "worse.csv", "typeId,label\nx,a\ny,b\n");
    let (output, _, shown) = run(command(&world, &file, &[])).await;
    assert!(!output.status.success());
    for wanted in [
        "line 2 typeId: is no card type id",
        "line 3 typeId: is no card type id",
    ] {
        assert!(shown.contains(wanted), "{shown}");
    }
    let mut without_key = command(&world, &file, &[]);
    without_key.env_remove("MY_KEY");
    let (output, _, shown) = run(without_key).await;
    assert!(!output.status.success());
    assert!(shown.contains("no API key in `MY_KEY`"), "{shown}");
    assert!(world.acme.all("/v1/card-batches").await.is_empty());
}
