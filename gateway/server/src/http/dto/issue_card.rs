use std::collections::BTreeMap;

use cardmux_domain::provider::PersonName;
use cardmux_domain::routing::Wish;
use cardmux_domain::secret::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MoneyDto, open, secret};
use crate::app::cards::{IssueRequest, Target};
use crate::app::{AppError, FieldProblem};

/// A card to issue.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = IssueCard, example = json!({"typeId": "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g", "initialBalance": {"amount": "50.00", "currency": "USD"}, "label": "Ads", "externalId": "order-17", "metadata": {"team": "growth"}}))]
pub struct IssueCardBody {
    /// From `GET /v1/card-types`; this or `want`.
    #[schema(example = "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub type_id: Option<String>,
    /// What the card should be: the tenant's routing rules find the issuer and the card type.
    pub want: Option<WantBody>,
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

/// What a card should be. What is left out may be anything.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CardWish)]
pub struct WantBody {
    #[schema(value_type = Option<open::CardModel>)]
    pub model: Option<String>,
    #[schema(value_type = Option<open::CardForm>)]
    pub form: Option<String>,
    /// ISO 4217, or a provider's stablecoin code.
    #[schema(example = "USD")]
    pub currency: Option<String>,
    /// Country of issue, ISO 3166-1 alpha-2.
    #[schema(example = "US")]
    pub country: Option<String>,
    #[schema(value_type = Option<open::CardBrand>)]
    pub brand: Option<String>,
}

impl WantBody {
    fn parse(self) -> Result<Wish, Vec<FieldProblem>> {
        let Self {
            model,
            form,
            currency,
            country,
            brand,
        } = self;
        let mut problems = Vec::new();
        let wish = Wish {
            model: known("model", model.as_deref(), &mut problems),
            form: known("form", form.as_deref(), &mut problems),
            currency: known("currency", currency.as_deref(), &mut problems),
            country: word("country", country, 2, &mut problems).map(|c| c.to_ascii_uppercase()),
            brand: word("brand", brand, 40, &mut problems).map(|b| b.to_ascii_lowercase()),
        };
        match problems.is_empty() {
            true => Ok(wish),
            false => Err(problems),
        }
    }
}

fn known<T: std::str::FromStr>(
    field: &str,
    text: Option<&str>,
    problems: &mut Vec<FieldProblem>,
) -> Option<T> {
    let parsed = text?.parse().ok();
    if parsed.is_none() {
        let detail = "is none of the documented values";
        problems.push(FieldProblem::body(
            format!("/want/{field}"),
            "bad_value",
            detail,
        ));
    }
    parsed
}

fn word(
    field: &str,
    text: Option<String>,
    longest: usize,
    problems: &mut Vec<FieldProblem>,
) -> Option<String> {
    let text = text?;
    let sound = (2..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if !sound {
        let detail = format!("must be 2 to {longest} characters without spaces");
        problems.push(FieldProblem::body(
            format!("/want/{field}"),
            "bad_value",
            detail,
        ));
    }
    sound.then_some(text)
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

fn target(type_id: Option<String>, want: Option<WantBody>) -> Result<Target, Vec<FieldProblem>> {
    let problem = |code, detail| Err(vec![FieldProblem::body("/typeId", code, detail)]);
    match (type_id, want) {
        (Some(id), None) => match id.parse() {
            Ok(id) => Ok(Target::Type(id)),
            Err(_) => problem(
                "unknown",
                "is no card type id; GET /v1/card-types lists them",
            ),
        },
        (None, Some(want)) => want.parse().map(Target::Wish),
        (None, None) => problem(
            "required",
            "name a card type (GET /v1/card-types lists them), or say in `want` what the card should be",
        ),
        (Some(_), Some(_)) => problem("not_taken", "a request names a type or a wish, not both"),
    }
}

impl IssueCardBody {
    pub fn parse(self, enrol: bool) -> Result<IssueRequest, AppError> {
        let Self {
            type_id,
            want,
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
        let target = target(type_id, want).map_err(|found| problems.extend(found));
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
        match (target, customer_id, budget_id, initial_balance) {
            (Ok(target), Ok(customer_id), Ok(budget_id), Ok(initial_balance)) => Ok(IssueRequest {
                target,
                customer_id,
                budget_id,
                card_number,
                cardholder: cardholder.map(Into::into),
                initial_balance,
                label,
                external_id,
                metadata,
                enrol,
            }),
            _ => Err(AppError::Invalid(problems)),
        }
    }
}
