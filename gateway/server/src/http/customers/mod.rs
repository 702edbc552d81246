//! `/v1/customers`

pub mod create;
pub mod delete;
pub mod documents;
pub mod get;
pub mod list;
pub mod update;
mod upload;

use cardmux_domain::customer::Customer;

use super::dto::CustomerDto;
use super::tagged::Tagged;

fn tagged(customer: Customer) -> Tagged<CustomerDto> {
    Tagged {
        version: customer.version,
        resource: customer.into(),
    }
}
