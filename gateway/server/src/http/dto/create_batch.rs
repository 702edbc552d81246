use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::IssueCardBody;
use crate::app::batches::{BatchRequest, text_problems};
use crate::app::cards::IssueRequest;
use crate::app::{AppError, FieldProblem, Place};
use crate::http::extract::parse_part;

/// Cards to issue, of any mix of types and providers.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CreateCardBatch, example = json!({"label": "Berlin", "items": [{"typeId": "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g", "initialBalance": {"amount": "50.00", "currency": "USD"}, "externalId": "order-17"}]}))]
pub struct CreateBatchBody {
    #[schema(max_length = 200)]
    pub label: Option<String>,
    /// Your own id of it.
    #[schema(max_length = 200)]
    pub external_id: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// Each as the body of `POST /v1/cards`, without `cardNumber`: a secret does not wait in a queue.
    #[schema(value_type = Vec<IssueCardBody>, min_items = 1, max_items = 10_000)]
    pub items: Vec<Value>,
}

impl CreateBatchBody {
    /// Everything that is wrong with the shape of any item is found at once.
    pub fn parse(self, items_max: usize) -> Result<BatchRequest, AppError> {
        let Self {
            label,
            external_id,
            metadata,
            items,
        } = self;
        let mut problems = text_problems(label.as_deref(), external_id.as_deref(), &metadata);
        if items.is_empty() {
            let detail = "name at least one card";
            problems.push(FieldProblem::body("/items", "required", detail));
        }
        if items.len() > items_max {
            let detail = format!("at most {items_max} cards; send several batches");
            let too_many = FieldProblem::body("/items", "too_many", detail);
            return Err(AppError::Invalid(vec![too_many]));
        }
        let mut wanted = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match parse_item(item) {
                Ok(item) => wanted.push(item),
                Err(found) => problems.extend(found.into_iter().map(|p| within(index, p))),
            }
        }
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        Ok(BatchRequest {
            label,
            external_id,
            metadata,
            items: wanted,
        })
    }
}

fn parse_item(item: Value) -> Result<IssueRequest, Vec<FieldProblem>> {
    let body: IssueCardBody = parse_part(item).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    if body.card_number.is_some() {
        let detail = "is not taken in a batch, where it would wait; issue this card by itself";
        problems.push(FieldProblem::body("/cardNumber", "not_in_batch", detail));
    }
    problems.extend(text_problems(
        body.label.as_deref(),
        body.external_id.as_deref(),
        &body.metadata,
    ));
    match body.parse(false) {
        Ok(wanted) if problems.is_empty() => Ok(wanted),
        Ok(_) => Err(problems),
        Err(error) => {
            if let AppError::Invalid(found) = error {
                problems.extend(found);
            }
            Err(problems)
        }
    }
}

fn within(index: usize, problem: FieldProblem) -> FieldProblem {
    let place = match problem.place {
        Place::Pointer(pointer) => Place::Pointer(format!("/items/{index}{pointer}")),
        other @ (Place::Parameter(_) | Place::Header(_)) => other,
    };
    FieldProblem { place, ..problem }
}
