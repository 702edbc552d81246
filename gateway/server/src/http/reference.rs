//! `/v1/reference`: the codes a provider's forms want. Near-static, so clients may keep them.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cardmux_domain::id::InstanceId;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::codes;
use super::document::{ListProblems, ProviderProblems};
use super::dto::{CityList, DialCodeList, OccupationList, RegionList};
use super::extract::{Access, CustomersRead, Query};
use super::params::parse_parameter;
use super::problem::{ApiError, ApiResult};
use crate::app::{self, App, FieldProblem};

/// For an hour: the gateway itself keeps a list for a day. Which provider's list it is depends on
/// the tenant, so nobody on the way may share it.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, max-age=3600");

/// A list that the client may keep for a while.
pub struct Kept<T>(T);

impl<T: Serialize> IntoResponse for Kept<T> {
    fn into_response(self) -> Response {
        ([(header::CACHE_CONTROL, CACHE_CONTROL)], Json(self.0)).into_response()
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListReference {
    /// The provider instance whose list it is; your first that has such lists where left out.
    instance: Option<String>,
}

impl ListReference {
    fn instance(&self) -> ApiResult<Option<InstanceId>> {
        parse_parameter("instance", self.instance.as_deref())
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCities {
    /// The provider instance whose list it is; your first that has such lists where left out.
    instance: Option<String>,
    /// ISO 3166-1 alpha-2; all countries where left out.
    #[param(example = "DE", pattern = "^[A-Z]{2}$")]
    country: Option<String>,
}

/// Two capital letters. Checked here: a provider's answer to anything else would be kept, too.
fn country(text: Option<String>) -> ApiResult<Option<String>> {
    let fits = |text: &String| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    if text.as_ref().is_none_or(fits) {
        return Ok(text);
    }
    let detail = "must be an ISO 3166-1 alpha-2 code such as DE";
    let field = FieldProblem::parameter("country", "bad_format", detail);
    Err(ApiError::fields(
        codes::INVALID_QUERY,
        "see `errors`",
        vec![field],
    ))
}

/// List regions
///
/// The countries a provider knows.
#[utoipa::path(get, path = "/v1/reference/regions", tag = "reference", operation_id = "list_regions", params(ListReference),
    responses((status = 200, description = "The list", body = RegionList), ListProblems, ProviderProblems))]
pub async fn list_regions(
    State(app): State<App>,
    access: Access<CustomersRead>,
    Query(query): Query<ListReference>,
) -> ApiResult<Kept<RegionList>> {
    let list = app::reference::regions(&app, &access.tenant, query.instance()?).await?;
    let data = list.iter().map(Into::into).collect();
    Ok(Kept(RegionList { data }))
}

/// List cities
///
/// Provinces and cities as a tree; an address names a code without children.
#[utoipa::path(get, path = "/v1/reference/cities", tag = "reference", operation_id = "list_cities", params(ListCities),
    responses((status = 200, description = "The list", body = CityList), ListProblems, ProviderProblems))]
pub async fn list_cities(
    State(app): State<App>,
    access: Access<CustomersRead>,
    Query(query): Query<ListCities>,
) -> ApiResult<Kept<CityList>> {
    let instance = parse_parameter("instance", query.instance.as_deref())?;
    let country = country(query.country)?;
    let list = app::reference::cities(&app, &access.tenant, instance, country).await?;
    let data = list.iter().map(Into::into).collect();
    Ok(Kept(CityList { data }))
}

/// List dial codes
///
/// How telephone numbers begin.
#[utoipa::path(get, path = "/v1/reference/dial-codes", tag = "reference", operation_id = "list_dial_codes", params(ListReference),
    responses((status = 200, description = "The list", body = DialCodeList), ListProblems, ProviderProblems))]
pub async fn list_dial_codes(
    State(app): State<App>,
    access: Access<CustomersRead>,
    Query(query): Query<ListReference>,
) -> ApiResult<Kept<DialCodeList>> {
    let list = app::reference::dial_codes(&app, &access.tenant, query.instance()?).await?;
    let data = list.iter().map(Into::into).collect();
    Ok(Kept(DialCodeList { data }))
}

/// List occupations
///
/// The occupations a form can name.
#[utoipa::path(get, path = "/v1/reference/occupations", tag = "reference", operation_id = "list_occupations", params(ListReference),
    responses((status = 200, description = "The list", body = OccupationList), ListProblems, ProviderProblems))]
pub async fn list_occupations(
    State(app): State<App>,
    access: Access<CustomersRead>,
    Query(query): Query<ListReference>,
) -> ApiResult<Kept<OccupationList>> {
    let list = app::reference::occupations(&app, &access.tenant, query.instance()?).await?;
    let data = list.iter().map(Into::into).collect();
    Ok(Kept(OccupationList { data }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_is_two_capital_letters_or_left_out() {
        assert!(country(None).is_ok());
        assert!(country(Some("DE".to_owned())).is_ok());
        for bad in ["", "de", "D", "DEU", "D1", "Ü", "D\n"] {
            assert!(country(Some(bad.to_owned())).is_err(), "{bad:?}");
        }
    }
}
