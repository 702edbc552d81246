//! What is secret is nowhere on disk: in no log, no file of the database, no row.

use std::path::Path;

use cardmux_e2e::World;
use cardmux_e2e::emulator::bought_card_number;
use serde_json::Value;

use crate::plan::Plan;

/// Search everything the gateway has written so far.
///
/// A PIN is six digits, which clocks and counters have too: it counts where exactly these digits
/// stand, but not as a part of a longer number or of a second, nor as the time a request took.
pub async fn clean(world: &World, plan: &Plan) {
    if !plan.has_secret() {
        return;
    }
    let secrets = &plan.secrets;
    let number = bought_card_number(secrets.card_serial);
    let long = [
        ("the activation code", &secrets.activation_code),
        ("the card number", &number),
    ];
    let mut short = vec![secrets.pin.clone(), secrets.other_pin.clone()];
    let state = world.emulator.saved();
    let challenges = state["provider"]["challenges"].as_array().unwrap();
    let codes = challenges.iter().filter_map(|made| made["value"].as_str());
    short.extend(codes.filter(|code| code.len() == 6).map(str::to_owned));
    for (place, text) in written(world).await {
        for (name, secret) in long {
            assert!(!text.contains(secret.as_str()), "{name} is in {place}");
        }
        for secret in &short {
            assert!(!has_digits(&text, secret), "a PIN or code is in {place}");
        }
    }
}

/// The search can find: what has to be there, the card in the log (every request is one of its
/// lines) and the reference in the database.
pub async fn finds(world: &World, plan: &Plan, done: &Value) {
    if !plan.has_secret() {
        return;
    }
    let written = written(world).await;
    for (in_log, name) in [(true, "cardId"), (false, "reference")] {
        let wanted = done[name].as_str().unwrap();
        let mut texts = written
            .iter()
            .filter(|(place, _)| place.ends_with(".log") == in_log);
        let found = texts.any(|(_, text)| text.contains(wanted));
        assert!(found, "{wanted} was not found, log: {in_log}");
    }
}

/// Every file and every row, with what names it.
async fn written(world: &World) -> Vec<(String, String)> {
    let mut files = world.database.files();
    files.extend(files_beside(&world.installation.log));
    let mut written = Vec::new();
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        // What is no text becomes a sign that no secret has.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        written.push((file.display().to_string(), text));
    }
    let rows = world.database.dump().await;
    written.extend(rows.into_iter().map(|row| ("a row".to_owned(), row)));
    written
}

/// The gateway's folder, but for the provider's own state.
fn files_beside(log: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(log.parent().unwrap()).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let own = |file: &std::path::PathBuf| {
        file.is_file() && file.file_stem().is_none_or(|stem| stem != "emulator")
    };
    files.filter(own).collect()
}

fn has_digits(text: &str, wanted: &str) -> bool {
    text.match_indices(wanted).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + wanted.len()..]);
        let is_digit = |c: char| c.is_ascii_digit();
        let is_time = before.ends_with('.') || before.ends_with("\"micros\":");
        !before.ends_with(is_digit) && !after.starts_with(is_digit) && !is_time
    })
}
