//! The spend simulator of the upstream sandbox.
//!
//! Documented: its fields, its four types, that `Void` and `refund` need `originSerialNumber`, and that
//! it answers `{}` (7.10). Assumed: `originSerialNumber` is the original's `tradeNo`, and a decline is
//! told by the event alone. Settling has no type here: the control routes do that.

use rust_decimal::Decimal;

use crate::app::App;
use crate::envelope::Failure;
use crate::json::Json;
use crate::request::{Fields, required};
use crate::spend::{self, Reversal, Use};
use crate::state::{Merchant, TradeKind};

impl App {
    pub(super) async fn simulate(&self, fields: &Fields) -> Result<Json, Failure> {
        let card_no = self.card_no(fields)?;
        let kind = kind(&required("type", fields.text("type")?)?)?;
        let amount = required("amount", fields.amount("amount")?)?;
        let currency = required("currency", fields.text("currency")?)?;
        let origin = fields.text("originSerialNumber")?;
        let description = fields.text("description")?;
        let now_ms = self.kit.clock.now_ms();
        let reversal = match kind {
            TradeKind::Void | TradeKind::Refund => Some(Reversal {
                kind,
                origin_trade_no: required("originSerialNumber", origin)?,
                amount: Some(amount),
                description: description.clone(),
            }),
            TradeKind::Auth | TradeKind::Verification | TradeKind::MaintainFee => None,
        };
        self.change(|state| {
            let Some(reversal) = reversal else {
                let asked = Use {
                    card_no,
                    kind,
                    currency,
                    amount,
                    authorized_amount: None,
                    fee: Decimal::ZERO,
                    merchant: Merchant::default(),
                    description,
                    decline: None,
                };
                return spend::authorize(state, asked, now_ms);
            };
            let origin = state.trade(&reversal.origin_trade_no);
            if origin.is_none_or(|origin| origin.card_no != card_no) {
                return Err(Failure::business(
                    "originSerialNumber parameter error: no transaction of this card",
                ));
            }
            spend::reverse(state, reversal, now_ms)
        })
        .await?;
        Ok(Json::Object(Vec::new()))
    }
}

fn kind(word: &str) -> Result<TradeKind, Failure> {
    match word {
        "auth" => Ok(TradeKind::Auth),
        "refund" => Ok(TradeKind::Refund),
        "Void" => Ok(TradeKind::Void),
        "maintain_fee" => Ok(TradeKind::MaintainFee),
        _ => Err(Failure::business(
            "type parameter error: auth, refund, Void or maintain_fee",
        )),
    }
}
