//! Personal data between its encrypted form in the store and the domain's.

use std::collections::BTreeMap;

use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::id::{CustomerId, DocumentId, InstanceId, TenantId};
use zeroize::Zeroizing;

use crate::security::{Vault, VaultError};
use crate::store::customers::{self, SealedProfile, StoredCustomer};
use crate::store::{Store, StoreError, documents};

#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("personal data cannot be decrypted")]
    Vault(#[from] VaultError),
    /// It was decrypted, but this version cannot read it.
    #[error("personal data cannot be read")]
    Unreadable,
}

/// Ties an encrypted profile to its customer: it cannot be put under another one.
fn associated(tenant: &TenantId, id: CustomerId) -> String {
    format!("{tenant}/{id}")
}

pub fn seal(
    vault: &Vault,
    tenant: &TenantId,
    id: CustomerId,
    profile: &Profile,
) -> Result<SealedProfile, ProfileError> {
    let fields: BTreeMap<&str, &str> = profile
        .iter()
        .map(|(field, value)| (<&'static str>::from(field), value))
        .collect();
    let plain = serde_json::to_vec(&fields).map_err(|_| ProfileError::Unreadable)?;
    let plain = Zeroizing::new(plain);
    let bytes = vault.seal(associated(tenant, id).as_bytes(), &plain)?;
    let key = Vault::key_of(&bytes).ok_or(ProfileError::Unreadable)?;
    let key = key.to_owned();
    Ok(SealedProfile { bytes, key })
}

/// The profile of a customer; an empty one where it was erased.
pub fn open(vault: &Vault, customer: &StoredCustomer) -> Result<Profile, ProfileError> {
    let Some(sealed) = &customer.profile else {
        return Ok(Profile::default());
    };
    let associated = associated(&customer.tenant, customer.id);
    let plain = vault.open(associated.as_bytes(), &sealed.bytes)?;
    let fields: BTreeMap<String, Zeroizing<String>> =
        serde_json::from_slice(&plain).map_err(|_| ProfileError::Unreadable)?;
    let mut profile = Profile::default();
    for (field, value) in fields {
        let field: CustomerField = field.parse().map_err(|_| ProfileError::Unreadable)?;
        profile.set(field, Some(value.to_string()));
    }
    Ok(profile)
}

/// The profile as a provider call wants it: documents by the provider's ids. A document that is
/// kept by another provider is left out.
pub async fn for_provider(
    store: &Store,
    vault: &Vault,
    tenant: &TenantId,
    customer: CustomerId,
    instance: &InstanceId,
) -> Result<Option<Profile>, ProfileError> {
    let Some(customer) = customers::get(store, tenant, customer).await? else {
        return Ok(None);
    };
    let mut profile = open(vault, &customer)?;
    let wanted: Vec<(CustomerField, DocumentId)> = profile
        .iter()
        .filter(|(field, _)| field.is_document())
        .filter_map(|(field, id)| Some((field, id.parse().ok()?)))
        .collect();
    let ids: Vec<DocumentId> = wanted.iter().map(|(_, id)| *id).collect();
    let known = documents::of_customer(store, tenant, customer.id, &ids).await?;
    for (field, id) in wanted {
        let file = known.iter().find(|d| d.id == id && d.instance == *instance);
        profile.set(field, file.map(|d| d.provider_ref.clone()));
    }
    Ok(Some(profile))
}
