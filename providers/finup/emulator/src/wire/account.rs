//! Accounts, wallets, fees and card types (O; dossier 3 and 4).

use rust_decimal::Decimal;

use super::Writer;
use crate::bins::Bin;
use crate::clock::stamp;
use crate::json::Json;
use crate::state::{Account, Category, State, Wallet};

impl Writer<'_> {
    /// An element of the account list.
    pub fn account_row(&self, account: &Account) -> Json {
        let limit = |category| {
            let limit = self.options.card_limit(category);
            Json::Number(Decimal::from(limit))
        };
        let status = if account.is_active {
            "Active"
        } else {
            "Disabled"
        };
        let mut fields = vec![
            ("id", Json::text(&account.id)),
            ("company", Json::text(&account.company)),
            ("owner", Json::text(&account.owner)),
            ("created_at", Json::text(stamp(account.created_at))),
            ("updated_at", Json::text(stamp(account.created_at))),
            ("finup_id", Json::text(&account.finup_id)),
            ("name", Json::text(&account.name)),
            ("status", Json::text(status)),
            ("platinum_card_limit", limit(Category::Platinum)),
            ("universal_card_limit", limit(Category::Universal)),
            ("fees", self.fees()),
            ("used_promocodes", Json::List(Vec::new())),
        ];
        if account.invited {
            fields.push(("decline_rate", Json::Number(account.decline_rate)));
        }
        Json::Object(fields)
    }

    pub fn account(&self, account: &Account, state: &State) -> Json {
        let main = account.wallets.first();
        let wallet = main.map_or(Decimal::ZERO, |wallet| wallet.shown(self.now_ms));
        let cards = main.map_or(Decimal::ZERO, |wallet| {
            state.cards_balance(&account.id, &wallet.currency, self.now_ms)
        });
        Json::Object(vec![
            ("id", Json::text(&account.id)),
            ("name", Json::text(&account.name)),
            ("member_id", Json::text(&account.member_id)),
            ("finup_id", Json::text(&account.finup_id)),
            ("decline_rate", Json::Number(account.decline_rate)),
            ("fees", self.fees()),
            ("wallet_balance", self.money(wallet)),
            ("card_balance", self.money(cards)),
            ("verification_status", Json::text("Allowed")),
        ])
    }

    pub fn wallet(&self, account: &Account, wallet: &Wallet, state: &State) -> Json {
        let cards = state.cards_balance(&account.id, &wallet.currency, self.now_ms);
        Json::Object(vec![
            ("id", Json::text(&wallet.id)),
            ("balance", self.money(wallet.shown(self.now_ms))),
            ("cards_balance", self.money(cards)),
            ("finup_id", Json::text(&wallet.finup_id)),
            ("currency", Json::text(&wallet.currency)),
        ])
    }

    fn fees(&self) -> Json {
        let fees = &self.options.fees;
        let named = [
            ("deposit_fee", fees.deposit_fee),
            ("transaction_fee", fees.transaction_fee),
            ("universal_issuing_fee", fees.universal_issuing_fee),
            ("universal_decline_fee", fees.universal_decline_fee),
            ("universal_transaction_fee", fees.universal_transaction_fee),
            ("universal_deposit_fee", fees.universal_deposit_fee),
            ("universal_withdraw_fee", fees.universal_withdraw_fee),
            ("platinum_issuing_fee", fees.platinum_issuing_fee),
            ("platinum_decline_fee", fees.platinum_decline_fee),
            ("platinum_transaction_fee", fees.platinum_transaction_fee),
            ("platinum_deposit_fee", fees.platinum_deposit_fee),
            ("platinum_withdraw_fee", fees.platinum_withdraw_fee),
            ("platinum_monthly_fee", fees.platinum_monthly_fee),
        ];
        let shown = named.map(|(name, fee)| (name, self.money(fee)));
        Json::Object(shown.into())
    }
}

pub fn bin(bin: &Bin) -> Json {
    let status = if bin.is_active { "Active" } else { "Inactive" };
    let category = match bin.category {
        Category::Universal => "Universal",
        Category::Platinum => "Platinum",
    };
    Json::Object(vec![
        ("id", Json::text(bin.id)),
        ("status", Json::text(status)),
        ("BIN", Json::text(bin.digits)),
        ("category", Json::text(category)),
        ("currency", Json::text(bin.currency)),
        ("3ds", Json::Bool(bin.three_ds)),
        ("digital_wallet", Json::Bool(bin.digital_wallet)),
        ("address", Json::text(bin.address)),
    ])
}
