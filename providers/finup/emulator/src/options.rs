//! How this emulator is set up.

use cardmux_emulator_kit::EmulatorError;
use rust_decimal::{Decimal, dec};
use serde::Deserialize;

use crate::quirks::Quirks;
use crate::state::Category;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FinupOptions {
    /// From a status that ends in `…ing` to its end status, in emulated milliseconds (real ones at
    /// scale 1.0). The provider's own times are unknown.
    pub settle_ms: u64,
    /// The fees of every account.
    pub fees: Fees,
    /// How many cards of a category an account may have that are not closed; that this is what the
    /// documented field counts is inferred.
    pub universal_card_limit: usize,
    pub platinum_card_limit: usize,
    pub codes: BusinessCodes,
    /// The quirks in force at the start; `PUT /_emulator/quirks` replaces them.
    pub quirks: Quirks,
    /// What was wrong with the settings these options were read from; [`crate::start`] then fails.
    #[serde(skip)]
    pub refused: Option<String>,
}

/// Above what any test issues by accident.
const CARD_LIMIT: usize = 100_000;

impl Default for FinupOptions {
    fn default() -> Self {
        Self {
            settle_ms: 30,
            fees: Fees::default(),
            universal_card_limit: CARD_LIMIT,
            platinum_card_limit: CARD_LIMIT,
            codes: BusinessCodes::default(),
            quirks: Quirks::default(),
            refused: None,
        }
    }
}

impl FinupOptions {
    /// Options for a client whose settings table is this one: its `emulator` table, all of whose
    /// members may be absent.
    pub fn from_settings(settings: &serde_json::Value) -> Self {
        let Some(own) = settings.get("emulator") else {
            return Self::default();
        };
        Self::deserialize(own).unwrap_or_else(|error| Self {
            refused: Some(format!("the emulator's settings: {error}")),
            ..Self::default()
        })
    }

    pub(crate) fn card_limit(&self, category: Category) -> usize {
        match category {
            Category::Universal => self.universal_card_limit,
            Category::Platinum => self.platinum_card_limit,
        }
    }

    pub(crate) fn check(&self) -> Result<(), EmulatorError> {
        let settings = self.refused.clone().map_or(Ok(()), Err);
        let checked = settings
            .and_then(|()| self.codes.check())
            .and_then(|()| self.quirks.check());
        checked.map_err(EmulatorError::Options)
    }
}

/// The fees object of an account (dossier 3.4), under its documented names.
///
/// Documented: the names, and that all are numbers. Assumed: issuing fees are money per card;
/// deposit and withdraw fees of a category are ratios of the amount; the others are shown and never
/// charged.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fees {
    pub deposit_fee: Decimal,
    pub transaction_fee: Decimal,
    pub universal_issuing_fee: Decimal,
    pub universal_decline_fee: Decimal,
    pub universal_transaction_fee: Decimal,
    pub universal_deposit_fee: Decimal,
    pub universal_withdraw_fee: Decimal,
    pub platinum_issuing_fee: Decimal,
    pub platinum_decline_fee: Decimal,
    pub platinum_transaction_fee: Decimal,
    pub platinum_deposit_fee: Decimal,
    pub platinum_withdraw_fee: Decimal,
    pub platinum_monthly_fee: Decimal,
}

impl Default for Fees {
    /// Deposits and withdrawals are free, so that sums are easy to follow.
    fn default() -> Self {
        Self {
            deposit_fee: Decimal::ZERO,
            transaction_fee: Decimal::ZERO,
            universal_issuing_fee: dec!(2.5),
            universal_decline_fee: Decimal::ZERO,
            universal_transaction_fee: Decimal::ZERO,
            universal_deposit_fee: Decimal::ZERO,
            universal_withdraw_fee: Decimal::ZERO,
            platinum_issuing_fee: dec!(5),
            platinum_decline_fee: Decimal::ZERO,
            platinum_transaction_fee: Decimal::ZERO,
            platinum_deposit_fee: Decimal::ZERO,
            platinum_withdraw_fee: Decimal::ZERO,
            platinum_monthly_fee: Decimal::ZERO,
        }
    }
}

impl Fees {
    pub(crate) fn issuing(&self, category: Category) -> Decimal {
        match category {
            Category::Universal => self.universal_issuing_fee,
            Category::Platinum => self.platinum_issuing_fee,
        }
    }

    pub(crate) fn deposit(&self, category: Category) -> Decimal {
        match category {
            Category::Universal => self.universal_deposit_fee,
            Category::Platinum => self.platinum_deposit_fee,
        }
    }

    pub(crate) fn withdraw(&self, category: Category) -> Decimal {
        match category {
            Category::Universal => self.universal_withdraw_fee,
            Category::Platinum => self.platinum_withdraw_fee,
        }
    }
}

/// Which status each business refusal has. 418 and 420 are listed without a meaning (dossier 9), so
/// the whole assignment is an assumption: 418 for money that is not there, 420 for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BusinessCodes {
    /// A deposit above the wallet's balance.
    pub low_wallet: u16,
    /// A withdrawal above the card's balance.
    pub low_balance: u16,
    /// A deposit or withdrawal on a card in the wrong status.
    pub wrong_status: u16,
    /// An amount outside the limits set by a quirk.
    pub amount_limit: u16,
    /// Everything issuing refuses: an inactive BIN, the account's card limit, too many at once, a
    /// wallet that cannot pay. 418 is not listed there.
    pub issuing: u16,
}

impl Default for BusinessCodes {
    fn default() -> Self {
        Self {
            low_wallet: 418,
            low_balance: 418,
            wrong_status: 420,
            amount_limit: 420,
            issuing: 420,
        }
    }
}

impl BusinessCodes {
    fn check(&self) -> Result<(), String> {
        let Self {
            low_wallet,
            low_balance,
            wrong_status,
            amount_limit,
            issuing,
        } = self;
        let all = [low_wallet, low_balance, wrong_status, amount_limit, issuing];
        if all.iter().all(|code| (400..=499).contains(*code)) {
            Ok(())
        } else {
            Err("business codes must be from 400 to 499".to_owned())
        }
    }
}
