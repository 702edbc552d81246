//! What requests have beside a body: as documented, and how parameters are read.

use utoipa::IntoParams;

use super::codes;
use super::problem::ApiError;
use crate::app::FieldProblem;

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct CardPath {
    /// `card_…`
    card_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct CustomerPath {
    /// `cus_…`
    customer_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct EnrolmentPath {
    /// `enr_…`
    enrolment_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct BudgetPath {
    /// `bud_…`
    budget_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct DisputePath {
    /// `dsp_…`
    dispute_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct SpendControlPath {
    /// `sctl_…`
    spend_control_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct AuthorizationPath {
    /// `azn_…`
    authorization_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct BatchPath {
    /// `batch_…`
    batch_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct TransactionPath {
    /// `txn_…`
    transaction_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documents headers; `Meta` reads them")]
pub struct ChangeHeaders {
    /// Your id of this request: repeated with it, the request is done once and answered the same.
    /// Kept for a day.
    #[param(rename = "Idempotency-Key", max_length = 255)]
    idempotency_key: Option<String>,
    /// `wait=N`: wait up to N seconds (at most 30) for a final status.
    #[param(rename = "Prefer", example = "wait=5")]
    prefer: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documents headers; `Meta` reads them")]
pub struct BatchHeaders {
    /// Your id of this request: repeated with it, the request makes one batch. Kept for a day.
    #[param(rename = "Idempotency-Key", max_length = 255)]
    idempotency_key: Option<String>,
}

/// Parse a query parameter, or say which values fit.
pub fn parse_parameter<T: std::str::FromStr>(
    name: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, ApiError> {
    text.map(str::parse).transpose().map_err(|_| {
        let detail = "is none of the documented values";
        let field = FieldProblem::parameter(name, "bad_value", detail);
        ApiError::fields(codes::INVALID_QUERY, "see `errors`", vec![field])
    })
}

/// A free text as a filter; control characters match nothing and not every database takes them.
pub fn plain_text(name: &'static str, text: Option<&str>) -> Result<Option<String>, ApiError> {
    if text.is_some_and(|text| text.chars().any(char::is_control)) {
        let field = FieldProblem::parameter(name, "bad_character", "no control characters");
        return Err(ApiError::fields(
            codes::INVALID_QUERY,
            "see `errors`",
            vec![field],
        ));
    }
    Ok(text.map(str::to_owned))
}
