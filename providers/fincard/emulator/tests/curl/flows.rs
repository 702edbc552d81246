//! The four card flows (7.2 to 7.8). Each call finds its card in the state it needs.

use serde_json::{Value, json};

use crate::session::Session;
use crate::shapes::cards::{HELD, SENSITIVE_BEFORE_ACTIVATION, SENSITIVE_OF_A_GIFT, WHOLE};
use crate::shapes::orders::SUCCEEDED;

const OPERATIONS_V2: &str = "/card/v2/transaction";

/// A printed number of the physical BIN that passes the check digit.
const PRINTED_NUMBER: &str = "4000050000000007";

/// Opens a card and waits until it is there.
fn open(session: &mut Session, body: &str) -> Value {
    let order = session.call("/card/v2/openCard", body);
    session.keep("cardNo", &order["cardNo"]);
    finish(session);
    order
}

/// One operation to its end.
fn operate(session: &mut Session, path: &str, body: &str) -> Value {
    let order = session.call(path, body);
    finish(session);
    order
}

/// Unknown outcomes are resolved this way (7.9).
fn finish(session: &mut Session) {
    session.wait(OPERATIONS_V2, "operation", &SUCCEEDED, |order| {
        order["status"] == "success"
    });
}

/// Leaves a usable card behind, as `{{cardNo}}`.
pub fn virtual_card(session: &mut Session) {
    let opened = open(session, "open-virtual");
    session.keep("openReference", &opened["merchantOrderNo"]);
    session.keep("openOrderNo", &opened["orderNo"]);
    session.call("/card/purchase/transaction", "purchases");
    session.call("/card/info", "card");
    session.call("/card/info", "card-simple");
    session.call_as("/card/info", "card-whole", &WHOLE);
    session.call("/card/info/sensitive", "card");
    session.call("/card/balance", "card");
    session.call("/card/list", "card-list");
    session.call("/card/v2/updateNote", "note");
    operate(session, "/card/v2/update", "update");
    session.call_as("/card/info", "card-whole", &WHOLE);
    operate(session, "/card/deposit", "deposit");
    operate(session, "/card/withdraw", "withdraw");
    let frozen = operate(session, "/card/v2/freeze", "order");
    session.keep("orderNo", &frozen["orderNo"]);
    session.call("/card/info", "card");
    operate(session, "/card/v2/unfreeze", "order");
    session.call("/card/transaction", "operations-v1");
    session.call(OPERATIONS_V2, "operations-v2");
}

pub fn end_of_the_card(session: &mut Session) {
    operate(session, "/card/cancel", "order");
    session.call("/card/info", "card");
}

pub fn card_with_a_holder(session: &mut Session) {
    let holder = session.known("shortHolderId");
    session.keep("holderId", &holder);
    open(session, "open-with-holder");
    session.call_as("/card/info", "card-whole", &HELD);
    session.call("/card/list", "card-list-filtered");
}

/// 7.6: the code comes sealed, and opens the card.
pub fn physical_card(session: &mut Session) {
    let holder = session.known("fullHolderId");
    session.keep("holderId", &holder);
    session.keep("printedNumber", &json!(PRINTED_NUMBER));
    open(session, "open-physical");
    let limited = &SENSITIVE_BEFORE_ACTIVATION;
    session.call_as("/card/info/sensitive", "card", limited);
    let codes = session.call("/card/3ds/transaction", "activation-code");
    if let Some(sealed) = codes["records"][0]["values"].as_str() {
        let code = session.shell.open(sealed);
        session.keep("activeCode", &json!(code));
    }
    session.call("/card/activate", "activate");
    // The operation query is not documented to show activations; the card tells.
    let path = "/card/list";
    let page = crate::paths::find(path).answer;
    session.wait(path, "card-list", page, |card| card["status"] == "Normal");
    session.call("/card/info/sensitive", "card");
    operate(session, "/card/updatePin", "pin");
    operate(session, "/card/v2/update", "update-physical");
    session.call_as("/card/info", "card-whole", &HELD);
}

/// 7.7: `accounts` has made and filled the MARGIN account.
pub fn shared_card(session: &mut Session) {
    for _ in 0..2 {
        open(session, "open-shared");
    }
    operate(session, "/card/deposit", "deposit");
    operate(session, "/card/withdraw", "withdraw");
    session.call("/card/balance", "card");
    session.call("/account/transaction", "ledger");
    operate(session, "/card/cancel", "order");
}

/// 7.8: only the redemption URL; what it does not take is refused.
pub fn gift_card(session: &mut Session) {
    open(session, "open-gift");
    session.call_as("/card/info/sensitive", "card", &SENSITIVE_OF_A_GIFT);
    session.call_as("/card/info", "card-whole", &WHOLE);
    for (path, body) in [
        ("/card/deposit", "deposit"),
        ("/card/withdraw", "withdraw"),
        ("/card/v2/freeze", "order"),
        ("/card/v2/unfreeze", "order"),
    ] {
        crate::refusals::refuse(session, path, body, "not support");
    }
    operate(session, "/card/cancel", "order");
}
