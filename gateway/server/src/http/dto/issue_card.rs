use std::collections::BTreeMap;

use cardmux_domain::provider::PersonName;
use cardmux_domain::secret::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MoneyDto, secret};
use crate::app::cards::IssueRequest;
use crate::app::{AppError, FieldProblem};

/// A card to issue.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = IssueCard)]
pub struct IssueCardBody {
    /// From `GET /v1/card-types`.
    #[schema(example = "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub type_id: String,
    /// The cardholder; needed where the type's `requirements` name `cardholder`.
    #[schema(example = "cus_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub customer_id: Option<String>,
    /// The budget to draw on; needed where the type's `requirements` name `budget`.
    #[schema(example = "bud_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub budget_id: Option<String>,
    /// The number printed on a physical card; needed where the type's `requirements` name
    /// `card_number`. Goes to the provider and is not stored.
    #[serde(default, deserialize_with = "secret::optional")]
    #[schema(value_type = Option<String>, write_only, max_length = 19)]
    pub card_number: Option<SecretString>,
    /// Whom the card is made out to; needed where the type's `requirements` name `cardholder_name`
    /// and no enrolled customer is given, not sent where cards of the type bear no name. Goes to the
    /// provider and is not stored.
    pub cardholder: Option<CardholderBody>,
    /// What the card starts with; charged with the type's fees to the funding account.
    pub initial_balance: Option<MoneyDto>,
    #[schema(max_length = 200)]
    pub label: Option<String>,
    /// Your own id of it.
    #[schema(max_length = 200)]
    pub external_id: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// The name of a person.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Cardholder)]
pub struct CardholderBody {
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, min_length = 2, max_length = 50, example = "Ada")]
    pub first_name: SecretString,
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, min_length = 2, max_length = 50, example = "Lovelace")]
    pub last_name: SecretString,
}

impl From<CardholderBody> for PersonName {
    fn from(body: CardholderBody) -> Self {
        let CardholderBody {
            first_name,
            last_name,
        } = body;
        Self {
            first_name,
            last_name,
        }
    }
}

impl IssueCardBody {
    pub fn parse(self, enrol: bool) -> Result<IssueRequest, AppError> {
        let Self {
            type_id,
            customer_id,
            budget_id,
            card_number,
            cardholder,
            initial_balance,
            label,
            external_id,
            metadata,
        } = self;
        let mut problems = Vec::new();
        let type_id = type_id.parse().map_err(|_| {
            let detail = "is no card type id; GET /v1/card-types lists them";
            problems.push(FieldProblem::body("/typeId", "unknown", detail));
        });
        let customer_id = customer_id.map(|id| id.parse()).transpose().map_err(|_| {
            let detail = "is no customer id";
            problems.push(FieldProblem::body("/customerId", "unknown", detail));
        });
        let budget_id = budget_id.map(|id| id.parse()).transpose().map_err(|_| {
            let detail = "is no budget id";
            problems.push(FieldProblem::body("/budgetId", "unknown", detail));
        });
        let initial_balance = initial_balance.map(|m| m.parse("/initialBalance"));
        let initial_balance = initial_balance
            .transpose()
            .map_err(|found| problems.extend(found));
        match (type_id, customer_id, budget_id, initial_balance) {
            (Ok(type_id), Ok(customer_id), Ok(budget_id), Ok(initial_balance)) => {
                Ok(IssueRequest {
                    type_id,
                    customer_id,
                    budget_id,
                    card_number,
                    cardholder: cardholder.map(Into::into),
                    initial_balance,
                    label,
                    external_id,
                    metadata,
                    enrol,
                })
            }
            _ => Err(AppError::Invalid(problems)),
        }
    }
}
