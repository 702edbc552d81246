//! Weighted choice that stays with its customer (weighted rendezvous hashing): every arm draws a
//! number from the customer and its own name, and the best draw in proportion to the weights wins. An
//! arm that drops out moves its own customers only; it needs no memory, and all nodes agree.

use std::cmp::Ordering;

use aws_lc_rs::digest::{Context, SHA256};

/// The position of the arm that wins. Weights of 0 win against nobody but each other.
pub(super) fn winner<'n>(
    sticky: &[u8],
    arms: impl IntoIterator<Item = (&'n str, &'n str, u32)>,
) -> Option<usize> {
    let scores = arms.into_iter().map(|(instance, card_type, weight)| {
        let draw = draw(sticky, instance, card_type);
        match weight {
            0 => f64::INFINITY,
            weight => -draw.ln() / f64::from(weight),
        }
    });
    let best = scores
        .enumerate()
        .min_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap_or(Ordering::Equal))?;
    Some(best.0)
}

/// Evenly spread over (0, 1). Not money, and the same on every node.
fn draw(sticky: &[u8], instance: &str, card_type: &str) -> f64 {
    let mut hash = Context::new(&SHA256);
    for part in [sticky, instance.as_bytes(), card_type.as_bytes()] {
        // With its length, so that parts cannot run into each other.
        hash.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finish();
    let number = digest
        .as_ref()
        .first_chunk()
        .copied()
        .map_or(0, u32::from_be_bytes);
    (f64::from(number) + 0.5) / (f64::from(u32::MAX) + 1.0)
}
