use serde::Serialize;
use utoipa::ToSchema;

/// A configured provider instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Instance)]
pub struct InstanceDto {
    #[schema(example = "fincard_main")]
    pub instance: String,
    /// The adapter.
    #[schema(example = "fincard")]
    pub kind: String,
    /// `false` while its circuit is open: calls to it are refused at once.
    pub healthy: bool,
    /// The tenants that may use it: one has it for itself, several share it.
    pub tenants: Vec<String>,
}
