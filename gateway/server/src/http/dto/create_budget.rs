use std::collections::BTreeMap;

use cardmux_domain::money::Currency;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::budgets::BudgetRequest;
use crate::app::{AppError, FieldProblem};

/// A budget to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CreateBudget, example = json!({"name": "Marketing", "currency": "USD", "externalId": "budget-7"}))]
pub struct CreateBudgetBody {
    #[schema(example = "Marketing", min_length = 1, max_length = 50)]
    pub name: String,
    /// ISO 4217; fixed for good.
    #[schema(example = "USD")]
    pub currency: String,
    /// The provider instance; may be left out where only one of yours has budgets. `ledger`: the
    /// gateway keeps the balance itself, for cards of providers that ask it before they charge; where
    /// only such providers are yours, it is what leaving it out means.
    pub instance: Option<String>,
    /// Your own id of it.
    #[schema(max_length = 200)]
    pub external_id: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

impl CreateBudgetBody {
    pub fn parse(self) -> Result<BudgetRequest, AppError> {
        let Self {
            name,
            currency,
            instance,
            external_id,
            metadata,
        } = self;
        let mut problems = Vec::new();
        let currency = currency.parse::<Currency>().map_err(|error| {
            let detail = error.to_string();
            problems.push(FieldProblem::body("/currency", "unknown_currency", detail));
        });
        let instance = instance.map(|id| id.parse()).transpose().map_err(|_| {
            let detail = "is no instance of this tenant";
            problems.push(FieldProblem::body("/instance", "unknown", detail));
        });
        match (currency, instance) {
            (Ok(currency), Ok(instance)) => Ok(BudgetRequest {
                instance,
                name,
                currency,
                external_id,
                metadata,
            }),
            _ => Err(AppError::Invalid(problems)),
        }
    }
}
