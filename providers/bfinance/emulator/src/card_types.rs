//! The seeded card types and the budgets that belong to them.
//!
//! Documented: `id`, `name`, `cardCurrency`, `price`, `brand` (S2), one budget per BIN and one BIN
//! per budget (D). Assumed: everything else here. No field of the list says what a type is for, so
//! the names do.

use rust_decimal::{Decimal, dec};
use serde_json::{Value, json};

use crate::state::Model;

pub struct CardType {
    pub id: &'static str,
    pub name: &'static str,
    pub currency: &'static str,
    pub price: Decimal,
    pub bin: &'static str,
    pub model: Model,
    /// Name-only issuing is refused; the customer must have been granted access to this type.
    pub needs_customer: bool,
    pub physical: bool,
    pub active: bool,
}

const BUDGET_EUR: &str = "6a20f0c2d4b8e71f000000a3";
const BUDGET_USD: &str = "6a20f0c2d4b8e71f000000a4";

const VIRTUAL: CardType = CardType {
    id: "6a20f0c2d4b8e71f000000a1",
    name: "Prepaid virtual USD, by name or customer",
    currency: "USD",
    price: dec!(1.00),
    bin: "400010",
    model: Model::Prepaid,
    needs_customer: false,
    physical: false,
    active: true,
};

pub fn all() -> [CardType; 6] {
    [
        VIRTUAL,
        CardType {
            id: "6a20f0c2d4b8e71f000000a2",
            name: "Prepaid virtual USD, customer with granted access only",
            bin: "400011",
            needs_customer: true,
            ..VIRTUAL
        },
        CardType {
            id: BUDGET_EUR,
            name: "Budget card virtual EUR",
            currency: "EUR",
            price: dec!(0.50),
            bin: "400012",
            model: Model::Budget,
            ..VIRTUAL
        },
        CardType {
            id: BUDGET_USD,
            name: "Budget card virtual USD",
            price: dec!(0.50),
            bin: "400013",
            model: Model::Budget,
            ..VIRTUAL
        },
        CardType {
            id: "6a20f0c2d4b8e71f000000a5",
            name: "Prepaid physical USD, by name or customer",
            price: dec!(10.00),
            bin: "400014",
            physical: true,
            ..VIRTUAL
        },
        CardType {
            id: "6a20f0c2d4b8e71f000000a6",
            name: "Prepaid virtual USD, inactive",
            bin: "400015",
            active: false,
            ..VIRTUAL
        },
    ]
}

/// The type, if the caller may use it.
pub fn active(id: &str) -> Option<CardType> {
    all().into_iter().find(|one| one.id == id && one.active)
}

/// The seeded budgets: id, type, money in USD. Top-ups are in USD (D), so the pools are.
pub fn budgets() -> impl Iterator<Item = (&'static str, &'static str, Decimal)> {
    [
        ("6a20f0c2d4b8e71f000000b1", BUDGET_EUR, dec!(50_000)),
        ("6a20f0c2d4b8e71f000000b2", BUDGET_USD, dec!(50_000)),
    ]
    .into_iter()
}

/// What the list of types does not say, in words of a client's settings.
pub fn told() -> Value {
    let told = all().into_iter().map(|one| {
        let budget = budgets().find(|(_, type_id, _)| *type_id == one.id);
        let words = match (one.model, budget) {
            (Model::Budget, Some((id, _, _))) => json!({"kind": "budget_card", "budget": id}),
            (Model::Budget | Model::Prepaid, _) if one.physical => json!({"form": "physical"}),
            (Model::Budget | Model::Prepaid, _) if one.needs_customer => {
                json!({"customer": "required"})
            }
            (Model::Budget | Model::Prepaid, _) => json!({}),
        };
        (one.id.to_owned(), words)
    });
    Value::Object(told.collect())
}
