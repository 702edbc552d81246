//! Rows by id, and what readers see of them.
//!
//! A call under an `invisible` fault leaves a veil over every row it made or changed: until its
//! time, reads and lists show the row as it was before, or not at all. Changes always act on the
//! real row.

use serde::{Deserialize, Serialize};

pub trait Row: Clone + PartialEq {
    fn id(&self) -> &str;
}

#[derive(Serialize, Deserialize)]
pub struct Table<T> {
    rows: Vec<T>,
    veils: Vec<Veil<T>>,
}

#[derive(Serialize, Deserialize)]
struct Veil<T> {
    id: String,
    /// Emulated time.
    until: i64,
    before: Option<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            veils: Vec::new(),
        }
    }
}

impl<T: Row> Table<T> {
    pub fn push(&mut self, row: T) {
        self.rows.push(row);
    }

    pub fn remove(&mut self, id: &str) {
        self.rows.retain(|row| row.id() != id);
    }

    pub fn all(&self) -> &[T] {
        &self.rows
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.iter_mut()
    }

    pub fn get(&self, id: &str) -> Option<&T> {
        self.rows.iter().find(|row| row.id() == id)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.rows.iter_mut().find(|row| row.id() == id)
    }

    /// What a reader sees now: oldest first, then what was removed behind a veil.
    pub fn seen(&self, now_ms: i64) -> impl Iterator<Item = &T> {
        let rows = self.rows.iter().filter_map(move |row| {
            self.veil_over(row.id(), now_ms)
                .map_or(Some(row), |veil| veil.before.as_ref())
        });
        let removed = self.veils.iter().filter(move |veil| {
            let first = self.veil_over(&veil.id, now_ms);
            self.get(&veil.id).is_none() && first.is_some_and(|first| std::ptr::eq(first, *veil))
        });
        rows.chain(removed.filter_map(|veil| veil.before.as_ref()))
    }

    /// The oldest one in force.
    fn veil_over(&self, id: &str, now_ms: i64) -> Option<&Veil<T>> {
        let mut veils = self.veils.iter();
        veils.find(|veil| veil.id == id && veil.until > now_ms)
    }

    /// Hides the difference between `before` and now until `until`.
    pub fn veil(&mut self, before: &[T], until: i64) {
        for row in &self.rows {
            let old = before.iter().find(|old| old.id() == row.id());
            if old != Some(row) {
                self.veils.push(Veil {
                    id: row.id().to_owned(),
                    until,
                    before: old.cloned(),
                });
            }
        }
        for gone in before {
            if self.get(gone.id()).is_none() {
                self.veils.push(Veil {
                    id: gone.id().to_owned(),
                    until,
                    before: Some(gone.clone()),
                });
            }
        }
    }

    /// Forgets veils that are over.
    pub fn lift(&mut self, now_ms: i64) {
        self.veils.retain(|veil| veil.until > now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, PartialEq)]
    struct Word(&'static str, u32);

    impl Row for Word {
        fn id(&self) -> &str {
            self.0
        }
    }

    fn seen(table: &Table<Word>, now_ms: i64) -> Vec<u32> {
        table.seen(now_ms).map(|row| row.1).collect()
    }

    #[test]
    fn a_veil_hides_what_is_new_and_shows_what_was() {
        let mut table = Table::default();
        table.push(Word("a", 1));
        let before = table.all().to_vec();
        table.push(Word("b", 2));
        table.get_mut("a").unwrap().1 = 9;
        table.veil(&before, 100);
        assert_eq!(seen(&table, 99), [1]);
        assert_eq!(seen(&table, 100), [9, 2]);
    }

    #[test]
    fn a_veil_keeps_showing_what_was_removed() {
        let mut table = Table::default();
        table.push(Word("a", 1));
        let before = table.all().to_vec();
        table.remove("a");
        table.veil(&before, 100);
        assert_eq!((seen(&table, 99), seen(&table, 100)), (vec![1], vec![]));
    }

    #[test]
    fn the_oldest_veil_in_force_decides() {
        let mut table = Table::default();
        table.push(Word("a", 1));
        for (value, until) in [(2, 100), (3, 200)] {
            let before = table.all().to_vec();
            table.get_mut("a").unwrap().1 = value;
            table.veil(&before, until);
        }
        assert_eq!((seen(&table, 50), seen(&table, 150)), (vec![1], vec![2]));
    }
}
