//! Sums over the end of a row of numbers that change.

/// A binary indexed tree, read from the back. A limit is asked for each payment, and each payment
/// changes what later ones count: adding up the window each time would cost the square of them.
#[derive(Debug)]
pub(super) struct Sums<T> {
    add: fn(T, T) -> T,
    /// The first is not used: the arithmetic of positions begins with one.
    nodes: Vec<T>,
}

impl<T: Copy + Default> Sums<T> {
    /// So many zeros.
    pub fn zeros(length: usize, add: fn(T, T) -> T) -> Self {
        Self {
            add,
            nodes: vec![T::default(); length.saturating_add(1)],
        }
    }

    pub fn add(&mut self, position: usize, change: T) {
        let mut at = self.back_of(position);
        while let Some(node) = self.nodes.get_mut(at).filter(|_| at > 0) {
            *node = (self.add)(*node, change);
            at += lowest_bit(at);
        }
    }

    /// The sum from this position to the end.
    pub fn from(&self, position: usize) -> T {
        let mut sum = T::default();
        let mut at = self.back_of(position);
        while let Some(node) = self.nodes.get(at).filter(|_| at > 0) {
            sum = (self.add)(sum, *node);
            at -= lowest_bit(at);
        }
        sum
    }

    /// The position counted from the end, whose last is one; zero beyond the end.
    fn back_of(&self, position: usize) -> usize {
        self.nodes.len().saturating_sub(1).saturating_sub(position)
    }
}

fn lowest_bit(at: usize) -> usize {
    at & at.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_those_of_the_numbers(
            length in 0_usize..40,
            changes in prop::collection::vec((0_usize..40, -9_i64..9), 0..60),
        ) {
            let mut sums = Sums::zeros(length, i64::saturating_add);
            let mut numbers = vec![0; length];
            for (position, change) in changes {
                // Beyond the end there is nothing to change.
                sums.add(position, change);
                if let Some(number) = numbers.get_mut(position) {
                    *number += change;
                }
            }
            for position in 0..length + 2 {
                let plain: i64 = numbers.iter().skip(position).sum();
                prop_assert_eq!(sums.from(position), plain);
            }
        }
    }
}
