//! Cardholders of both models (6.2 to 6.4), rejected, corrected and passed.

use serde_json::{Value, json};

use crate::paths;
use crate::session::Session;
use crate::shapes::holders::{FULL_PAGE, SHORT_PAGE};

const CREATE: &str = "/card/holder/v2/create";
const UPDATE: &str = "/card/holder/v2/update";
const LIST: &str = "/card/holder/list";

pub fn audits_and_updates(session: &mut Session) {
    documents(session);
    let rejection = json!({"nextAudits": ["reject_admin", "pass", "reject_admin", "pass", "pass"]});
    session.control("PUT", "/script", &rejection);

    let made = session.call(CREATE, "holder-b2b");
    session.keep("holderId", &made["holderId"]);
    session.keep("holderReference", &made["merchantOrderNo"]);
    session.wait(LIST, "holder-list", &SHORT_PAGE, is("reject"));
    session.call(UPDATE, "holder-b2b-update");
    session.wait(LIST, "holder-list", &SHORT_PAGE, is("pass_audit"));
    session.call(LIST, "holder-search");
    session.keep("shortHolderId", &made["holderId"]);

    let made = session.call(CREATE, "holder-b2c");
    session.keep("holderId", &made["holderId"]);
    session.wait(LIST, "holder-list", &FULL_PAGE, is("reject"));
    session.call(UPDATE, "holder-b2c-update");
    session.wait(LIST, "holder-list", &FULL_PAGE, is("pass_audit"));

    let made = session.call(CREATE, "holder-b2c-physical");
    session.keep("holderId", &made["holderId"]);
    session.wait(LIST, "holder-list", &FULL_PAGE, is("pass_audit"));
    session.keep("fullHolderId", &made["holderId"]);
}

/// 4.5: the content is not looked at, so a few invented bytes do.
fn documents(session: &mut Session) {
    let answer = paths::find("/common/file/upload").answer;
    for (part, file) in [
        ("front", "front.jpg"),
        ("back", "back.pdf"),
        ("selfie", "selfie.png"),
    ] {
        let file = session.shell.write(file, b"an invented document");
        let made = session.upload(&file, answer);
        session.keep(part, &made["fileId"]);
    }
}

fn is(status: &'static str) -> impl Fn(&Value) -> bool {
    move |record| record["status"] == status
}
