use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use cardmux_domain::id::{CardTypeId, CustomerId, InstanceId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::upload;
use crate::app::customers::{UploadRequest, UploadTarget};
use crate::app::{self, App, FieldProblem};
use crate::http::codes;
use crate::http::document::ChangeProblems;
use crate::http::dto::{DocumentDto, UploadForm};
use crate::http::extract::{Access, CustomersWrite, Meta, PathId, Query};
use crate::http::params::{CustomerPath, parse_parameter};
use crate::http::problem::{ApiError, ApiResult};

/// As much of a form is taken in, the file passed on as it comes. More than a document may have: a
/// client that is still writing when the connection closes sees a broken pipe, and one that sends a
/// photograph as the camera made it should see what is wrong with it.
pub const FORM_MAX: usize = 8 * 1024 * 1024;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// The card type the customer is to be enrolled for: its provider gets the document.
    type_id: Option<String>,
    /// The provider instance that gets the document. Either this or `typeId`.
    instance: Option<String>,
}

impl UploadQuery {
    fn target(&self) -> ApiResult<UploadTarget> {
        let type_id = parse_parameter::<CardTypeId>("typeId", self.type_id.as_deref())?;
        let instance = parse_parameter::<InstanceId>("instance", self.instance.as_deref())?;
        let (code, detail) = match (type_id, instance) {
            (Some(id), None) => return Ok(UploadTarget::CardType(id)),
            (None, Some(id)) => return Ok(UploadTarget::Instance(id)),
            (None, None) => (
                "required",
                "say who gets the document: `typeId` or `instance`",
            ),
            (Some(_), Some(_)) => ("ambiguous", "send either `typeId` or `instance`"),
        };
        let field = FieldProblem::parameter("typeId", code, detail);
        Err(ApiError::fields(
            codes::INVALID_QUERY,
            "see `errors`",
            vec![field],
        ))
    }
}

/// Upload a document
///
/// A JPEG, PNG or PDF file about the customer, at most 2 MB. It is passed on to the provider and
/// not kept here; the id in the answer is for the customer's `identity`. Uploaded again, it is
/// another document.
#[utoipa::path(post, path = "/v1/customers/{customer_id}/documents", tag = "customers", operation_id = "upload_document",
    params(CustomerPath, UploadQuery),
    request_body(content = UploadForm, content_type = "multipart/form-data", description = "One part, `file`"),
    responses(
        (status = 201, description = "The document", body = DocumentDto),
        ChangeProblems,
    ))]
pub async fn upload_document(
    State(app): State<App>,
    access: Access<CustomersWrite>,
    PathId(customer_id): PathId<CustomerId>,
    Query(query): Query<UploadQuery>,
    meta: Meta,
    form: Result<Multipart, MultipartRejection>,
) -> ApiResult<(StatusCode, Json<DocumentDto>)> {
    let target = query.target()?;
    let mut form = form.map_err(|_| {
        let detail = "send `Content-Type: multipart/form-data; boundary=…`";
        ApiError::new(codes::UNSUPPORTED_MEDIA_TYPE, detail)
    })?;
    let document = upload::pass_on(&mut form, |file_name, content| {
        let wanted = UploadRequest {
            customer_id,
            target,
            file_name,
            content,
            request_id: meta.id,
        };
        app::customers::upload(&app, &access.tenant, wanted)
    })
    .await;
    upload::drain(&mut form).await;
    Ok((StatusCode::CREATED, Json(document?.into())))
}
