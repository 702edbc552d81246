//! Choosing what runs together.

use std::collections::{HashSet, VecDeque};

use super::Waiting;

/// Take up to `max` units from the front that have no row in common. A unit that overlaps an
/// earlier one stays, and so does everything that overlaps it: their order is kept.
pub(super) fn take(waiting: &mut VecDeque<Waiting>, max: usize) -> Vec<Waiting> {
    let together = independent(waiting, max);
    let mut batch = Vec::with_capacity(together.len());
    let mut rest = VecDeque::with_capacity(waiting.len());
    for (at, unit) in waiting.drain(..).enumerate() {
        if together.contains(&at) {
            batch.push(unit);
        } else {
            rest.push_back(unit);
        }
    }
    *waiting = rest;
    batch
}

fn independent(waiting: &VecDeque<Waiting>, max: usize) -> HashSet<usize> {
    let mut touched = HashSet::new();
    let mut together = HashSet::new();
    for (at, unit) in waiting.iter().enumerate() {
        if together.len() == max {
            break;
        }
        let identities = unit.rows.identities();
        if identities
            .iter()
            .all(|identity| !touched.contains(identity))
        {
            together.insert(at);
        }
        touched.extend(identities);
    }
    together
}

#[cfg(test)]
mod tests {
    use super::super::rows::{Release, Rows};
    use super::*;
    use tokio::sync::oneshot;

    fn release(key: &str) -> Waiting {
        let rows = Rows {
            releases: vec![Release {
                tenant: "demo".to_owned(),
                key: key.to_owned(),
                operation: uuid::Uuid::nil(),
            }],
            ..Rows::default()
        };
        Waiting {
            rows,
            answer: oneshot::channel().0,
        }
    }

    fn keys(units: impl IntoIterator<Item = Waiting>) -> Vec<String> {
        let keys = units.into_iter().flat_map(|unit| unit.rows.releases);
        keys.map(|release| release.key).collect()
    }

    #[test]
    fn take_puts_overlapping_units_off_and_keeps_their_order() {
        let mut waiting: VecDeque<_> = ["a", "b", "a", "c", "a"].map(release).into();
        assert_eq!(keys(take(&mut waiting, 64)), ["a", "b", "c"]);
        assert_eq!(keys(take(&mut waiting, 64)), ["a"]);
        assert_eq!(keys(take(&mut waiting, 64)), ["a"]);
        assert!(waiting.is_empty());
    }

    #[test]
    fn take_stops_at_the_bound() {
        let mut waiting: VecDeque<_> = ["a", "b", "c"].map(release).into();
        assert_eq!(keys(take(&mut waiting, 2)), ["a", "b"]);
        assert_eq!(keys(waiting), ["c"]);
    }

    #[test]
    fn take_of_a_unit_without_rows_takes_it() {
        let mut waiting = VecDeque::from([Waiting {
            rows: Rows::default(),
            answer: oneshot::channel().0,
        }]);
        assert_eq!(take(&mut waiting, 2).len(), 1);
    }
}
