//! What the operator sees.

mod api_key;
mod audit;
mod config;
mod instance;
mod operation;
mod tenant;

pub use api_key::{ApiKeyDto, CreateApiKeyBody, MadeApiKeyDto, RotateApiKeyBody};
pub use audit::AuditRecordDto;
pub use config::{ConfigDto, ReloadedDto};
pub use instance::InstanceDto;
pub use operation::{DecideOperationBody, TenantOperationDto};
pub use tenant::TenantDto;
