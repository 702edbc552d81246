use crate::app::AppError;
use crate::clock;
use crate::profile;
use crate::security::Vault;
use crate::store::customers::{self, StoredCustomer};
use crate::store::{Change, Conflict, Store, Unit, WriteError};

/// Customers read at a time.
const AT_ONCE: u64 = 100;

/// Encrypt every profile with the first key of the vault; says how many had another one. Can be
/// stopped and begun again at any time, beside running gateways.
pub async fn rotate(store: &Store, vault: &Vault) -> Result<usize, AppError> {
    let mut done = 0;
    loop {
        let due = customers::not_encrypted_with(store, vault.current(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(done);
        }
        for customer in due {
            let profile = profile::open(vault, &customer)?;
            let sealed = profile::seal(vault, &customer.tenant, customer.id, &profile)?;
            let next = StoredCustomer {
                profile: Some(sealed),
                version: customer.version + 1,
                updated_at: clock::now(),
                ..customer
            };
            match store
                .commit(Unit::new().with(Change::UpdateCustomer(next)))
                .await
            {
                Ok(()) => done += 1,
                // Changed meanwhile: listed again, if it still has the old key.
                Err(WriteError::Conflict(Conflict::Customer(_))) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
