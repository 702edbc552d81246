use cardmux_domain::card::Balance;
use cardmux_domain::money::{Currency, Money, parse_amount};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::FieldProblem;

/// An amount of money: a decimal string in major units, never a number.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Money)]
pub struct MoneyDto {
    #[schema(example = "50.00", pattern = r"^-?\d{1,13}(\.\d{1,6})?$")]
    pub amount: String,
    /// ISO 4217, or a stablecoin code.
    #[schema(example = "USD")]
    pub currency: String,
}

impl From<Money> for MoneyDto {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount_text(),
            currency: money.currency.to_string(),
        }
    }
}

impl MoneyDto {
    /// The domain's money, or everything that is wrong with it; `pointer` is where it stands.
    pub fn parse(&self, pointer: &str) -> Result<Money, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let amount = parse_amount(&self.amount).map_err(|error| {
            problems.push(FieldProblem::body(
                format!("{pointer}/amount"),
                "bad_amount",
                error.to_string(),
            ));
        });
        let currency = self.currency.parse::<Currency>().map_err(|error| {
            problems.push(FieldProblem::body(
                format!("{pointer}/currency"),
                "unknown_currency",
                error.to_string(),
            ));
        });
        if let (Ok(amount), Ok(currency)) = (amount, currency) {
            return Ok(Money::new(amount, currency));
        }
        Err(problems)
    }
}

/// A balance and when it was true.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Balance)]
pub struct BalanceDto {
    #[schema(example = "50.00")]
    pub amount: String,
    #[schema(example = "USD")]
    pub currency: String,
    #[schema(format = DateTime)]
    pub as_of: String,
}

impl From<Balance> for BalanceDto {
    fn from(balance: Balance) -> Self {
        let Balance { money, as_of } = balance;
        Self {
            amount: money.amount_text(),
            currency: money.currency.to_string(),
            as_of: as_of.to_string(),
        }
    }
}
