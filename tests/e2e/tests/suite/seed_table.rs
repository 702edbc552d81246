//! The comparison of the four flows at the end of seed 000, read off the API cell by cell.
//!
//! The seed's table has ten rows; the last two here are the rows of its gift card restrictions that
//! the table does not have. What the API cannot show is left out of a cell's reading: which of
//! `PURCHASE` and `SUBSCRIPTION` a virtual card is, and the provider's word for a mode.

use cardmux_e2e::{Database, Setup, World, on_both_databases};
use serde_json::json;

use crate::setup;
use flow::Flow;

mod flow;

on_both_databases! {
    seed_table_holds_by_finhub,
    seed_table_holds_by_upstream,
}

const FLOWS: [&str; 4] = ["Virtual", "Physical", "Shared", "Gift"];

#[rustfmt::skip]
const TABLE: [(&str, [&str; 4]); 12] = [
    ("Mode", ["PREPAID_CARD", "PREPAID_CARD", "BUDGET_CARD", "PREPAID_CARD"]),
    ("Type", ["Virtual", "Physical", "Virtual", "Virtual"]),
    ("Category", ["PURCHASE/SUBSCRIPTION", "PHYSICAL", "PURCHASE", "GIFT"]),
    ("Cardholder", ["Optional", "Optional", "Optional", "Optional"]),
    ("Card Number Input", ["No", "Yes (offline)", "No", "No"]),
    ("Activation", ["Auto", "Manual (PIN + code)", "Auto", "Auto"]),
    ("Shared Account", ["No", "No", "Yes (MARGIN)", "No"]),
    ("Deposit/Withdraw", ["Yes", "Yes", "Yes (credit allocation)", "No"]),
    ("Freeze/UnFreeze", ["Yes", "Yes", "Yes", "No"]),
    ("Sensitive Info", ["Full", "After activation", "Full", "Only activateUrl"]),
    ("Card Info", ["Yes", "Yes", "Yes", "Yes (basic status only)"]),
    ("Cancel", ["Yes", "Yes", "Yes", "Yes"]),
];

async fn seed_table_holds_by_finhub(database: Database) {
    seed_table(database, setup()).await;
}

async fn seed_table_holds_by_upstream(database: Database) {
    seed_table(database, setup().upstream()).await;
}

async fn seed_table(database: Database, setup: Setup) {
    let setup = setup.with("/tenants/acme/clear_reveal", json!(true));
    let world = World::start(database, setup).await;
    let api = world.revealer().await;
    let mut wrong = Vec::new();
    for (column, name) in FLOWS.into_iter().enumerate() {
        let mut flow = Flow::start(&world, &api, name).await;
        // Down the column: an activation has to come before what only an active card can.
        for (feature, cells) in TABLE {
            let seen = flow.cell(feature).await;
            let said = cells[column];
            if seen != said {
                wrong.push(format!(
                    "{feature} of {name}: `{said}` in the seed, `{seen}` here"
                ));
            }
        }
    }
    world.emulator.state().await.assert_ledger_adds_up();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
