use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Tenant;
use crate::config::RateLimit;

/// A tenant as configuration declares it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tenant)]
pub struct TenantDto {
    #[schema(example = "acme")]
    pub id: String,
    /// A name for people.
    #[schema(example = "Acme Ltd")]
    pub display_name: Option<String>,
    /// The provider instances it may use.
    pub instances: Vec<String>,
    /// How many requests it may make, with all its keys together; null is no limit.
    pub rate_limit: Option<RateLimitDto>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RateLimit)]
pub struct RateLimitDto {
    /// At once, and within the window in the long run.
    pub requests: u32,
    pub window_seconds: u64,
}

impl From<&Tenant> for TenantDto {
    fn from(tenant: &Tenant) -> Self {
        let instances = tenant.instances.iter().map(ToString::to_string);
        let limit = tenant.rate_limit.filter(|limit| limit.requests > 0);
        Self {
            id: tenant.id.to_string(),
            display_name: tenant.display_name.clone(),
            instances: instances.collect(),
            rate_limit: limit.map(|RateLimit { requests, window }| RateLimitDto {
                requests,
                window_seconds: window.as_secs(),
            }),
        }
    }
}
