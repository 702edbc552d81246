//! Customers: a person or business a tenant knows, independent of providers.

pub mod form;
mod profile;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

pub use profile::{CustomerField, Profile};

use crate::id::{CustomerId, TenantId};
use crate::time::Timestamp;

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum CustomerKind {
    Individual,
    Business,
}

/// A customer of a tenant. What is personal about it is in the profile alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    pub id: CustomerId,
    pub tenant: TenantId,
    pub kind: CustomerKind,
    /// The client's own id, free text; not personal data.
    pub external_id: Option<String>,
    pub metadata: std::collections::BTreeMap<String, String>,
    pub profile: Profile,
    /// When the personal data was erased; the record stays, because cards refer to it.
    pub erased_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
