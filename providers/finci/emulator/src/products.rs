//! The seeded card products.
//!
//! Documented: `product_id` is an integer handed out at set-up, "Client or Company product" (D).
//! Inferred: virtual or physical is a stage of the card and not of its product, so that `form` is
//! `virtual` of all (dossier 12.11). Assumed: everything else. `plastic` says whether a plastic may
//! be ordered.

use serde_json::{Value, json};

use crate::state::Kind;

pub struct Product {
    pub id: i64,
    name: &'static str,
    pub currency: &'static str,
    pub plastic: bool,
    /// Who owns the account: a person or a corporate.
    pub owner: Kind,
    /// Nothing of FINCI's: where its client is to keep the money of the cards.
    model: &'static str,
}

const ALL: [Product; 4] = [
    Product {
        id: 41,
        name: "Person virtual EUR",
        currency: "EUR",
        plastic: false,
        owner: Kind::Person,
        model: "budget_card",
    },
    Product {
        id: 42,
        name: "Corporate EUR",
        currency: "EUR",
        plastic: true,
        owner: Kind::Corporate,
        model: "budget_card",
    },
    Product {
        id: 43,
        name: "Corporate EUR, another",
        currency: "EUR",
        plastic: true,
        owner: Kind::Corporate,
        model: "budget_card",
    },
    Product {
        id: 44,
        name: "Person virtual EUR, own money",
        currency: "EUR",
        plastic: false,
        owner: Kind::Person,
        model: "card",
    },
];

pub fn find(id: i64) -> Option<&'static Product> {
    ALL.iter().find(|one| one.id == id)
}

/// The list a client's settings carry.
pub fn told() -> Value {
    let told = ALL.iter().map(|one| {
        json!({
            "product_id": one.id,
            "name": one.name,
            "currency": one.currency,
            "model": one.model,
            "form": "virtual",
            "plastic": one.plastic,
            "owner": one.owner.word(),
        })
    });
    told.collect()
}
