//! The trials, by group.

mod authorizations;
mod budgets;
mod change_truth;
mod comparisons;
mod confidences;
mod controls;
mod disputes;
mod enrolments;
mod facts;
mod identity;
mod mapping;
mod outcome_truth;
mod owners;
mod paging;
mod raw;
mod reference;
mod repeat;
mod reveal;
mod secrets;
mod transactions;
mod webhooks;

use crate::trial::Trial;

pub fn all() -> Vec<Trial> {
    [
        identity::trials(),
        repeat::trials(),
        outcome_truth::trials(),
        change_truth::trials(),
        comparisons::trials(),
        owners::trials(),
        mapping::trials(),
        raw::trials(),
        paging::trials(),
        enrolments::trials(),
        budgets::trials(),
        controls::trials(),
        reveal::trials(),
        transactions::trials(),
        authorizations::trials(),
        disputes::trials(),
        reference::trials(),
        webhooks::trials(),
        facts::trials(),
        secrets::trials(),
    ]
    .concat()
}
