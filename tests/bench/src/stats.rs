//! Medians, percentiles, and numbers as floats.

use std::time::Duration;

/// The middle of several rounds, and how far they lie apart.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        // Of an even number of rounds the lower middle: never better than it was.
        Self {
            median: at(last / 2),
            min: at(0),
            max: at(last),
        }
    }
}

/// The value below which `percent` of the sorted values lie.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    permille(sorted, percent * 10)
}

/// The same in thousandths.
pub fn permille(sorted: &[Duration], permille: usize) -> Duration {
    let index = (sorted.len() * permille / 1000).min(sorted.len().saturating_sub(1));
    sorted.get(index).copied().unwrap_or_default()
}

pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Counts here stay far below the four thousand million at which this saturates.
pub fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_of_unsorted_rounds_takes_the_middle() {
        let spread = Spread::of([3.0, 1.0, 2.0]);
        assert_eq!((spread.min, spread.median, spread.max), (1.0, 2.0, 3.0));
    }

    #[test]
    fn percentile_of_a_hundred_values_is_the_value() {
        let sorted: Vec<_> = (0..100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&sorted, 50), Duration::from_millis(50));
        assert_eq!(percentile(&sorted, 99), Duration::from_millis(99));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
        let sorted: Vec<_> = (0..1000).map(Duration::from_millis).collect();
        assert_eq!(permille(&sorted, 999), Duration::from_millis(999));
    }
}
