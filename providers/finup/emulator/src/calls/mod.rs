//! The calls themselves, once authenticated.

mod accounts;
mod bulk;
mod cards;
mod issue;
mod money;
mod payments;

use crate::app::App;
use crate::failure::Failure;
use crate::json::Json;
use crate::quirks::Quirks;
use crate::request::Fields;
use crate::route::Call;
use crate::state::{Account, State, Terms};
use crate::wire::Writer;

/// What a handler knows besides the body.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    pub now_ms: i64,
    /// Reads show this call's effect from then on.
    pub visible_at: i64,
    pub quirks: &'a Quirks,
}

impl App {
    pub fn call(
        &self,
        call: &Call<'_>,
        fields: &Fields,
        around: Around<'_>,
    ) -> Result<Json, Failure> {
        match call {
            Call::Accounts => self.account_list(fields, around),
            Call::Account(id) => self.account(id, around),
            Call::Wallets(id) => self.wallets(id, around),
            Call::Bins(id) => self.bins(id),
            Call::Payments(id) => self.payments(id, fields, around),
            Call::Cards(id) => self.card_list(id, fields, around),
            Call::Card(id) => self.card(id, around),
            Call::Issue(id) => self.issue(id, fields, around),
            Call::Money(direction, id) => self.move_money(*direction, id, fields, around),
            Call::Bulk(bulk) => self.bulk(*bulk, fields, around),
        }
    }

    fn writer<'a>(&'a self, around: Around<'a>) -> Writer<'a> {
        Writer {
            quirks: around.quirks,
            options: &self.options,
            now_ms: around.now_ms,
        }
    }

    fn terms<'a>(&'a self, around: Around<'a>) -> Terms<'a> {
        Terms {
            now_ms: around.now_ms,
            visible_at: around.visible_at,
            fees: &self.options.fees,
            quirks: around.quirks,
        }
    }
}

fn known_account<'a>(state: &'a State, id: &str) -> Result<&'a Account, Failure> {
    state
        .account(id)
        .ok_or_else(|| Failure::not_found("Account"))
}

/// The account, where the key may issue on it. That this is what 403 means is assumed.
fn usable_account<'a>(state: &'a State, id: &str) -> Result<&'a Account, Failure> {
    let account = known_account(state, id)?;
    if account.is_active {
        Ok(account)
    } else {
        Err(Failure::Forbidden("Account is disabled"))
    }
}
