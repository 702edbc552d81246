//! What happens to a card on the network, and the three queries about it (7.9, 7.10).

use cardmux_emulator_fincard::Dialect;
use serde_json::json;

use crate::paths::SIMULATE;
use crate::session::Session;
use crate::shapes::NOTHING;
use crate::shapes::spending::APPROVAL_LINKS;

const AUTHORIZATIONS: &str = "/card/authorize/transaction";

pub fn use_of_the_card(session: &mut Session) {
    let card_no = session.known("cardNo");
    let card = format!("/cards/{}", card_no.as_str().unwrap_or_default());
    match session.dialect {
        // No simulator is documented for FinHub.
        Dialect::Finhub => {
            let merchant = json!({"name": "EXAMPLE SHOP", "categoryCode": "5999", "country": "DEU", "city": "BERLIN"});
            let purchase = json!({"amount": "12.34", "merchant": merchant});
            session.control("POST", &format!("{card}/trades"), &purchase);
        }
        Dialect::Upstream => {
            session.call_named(SIMULATE, "simulate", &NOTHING);
        }
    }
    let found = session.call(AUTHORIZATIONS, "authorizations");
    let trade_no = found["records"][0]["tradeNo"].clone();
    session.keep("tradeNo", &trade_no);
    let trade = format!("/trades/{}", trade_no.as_str().unwrap_or_default());
    match session.dialect {
        Dialect::Finhub => {
            let settlement = json!({"amount": "12.40", "crossBoardFee": "0.09"});
            session.control("POST", &format!("{trade}/settle"), &settlement);
        }
        Dialect::Upstream => {
            session.call_named(SIMULATE, "simulate-void", &NOTHING);
            session.call(AUTHORIZATIONS, "voids");
        }
    }
    session.call(AUTHORIZATIONS, "authorization");

    let fee = json!({"type": "card_patch_fee", "amount": "0.3", "originTradeNo": trade_no});
    session.control("POST", &format!("{card}/fee-patches"), &fee);
    session.call("/card/auth/fee/transaction", "fees");

    let otp = json!({"type": "third_3ds_otp", "amount": "16.96", "currency": "USD", "merchantName": "EXAMPLE SHOP", "originTradeNo": trade_no});
    session.control("POST", &format!("{card}/challenges"), &otp);
    session.call("/card/3ds/transaction", "otp");
    // Longer than a block of either key size: several of them.
    let link = format!("https://acs.example/approve/{}", "a".repeat(260));
    let link = json!({"type": "auth_url", "value": link});
    session.control("POST", &format!("{card}/challenges"), &link);
    session.call_as("/card/3ds/transaction", "auth-url", &APPROVAL_LINKS);
}
