//! What makes a PIN acceptable, as data of a card type.

/// Rules a provider has for PINs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinRule {
    pub digits: u32,
    /// The longest run of one digit that is taken.
    pub max_run: u32,
    /// Refuses PINs in which every digit is larger, or every digit smaller, than the one before.
    pub no_sequence: bool,
    /// Refuses PINs that are one block of two or three digits, repeated: 121212, 123123.
    pub no_repeated_block: bool,
    /// The first one is set when a physical card is activated, not afterwards.
    pub at_activation: bool,
}

/// Why a PIN is refused. Says nothing about its digits.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum WeakPin {
    #[error("must be {0} digits")]
    Length(u32),
    #[error("must not have one digit more than {0} times in a row")]
    Run(u32),
    #[error("must not be wholly ascending or descending")]
    Sequence,
    #[error("must not be a block of two or three digits repeated")]
    Block,
}

impl WeakPin {
    pub fn code(self) -> &'static str {
        match self {
            Self::Length(_) => "bad_length",
            Self::Run(_) => "repeated_digit",
            Self::Sequence => "sequence",
            Self::Block => "repeated_block",
        }
    }
}

impl PinRule {
    pub fn check(&self, pin: &str) -> Result<(), WeakPin> {
        let digits = pin.as_bytes();
        let expected = usize::try_from(self.digits).unwrap_or(usize::MAX);
        if digits.len() != expected || !digits.iter().all(u8::is_ascii_digit) {
            return Err(WeakPin::Length(self.digits));
        }
        let max_run = usize::try_from(self.max_run).unwrap_or(usize::MAX);
        let longest = digits.chunk_by(|a, b| a == b).map(<[u8]>::len).max();
        if longest.is_some_and(|run| run > max_run) {
            return Err(WeakPin::Run(self.max_run));
        }
        let each_step = |step: fn(u8, u8) -> bool| {
            digits.len() > 1
                && digits
                    .windows(2)
                    .all(|pair| matches!(pair, [a, b] if step(*a, *b)))
        };
        if self.no_sequence && (each_step(|a, b| a < b) || each_step(|a, b| a > b)) {
            return Err(WeakPin::Sequence);
        }
        let repeats = |block: usize| {
            digits.len() > block
                && digits.len().is_multiple_of(block)
                && digits.chunks(block).all(|chunk| digits.starts_with(chunk))
        };
        if self.no_repeated_block && (repeats(2) || repeats(3)) {
            return Err(WeakPin::Block);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documented rule of FinCard, with its own examples of refused PINs (dossier section 7.5).
    #[test]
    fn pin_that_breaks_a_documented_rule_is_refused_with_its_reason() {
        let rule = PinRule {
            digits: 6,
            max_run: 2,
            no_sequence: true,
            no_repeated_block: true,
            at_activation: true,
        };
        for (pin, expected) in [
            ("", Err(WeakPin::Length(6))),
            ("12345", Err(WeakPin::Length(6))),
            ("1234567", Err(WeakPin::Length(6))),
            ("12a456", Err(WeakPin::Length(6))),
            ("１２３４５６", Err(WeakPin::Length(6))),
            ("111258", Err(WeakPin::Run(2))),
            ("258000", Err(WeakPin::Run(2))),
            ("123456", Err(WeakPin::Sequence)),
            ("987654", Err(WeakPin::Sequence)),
            ("024689", Err(WeakPin::Sequence)),
            ("121212", Err(WeakPin::Block)),
            ("909090", Err(WeakPin::Block)),
            ("123123", Err(WeakPin::Block)),
            ("135790", Ok(())),
            ("112233", Ok(())),
            ("258013", Ok(())),
        ] {
            assert_eq!(rule.check(pin), expected);
        }
    }
}
