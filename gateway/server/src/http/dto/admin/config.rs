use serde::Serialize;
use utoipa::ToSchema;

/// A configuration and when it came into force.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Config)]
pub struct ConfigDto {
    /// Grows by one with every reload that changed something.
    #[schema(example = 3)]
    pub generation: u64,
    #[schema(format = DateTime, example = "2026-11-21T12:00:00.000Z")]
    pub loaded_at: String,
    /// As in the file, defaults included, secrets as `***`.
    #[schema(value_type = Object)]
    pub config: serde_json::Value,
}

/// What a reload came to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReloadedConfig)]
pub struct ReloadedDto {
    #[schema(example = 4)]
    pub generation: u64,
    #[schema(format = DateTime, example = "2026-11-21T12:00:00.000Z")]
    pub loaded_at: String,
    /// The keys whose values differ; none where nothing changed.
    #[schema(example = json!(["tenants.acme.routes"]))]
    pub changed: Vec<String>,
}
