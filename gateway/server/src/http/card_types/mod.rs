//! `/v1/card-types`

use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{CardTypeId, InstanceId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::{ListProblems, ReadProblems};
use crate::http::dto::{CardTypeDto, CardTypePage, open};
use crate::http::extract::{Access, CardsRead, Cursor, PathId, Query, page_limit};
use crate::http::params::{parse_parameter, plain_text};
use crate::http::problem::ApiResult;
use crate::store::card_types::CardTypeFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCardTypes {
    /// A provider instance.
    instance: Option<String>,
    #[param(value_type = Option<open::CardModel>)]
    model: Option<String>,
    #[param(value_type = Option<open::CardForm>)]
    form: Option<String>,
    #[param(value_type = Option<open::CardBrand>)]
    brand: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    /// ISO 4217.
    currency: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

impl ListCardTypes {
    fn filter(&self) -> ApiResult<CardTypeFilter> {
        Ok(CardTypeFilter {
            model: parse_parameter("model", self.model.as_deref())?,
            form: parse_parameter("form", self.form.as_deref())?,
            brand: plain_text("brand", self.brand.as_deref())?,
            country: plain_text("country", self.country.as_deref())?,
            currency: parse_parameter("currency", self.currency.as_deref())?,
            listed: Some(true),
            ..CardTypeFilter::default()
        })
    }
}

/// List card types
///
/// Of every provider instance of the tenant, as last synchronised; works while a provider is down.
#[utoipa::path(get, path = "/v1/card-types", tag = "card types", operation_id = "list_card_types", params(ListCardTypes),
    responses((status = 200, description = "A page of card types", body = CardTypePage), ListProblems))]
pub async fn list_card_types(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListCardTypes>,
) -> ApiResult<Json<CardTypePage>> {
    let filter = query.filter()?;
    let limit = page_limit(&app, query.limit)?;
    let filters = format!("{filter:?} {:?}", query.instance);
    let tenant_id = access.tenant.id.clone();
    let cursor = Cursor {
        tenant: tenant_id.as_str(),
        list: "card-types",
        filters,
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(CardTypeId::from_uuid);
    let instance = parse_parameter::<InstanceId>("instance", query.instance.as_deref())?;
    let mut tenant = access.tenant.as_ref().clone();
    tenant
        .instances
        .retain(|id| instance.as_ref().is_none_or(|wanted| wanted == id));
    let Listing { items, next } =
        app::card_types::list(&app, &tenant, &filter, after, limit).await?;
    Ok(Json(CardTypePage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}

/// Get a card type
///
/// What it costs, allows and needs.
#[utoipa::path(get, path = "/v1/card-types/{card_type_id}", tag = "card types", operation_id = "get_card_type",
    params(("card_type_id" = String, Path, description = "`ctype_…`")),
    responses((status = 200, description = "The card type", body = CardTypeDto), ReadProblems))]
pub async fn get_card_type(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<CardTypeId>,
) -> ApiResult<Json<CardTypeDto>> {
    Ok(Json(
        app::card_types::get(&app, &access.tenant, id).await?.into(),
    ))
}
