//! The subjects, a line per provider.

mod fincard;
mod mock;

use crate::subject::Maker;

pub fn all() -> Vec<Maker> {
    [mock::makers(), fincard::makers()]
        .into_iter()
        .flatten()
        .collect()
}
