use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{CardId, TenantId, TransactionId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::{ListProblems, ReadProblems};
use crate::http::dto::{TransactionPage, open};
use crate::http::extract::{Access, CardsRead, Cursor, PathId, Query, page_limit, time_parameter};
use crate::http::params::{CardPath, parse_parameter};
use crate::http::problem::ApiResult;
use crate::store::transactions::TransactionFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListTransactions {
    card_id: Option<String>,
    #[param(value_type = Option<open::TransactionType>)]
    r#type: Option<String>,
    #[param(value_type = Option<open::TransactionStatus>)]
    status: Option<String>,
    #[param(value_type = Option<open::ChargedTo>)]
    charged_to: Option<String>,
    /// Happened then or later, RFC 3339.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Happened then or earlier.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// The same without the card, which the path names.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCardTransactions {
    #[param(value_type = Option<open::TransactionType>)]
    r#type: Option<String>,
    #[param(value_type = Option<open::TransactionStatus>)]
    status: Option<String>,
    #[param(value_type = Option<open::ChargedTo>)]
    charged_to: Option<String>,
    /// Happened then or later, RFC 3339.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Happened then or earlier.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

impl ListCardTransactions {
    fn of(self, card_id: CardId) -> ListTransactions {
        let Self {
            r#type,
            status,
            charged_to,
            from,
            to,
            limit,
            cursor,
        } = self;
        ListTransactions {
            card_id: Some(card_id.to_string()),
            r#type,
            status,
            charged_to,
            from,
            to,
            limit,
            cursor,
        }
    }
}

impl ListTransactions {
    fn filter(&self) -> ApiResult<TransactionFilter> {
        Ok(TransactionFilter {
            card_id: parse_parameter::<CardId>("cardId", self.card_id.as_deref())?,
            kind: parse_parameter("type", self.r#type.as_deref())?,
            status: parse_parameter("status", self.status.as_deref())?,
            charged_to: parse_parameter("chargedTo", self.charged_to.as_deref())?,
            from: time_parameter("from", self.from.as_deref())?,
            to: time_parameter("to", self.to.as_deref())?,
        })
    }

    async fn page(self, app: &App, tenant: &TenantId) -> ApiResult<Json<TransactionPage>> {
        let filter = self.filter()?;
        let limit = page_limit(app, self.limit)?;
        let cursor = Cursor {
            tenant: tenant.as_str(),
            list: "transactions",
            filters: format!("{filter:?}"),
        };
        let after = self
            .cursor
            .as_deref()
            .map(|text| cursor.decode(app, text))
            .transpose()?;
        let after = after.map(TransactionId::from_uuid);
        let Listing { items, next } =
            app::transactions::list(app, tenant, &filter, after, limit).await?;
        Ok(Json(TransactionPage {
            data: items.into_iter().map(Into::into).collect(),
            next_cursor: next.map(|id| cursor.encode(app, id.uuid())),
        }))
    }
}

/// List transactions
///
/// Of every card, newest first in the order they became known here; a provider may report one long
/// after it happened (`occurredAt`).
#[utoipa::path(get, path = "/v1/transactions", tag = "transactions", operation_id = "list_transactions", params(ListTransactions),
    responses((status = 200, description = "A page of transactions", body = TransactionPage), ListProblems))]
pub async fn list_transactions(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListTransactions>,
) -> ApiResult<Json<TransactionPage>> {
    query.page(&app, &access.tenant.id).await
}

/// List a card's transactions
///
/// Newest first in the order they became known here.
#[utoipa::path(get, path = "/v1/cards/{card_id}/transactions", tag = "transactions", operation_id = "list_card_transactions",
    params(CardPath, ListCardTransactions),
    responses((status = 200, description = "A page of transactions", body = TransactionPage), ReadProblems, ListProblems))]
pub async fn list_card_transactions(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<CardId>,
    Query(query): Query<ListCardTransactions>,
) -> ApiResult<Json<TransactionPage>> {
    // A card that does not exist is told from one that did nothing.
    app::cards::get(&app, &access.tenant.id, id).await?;
    query.of(id).page(&app, &access.tenant.id).await
}
