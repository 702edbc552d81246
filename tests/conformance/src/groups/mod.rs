//! The trials, by group.

mod identity;
mod mapping;
mod outcome_truth;
mod paging;
mod repeat;
mod secrets;
mod webhooks;

use crate::trial::Trial;

pub fn all() -> Vec<Trial> {
    [
        identity::trials(),
        repeat::trials(),
        outcome_truth::trials(),
        mapping::trials(),
        paging::trials(),
        webhooks::trials(),
        secrets::trials(),
    ]
    .concat()
}
