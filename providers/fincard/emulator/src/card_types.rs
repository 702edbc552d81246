//! The seeded BINs.
//!
//! Documented: the fields (F-doc 7.1), modes, types and categories, that a feature can be switched
//! off per BIN, that gift cards take no deposit, withdrawal, freeze or unfreeze, that a BIN can be
//! offline. Assumed: every number, name and BIN here (the BINs are well-known test ranges).

use rust_decimal::{Decimal, dec};

/// Where holders of any BIN may live, what they may be, and their dial codes.
pub const REGIONS: &[&str] = &["US", "DE", "HK"];
pub const NATIONALITIES: &[&str] = &["US", "DE", "HK", "GB"];
pub const AREA_CODES: &[&str] = &["+1", "+49", "+852"];

pub struct CardType {
    pub id: u32,
    pub organization: &'static str,
    pub country: &'static str,
    pub mode: &'static str,
    pub bin: &'static str,
    pub name: &'static str,
    pub form: &'static str,
    pub category: &'static str,
    pub price: Decimal,
    /// Of the card, its price and its top-ups alike.
    pub currency: &'static str,
    pub holder_model: Option<&'static str>,
    pub first_deposit: (Decimal, Decimal),
    pub top_up: (Decimal, Decimal),
    pub fee_percent: Decimal,
    pub fee_fixed: Decimal,
    pub retention: Decimal,
    pub digits: u32,
    /// Spending controls and MCC lists can be set.
    pub settable: bool,
    pub holder_card_limit: usize,
    /// `kycVerification` is compulsory; so it is for 111065 (W-int).
    pub needs_kyc_reference: bool,
    pub online: bool,
}

impl CardType {
    pub fn is_gift(&self) -> bool {
        self.category == "GIFT"
    }

    pub fn is_physical(&self) -> bool {
        self.form == "Physical"
    }

    pub fn is_shared(&self) -> bool {
        self.mode == "BUDGET_CARD"
    }

    /// What a top-up costs on top. Not rounded: ledger balances with five decimals are documented.
    pub fn top_up_fee(&self, amount: Decimal) -> Decimal {
        amount * self.fee_percent / Decimal::ONE_HUNDRED + self.fee_fixed
    }
}

pub fn find(id: &str) -> Option<CardType> {
    all()
        .into_iter()
        .find(|card_type| card_type.id.to_string() == id)
}

pub fn all() -> Vec<CardType> {
    let virtual_usd = || CardType {
        id: 111_001,
        organization: "Visa",
        country: "US",
        mode: "PREPAID_CARD",
        bin: "411111",
        name: "Virtual USD",
        form: "Virtual",
        category: "PURCHASE",
        price: dec!(5.00),
        currency: "USD",
        holder_model: None,
        first_deposit: (dec!(10), dec!(5000)),
        top_up: (dec!(10), dec!(10000)),
        fee_percent: dec!(1.5),
        fee_fixed: dec!(0.3),
        retention: dec!(1),
        digits: 2,
        settable: true,
        holder_card_limit: 10,
        needs_kyc_reference: false,
        online: true,
    };
    vec![
        virtual_usd(),
        CardType {
            id: 111_002,
            organization: "MasterCard",
            country: "DE",
            bin: "555555",
            name: "Virtual EUR",
            category: "SUBSCRIPTION",
            price: dec!(4.50),
            currency: "EUR",
            first_deposit: (dec!(5), dec!(2000)),
            top_up: (dec!(5), dec!(4000)),
            fee_percent: dec!(1),
            fee_fixed: dec!(0),
            retention: dec!(0),
            settable: false,
            ..virtual_usd()
        },
        CardType {
            id: 111_039,
            bin: "400000",
            name: "Virtual USD, short form",
            holder_model: Some("B2B"),
            ..virtual_usd()
        },
        CardType {
            id: 111_065,
            bin: "424242",
            name: "Virtual USD, full form",
            holder_model: Some("B2C"),
            needs_kyc_reference: true,
            ..virtual_usd()
        },
        CardType {
            id: 111_070,
            bin: "400005",
            name: "Physical USD",
            form: "Physical",
            category: "PHYSICAL",
            price: dec!(20),
            holder_model: Some("B2C"),
            ..virtual_usd()
        },
        CardType {
            id: 111_080,
            organization: "MasterCard",
            mode: "BUDGET_CARD",
            bin: "510510",
            name: "Shared USD",
            price: dec!(1),
            fee_percent: dec!(0),
            fee_fixed: dec!(0),
            retention: dec!(0),
            ..virtual_usd()
        },
        CardType {
            id: 111_090,
            organization: "Discover",
            bin: "601111",
            name: "Gift USD",
            category: "GIFT",
            price: dec!(2),
            settable: false,
            first_deposit: (dec!(25), dec!(500)),
            ..virtual_usd()
        },
        CardType {
            id: 111_099,
            bin: "401288",
            name: "Virtual USD, withdrawn from sale",
            online: false,
            ..virtual_usd()
        },
        CardType {
            id: 111_110,
            bin: "402400",
            name: "Virtual USD, loaded later",
            first_deposit: (dec!(0), dec!(0)),
            retention: dec!(0),
            ..virtual_usd()
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_top_up_fee_is_percent_plus_fixed_and_exact() {
        let fee = find("111001").unwrap().top_up_fee(dec!(33.33));
        assert_eq!(fee, dec!(0.79995));
    }
}
