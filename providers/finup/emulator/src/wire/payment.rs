//! Rows of the payments list (O; dossier 7).
//!
//! Documented: the fields, `Wallet`, `Approved`, `Credit`, `ExternalTransfer` and its data. Assumed:
//! everything about a card's rows: source `Card`, `Debit`, and types that say so by their names.

use super::Writer;
use crate::clock::stamp;
use crate::json::Json;
use crate::state::{Move, MoveKind, State};

pub const STATUS: &str = "Approved";

/// The type on the wire.
pub fn kind(kind: MoveKind) -> &'static str {
    match kind {
        MoveKind::TopUp => "ExternalTransfer",
        MoveKind::IssuingFee => "AssumedIssuingFee",
        MoveKind::Deposit => "AssumedCardDeposit",
        MoveKind::DepositFee => "AssumedDepositFee",
        MoveKind::Withdraw => "AssumedCardWithdraw",
        MoveKind::WithdrawFee => "AssumedWithdrawFee",
        MoveKind::Spend => "AssumedCardSpend",
        MoveKind::CloseReturn => "AssumedCardCloseReturn",
    }
}

/// From the wallet's side.
pub fn side(kind: MoveKind) -> &'static str {
    match kind {
        MoveKind::TopUp | MoveKind::Withdraw | MoveKind::CloseReturn => "Credit",
        MoveKind::IssuingFee
        | MoveKind::Deposit
        | MoveKind::DepositFee
        | MoveKind::WithdrawFee
        | MoveKind::Spend => "Debit",
    }
}

/// What a row is about: its source, that one's id and display id.
pub struct Source<'a> {
    word: &'static str,
    pub id: &'a str,
    pub finup_id: &'a str,
}

pub fn source<'a>(moved: &Move, state: &'a State) -> Option<Source<'a>> {
    match &moved.card {
        Some(id) => state.card(id).map(|card| Source {
            word: "Card",
            id: &card.id,
            finup_id: &card.finup_id,
        }),
        None => {
            let wallet = state.wallet(&moved.account, &moved.currency)?;
            Some(Source {
                word: "Wallet",
                id: &wallet.id,
                finup_id: &wallet.finup_id,
            })
        }
    }
}

impl Writer<'_> {
    pub fn payment(&self, moved: &Move, source: &Source<'_>) -> Json {
        let mut fields = vec![
            ("id", Json::text(&moved.id)),
            ("account_id", Json::text(&moved.account)),
            ("source_id", Json::text(source.id)),
            ("source", Json::text(source.word)),
            ("source_identifier", Json::text(source.finup_id)),
            ("status", Json::text(STATUS)),
            ("side", Json::text(side(moved.kind))),
            ("amount", self.money(moved.amount)),
            ("currency", Json::text(&moved.currency)),
            ("type", Json::text(kind(moved.kind))),
            ("created_at", Json::text(stamp(moved.at))),
            ("updated_at", Json::text(stamp(moved.at))),
        ];
        if moved.kind == MoveKind::TopUp {
            let data = vec![
                ("payment_method", Json::text("Crypto")),
                ("external_transfer_id", Json::text(&moved.id)),
                ("sub_type", Json::text("External")),
                ("hash", Json::text("emulated-hash")),
                ("address_to", Json::text("emulated-address")),
            ];
            fields.push(("external_transfer_data", Json::Object(data)));
        }
        Json::Object(fields)
    }
}
