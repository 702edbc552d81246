//! Operations on cards: everything that makes an order.
//!
//! Documented: request fields (F-doc 7.2, 7.5, 7.6). With the other spelling the F-pm names
//! `activationCode` and `newPin` are read too; its `oldPin` is not checked, as no PIN is kept.

use super::Circumstances;
use crate::app::App;
use crate::envelope::Failure;
use crate::json::Json;
use crate::options::Spelling;
use crate::orders::{self, Asked, Needs, What};
use crate::request::{Fields, required};
use crate::route::Operation;
use crate::state::{Change, OrderKind, SpendingControl};

impl App {
    /// Accepts an order, ends it at once where the script says so, and answers with it.
    pub(super) async fn take_order(
        &self,
        operation: Operation,
        fields: &Fields,
        around: Circumstances,
    ) -> Result<Json, Failure> {
        let asked = self.asked(operation, fields)?;
        let terms = self.terms(around);
        self.change(|state| {
            let order_no = orders::accept(state, asked, &terms)?;
            self.cue(state, &order_no);
            let order = state.order(&order_no).ok_or(Failure::Server)?;
            let writer = self.writer();
            Ok(if order.kind == OrderKind::Activate {
                writer.activation(order)
            } else {
                writer.order(order)
            })
        })
        .await
    }

    fn asked(&self, operation: Operation, fields: &Fields) -> Result<Asked, Failure> {
        let merchant_order_no = fields.merchant_order_no()?;
        // Checked only: an operation's remark comes back nowhere.
        fields.remark(self.spelling())?;
        let amount = || required("amount", fields.amount("amount")?);
        let card_no = || self.card_no(fields);
        let what = match operation {
            Operation::Open => What::Open {
                card_type_id: required("cardTypeId", fields.id("cardTypeId")?)?,
                amount: amount()?,
                needs: Needs {
                    holder_id: fields.first_id(self.names(&["holderId", "cardholderId"]))?,
                    card_number: fields.text("cardNumber")?,
                    account_id: fields.id("accountId")?,
                },
            },
            Operation::Deposit => What::Deposit {
                card_no: card_no()?,
                amount: amount()?,
            },
            Operation::Withdraw => What::Withdraw {
                card_no: card_no()?,
                amount: amount()?,
            },
            Operation::Freeze => What::Freeze {
                card_no: card_no()?,
            },
            Operation::Unfreeze => What::UnFreeze {
                card_no: card_no()?,
            },
            Operation::Cancel => What::Cancel {
                card_no: card_no()?,
            },
            Operation::Update => What::Update {
                card_no: card_no()?,
                change: change(fields)?,
            },
            Operation::UpdatePin => What::UpdatePin {
                card_no: card_no()?,
                pin: required("pin", fields.first_text(self.names(&["pin", "newPin"]))?)?,
            },
            Operation::Activate => {
                let code = fields.first_text(self.names(&["activeCode", "activationCode"]))?;
                What::Activate {
                    card_no: card_no()?,
                    pin: required("pin", fields.text("pin")?)?,
                    code: required("activeCode", code)?,
                    no_pin_amount: fields.amount("noPinPaymentAmount")?,
                }
            }
        };
        Ok(Asked {
            merchant_order_no,
            what,
        })
    }

    /// The names a field may have: the first only, unless the other spelling is in force.
    pub(super) fn names<'a>(&self, names: &'a [&'a str]) -> &'a [&'a str] {
        match self.spelling() {
            Spelling::Narrative => names.get(..1).unwrap_or_default(),
            Spelling::Reference => names,
        }
    }
}

fn change(fields: &Fields) -> Result<Change, Failure> {
    let controls = fields.objects("spendingControls")?;
    let spending = controls.map(|controls| controls.iter().map(control).collect());
    let risk = fields.object("riskControls")?;
    let list = |name| risk.as_ref().map_or(Ok(None), |risk| risk.texts(name));
    Ok(Change {
        no_pin_amount: fields.amount("noPinPaymentAmount")?,
        spending: spending.transpose()?,
        allowed_mcc: list("allowedMcc")?,
        blocked_mcc: list("blockedMcc")?,
    })
}

fn control(fields: &Fields) -> Result<SpendingControl, Failure> {
    Ok(SpendingControl {
        interval: required("interval", fields.text("interval")?)?,
        amount: required("amount", fields.amount("amount")?)?,
    })
}
