//! Weights out of what became of the cards lately issued.

use std::cmp::Ordering;

use cardmux_domain::card_type::CardType;
use cardmux_domain::money::Money;

use crate::config::Prefer;

/// What became of the cards issued at an instance within the window.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    pub issued: u64,
    pub failed: u64,
    /// Mean time until a card was issued, in milliseconds.
    pub mean_ms: Option<u64>,
    /// Mean fee, where all were in one currency.
    pub mean_fee: Option<Money>,
}

/// One of those that could serve.
pub(super) struct Arm<'a> {
    pub card_type: &'a CardType,
    pub evidence: Option<&'a Evidence>,
}

/// Hundredths of a per cent for each: `min_share` per cent for all, the rest for the best. `None`
/// where nothing is known that could tell them apart; the configured weights hold then.
pub(super) fn weights(prefer: Prefer, min_share: u32, arms: &[Arm<'_>]) -> Option<Vec<u32>> {
    let best = best(prefer, arms)?;
    let count = u32::try_from(arms.len()).ok()?;
    let floor = min_share.saturating_mul(100);
    let rest = 10_000_u32.saturating_sub(floor.saturating_mul(count));
    let share = |at| {
        if at == best {
            floor.saturating_add(rest)
        } else {
            floor
        }
    };
    Some((0..arms.len()).map(share).collect())
}

/// The first one among equals.
fn best(prefer: Prefer, arms: &[Arm<'_>]) -> Option<usize> {
    match prefer {
        Prefer::Cost => {
            let fees: Vec<Option<Money>> = arms.iter().map(fee).collect();
            let mut currencies = fees.iter().flatten().map(|fee| fee.currency);
            let first = currencies.next()?;
            // Fees in different currencies cannot be compared.
            if currencies.any(|currency| currency != first) {
                return None;
            }
            smallest(fees.into_iter().map(|fee| fee.map(|fee| fee.amount)))
        }
        Prefer::Latency => {
            let of = |arm: &Arm<'_>| arm.evidence.and_then(|evidence| evidence.mean_ms);
            smallest(arms.iter().map(of))
        }
        Prefer::Success => {
            arms.iter().find(|arm| arm.evidence.is_some())?;
            let mut best: Option<(usize, (u64, u64))> = None;
            for (at, arm) in arms.iter().enumerate() {
                let rate = success(arm.evidence);
                if best.is_none_or(|(_, other)| compare(rate, other) == Ordering::Greater) {
                    best = Some((at, rate));
                }
            }
            best.map(|(at, _)| at)
        }
    }
}

/// Of those that are known.
fn smallest<T: Ord>(values: impl Iterator<Item = Option<T>>) -> Option<usize> {
    let known = values
        .enumerate()
        .filter_map(|(at, value)| Some((value?, at)));
    known.min().map(|(_, at)| at)
}

/// What was charged lately, else what the catalogue says.
fn fee(arm: &Arm<'_>) -> Option<Money> {
    let charged = arm.evidence.and_then(|evidence| evidence.mean_fee);
    charged.or(arm.card_type.spec.issue_fee)
}

/// Successes of tries, one of each added: a single failure is not the whole truth, and who was never
/// tried stands in the middle.
fn success(evidence: Option<&Evidence>) -> (u64, u64) {
    let (issued, failed) = evidence.map_or((0, 0), |e| (e.issued, e.failed));
    (issued + 1, issued + failed + 2)
}

fn compare((a, of_a): (u64, u64), (b, of_b): (u64, u64)) -> Ordering {
    let (a, of_b) = (u128::from(a), u128::from(of_b));
    let (b, of_a) = (u128::from(b), u128::from(of_a));
    (a * of_b).cmp(&(b * of_a))
}
