use axum::Json;
use axum::extract::State;

use crate::app::reload::{self, InForce, Reloaded};
use crate::app::{App, AppError};
use crate::config::{ConfigProblems, Problem};
use crate::http::codes;
use crate::http::document::{ConfigProblemAnswers, OperatorProblems};
use crate::http::dto::{ConfigDto, ReloadedDto};
use crate::http::extract::Operator;
use crate::http::problem::{ApiError, ApiResult, FieldError};

/// Read the configuration in force
///
/// As it answers this request: defaults included, secrets as `***`.
#[utoipa::path(get, path = "/admin/v1/config", tag = "operators", operation_id = "get_config",
    security(("operator_key" = [])),
    responses((status = 200, description = "The configuration in force", body = ConfigDto), OperatorProblems))]
pub async fn get_config(State(app): State<App>, _: Operator) -> ApiResult<Json<ConfigDto>> {
    let InForce {
        generation,
        loaded_at,
        settings,
    } = &app.in_force;
    let config = serde_json::to_value(settings.as_ref());
    let config = config.map_err(|_| AppError::Internal("settings do not serialise"))?;
    Ok(Json(ConfigDto {
        generation: *generation,
        loaded_at: loaded_at.to_string(),
        config,
    }))
}

/// Reload the configuration
///
/// Reads the file and environment of the start again and puts them into force, all or nothing: a
/// request is answered wholly by one configuration. SIGHUP does the same.
#[utoipa::path(post, path = "/admin/v1/reload", tag = "operators", operation_id = "reload_config",
    security(("operator_key" = [])),
    responses((status = 200, description = "What is in force by now", body = ReloadedDto), ConfigProblemAnswers))]
pub async fn reload_config(State(app): State<App>, _: Operator) -> ApiResult<Json<ReloadedDto>> {
    let Reloaded {
        generation,
        loaded_at,
        changed,
    } = reload::reload(&app).await?.map_err(refused)?;
    Ok(Json(ReloadedDto {
        generation,
        loaded_at: loaded_at.to_string(),
        changed,
    }))
}

fn refused(problems: ConfigProblems) -> ApiError {
    let detail = "see `errors`: nothing of it was taken, what was in force still is";
    let mut error = ApiError::new(codes::CONFIG_REFUSED, detail);
    error.problem.errors = problems.iter().map(in_config).collect();
    error
}

fn in_config(problem: &Problem) -> FieldError {
    FieldError {
        pointer: None,
        parameter: None,
        header: None,
        code: "refused".to_owned(),
        detail: problem.to_string(),
    }
}
