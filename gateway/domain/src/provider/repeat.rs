//! The one table that decides whether a failed call may be made again.

use super::{CreateKey, Outcome};

/// What a call does at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Brings about a state: twice is the same as once.
    Set,
    /// Makes something or moves money: twice is two.
    Create,
}

/// Whether the same call, with the same reference, may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    Allowed,
    Never,
}

/// Decides on repetition. Exhaustive on purpose: a new effect, outcome or key shows up here.
///
/// A refusal is an answer, so it is never repeated by itself; a provider's "slow down" is passed on
/// with its `retry_after`.
pub fn repeat(effect: Effect, outcome: Outcome, key: CreateKey) -> Repeat {
    use Repeat::{Allowed, Never};
    match (effect, outcome, key) {
        (_, Outcome::NotSent, _) => Allowed,
        (_, Outcome::Rejected, _) => Never,
        (Effect::Read | Effect::Set, Outcome::Unknown, _) => Allowed,
        (Effect::Create, Outcome::Unknown, CreateKey::Unique | CreateKey::Replay) => Allowed,
        (Effect::Create, Outcome::Unknown, CreateKey::None) => Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    /// The table as the design states it, written out once more.
    #[test]
    fn repeat_table_holds_for_every_combination() {
        for effect in Effect::VARIANTS {
            for outcome in Outcome::VARIANTS {
                for key in [CreateKey::None, CreateKey::Unique, CreateKey::Replay] {
                    let expected = match (effect, outcome) {
                        (_, Outcome::NotSent) => true,
                        (_, Outcome::Rejected) => false,
                        (Effect::Create, Outcome::Unknown) => key != CreateKey::None,
                        (Effect::Read | Effect::Set, Outcome::Unknown) => true,
                    };
                    let allowed = repeat(*effect, *outcome, key) == Repeat::Allowed;
                    assert_eq!(allowed, expected, "{effect:?} {outcome:?} {key:?}");
                }
            }
        }
    }
}
