//! Accounts, wallets and card types.
//!
//! Documented: the shapes, and 401, 403 and 404 (dossier 3, 4). Assumed: `pagination` cuts each of
//! the two account lists by itself; a disabled account may be read but for its BINs (403); the
//! single wallet of the sample, and `wallet_balance`, are the first currency's.

use super::{Around, known_account, usable_account};
use crate::app::App;
use crate::bins;
use crate::failure::Failure;
use crate::json::Json;
use crate::quirks::Shape;
use crate::request::Fields;
use crate::wire;

impl App {
    pub(super) fn account_list(
        &self,
        fields: &Fields,
        around: Around<'_>,
    ) -> Result<Json, Failure> {
        let page = fields.page(around.quirks)?;
        let writer = self.writer(around);
        Ok(self.kit.store.read(|state, _| {
            let those = |invited: bool| {
                let found = state.accounts.iter();
                let found = page.cut(found.filter(|account| account.invited == invited));
                Json::List(
                    found
                        .into_iter()
                        .map(|account| writer.account_row(account))
                        .collect(),
                )
            };
            Json::Object(vec![
                ("own_accounts", those(false)),
                ("invited_accounts", those(true)),
            ])
        }))
    }

    pub(super) fn account(&self, id: &str, around: Around<'_>) -> Result<Json, Failure> {
        let writer = self.writer(around);
        self.kit
            .store
            .read(|state, _| Ok(writer.account(known_account(state, id)?, state)))
    }

    pub(super) fn wallets(&self, id: &str, around: Around<'_>) -> Result<Json, Failure> {
        let writer = self.writer(around);
        self.kit.store.read(|state, _| {
            let account = known_account(state, id)?;
            let wallets = account.wallets.iter();
            let mut shown = wallets.map(|wallet| writer.wallet(account, wallet, state));
            match around.quirks.wallets_result {
                Shape::Array => Ok(Json::List(shown.collect())),
                Shape::Object => shown.next().ok_or_else(|| Failure::not_found("Wallet")),
            }
        })
    }

    pub(super) fn bins(&self, id: &str) -> Result<Json, Failure> {
        self.kit.store.read(|state, _| {
            // 404 is not listed here; an unknown account is one the key may not use.
            usable_account(state, id)
                .map_err(|_| Failure::Forbidden("Account is not available"))?;
            Ok(Json::List(bins::ALL.iter().map(wire::bin).collect()))
        })
    }
}
