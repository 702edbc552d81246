//! The products of the programme: handed out by FINCI at set-up, listed by no call (dossier 12.3).

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::money::Currency;
use cardmux_provider_kit::settings::{Setting, SettingsProblem, Table};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub product_id: u64,
    pub name: String,
    /// Of the account its cards draw on.
    pub currency: Currency,
    pub funding: Funding,
    /// Plastic of its cards can be ordered.
    pub plastic: bool,
    pub owner: OwnerKind,
}

/// Where the money of its cards is: with us, in any case (D: FINCI asks).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Funding {
    /// In a budget that several may share.
    #[default]
    Budget,
    /// Each card has its own.
    Card,
}

/// Who owns the account behind the cards of a product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OwnerKind {
    /// A private person, who also holds the card.
    #[default]
    Person,
    /// A company; an employee of it holds the card.
    Corporate,
}

impl OwnerKind {
    /// Our name of the form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Corporate => "corporate",
        }
    }
}

/// Cards begin as digital ones, and plastic is ordered later (D: the usual profile); there is no
/// other form. A stage of fulfilment decides nothing about use (D).
#[derive(Debug, Clone, Copy, Default)]
enum Form {
    #[default]
    Virtual,
}

impl Product {
    pub fn card_type_ref(&self) -> String {
        self.product_id.to_string()
    }

    pub fn model(&self) -> CardModel {
        match self.funding {
            Funding::Budget => CardModel::BudgetCard,
            Funding::Card => CardModel::Card,
        }
    }

    pub fn form(&self) -> CardForm {
        CardForm::Virtual
    }
}

#[derive(Debug, Clone, Default)]
pub struct Products(Vec<Product>);

impl Products {
    pub fn iter(&self) -> impl Iterator<Item = &Product> {
        self.0.iter()
    }

    pub fn of(&self, card_type_ref: &str) -> Option<&Product> {
        self.iter()
            .find(|product| product.card_type_ref() == card_type_ref)
    }
}

/// The list as it is written; read by [`take`], row by row.
struct Rows(Vec<Value>);

impl Setting for Rows {
    fn read(value: &Value) -> Result<Self, String> {
        let rows = value.as_array().filter(|rows| !rows.is_empty());
        let rows = rows.ok_or_else(|| "must be a list of products, not empty".to_owned())?;
        Ok(Self(rows.clone()))
    }
}

/// `None` was reported, each problem under the path of its key.
pub fn take(table: &mut Table) -> Option<Products> {
    let Rows(rows) = table.required("products")?;
    let mut products: Vec<Product> = Vec::new();
    let mut complete = true;
    for (number, row) in rows.into_iter().enumerate() {
        match product(row) {
            Ok(product) if products.iter().any(|p| p.product_id == product.product_id) => {
                complete = false;
                let path = format!("products.{number}.product_id");
                table.problem(&path, "is the same as an earlier one");
            }
            Ok(product) => products.push(product),
            Err(problems) => {
                complete = false;
                for SettingsProblem { path, problem } in problems {
                    table.problem(&format!("products.{number}.{path}"), problem);
                }
            }
        }
    }
    complete.then_some(Products(products))
}

fn product(row: Value) -> Result<Product, Vec<SettingsProblem>> {
    let mut table = Table::new(row);
    let product_id = table.required::<u64>("product_id");
    let name = table.optional::<String>("name");
    let currency = currency(&mut table);
    let models = [("budget_card", Funding::Budget), ("card", Funding::Card)];
    let funding = table.choice("model", &models);
    let form = table.choice("form", &[("virtual", Form::Virtual)]);
    let plastic = table.or("plastic", false);
    let owners = [
        ("person", OwnerKind::Person),
        ("corporate", OwnerKind::Corporate),
    ];
    let owner = table.choice("owner", &owners);
    let parsed = (|| {
        let Form::Virtual = form?;
        let product_id = product_id?;
        Some(Product {
            product_id,
            name: name.unwrap_or_else(|| format!("product {product_id}")),
            currency: currency?,
            funding: funding?,
            plastic,
            owner: owner?,
        })
    })();
    table.finish(parsed)
}

fn currency(table: &mut Table) -> Option<Currency> {
    let code = table.required::<String>("currency")?;
    code.parse()
        .map_err(|_| table.problem("currency", "must be a currency code such as EUR"))
        .ok()
}
