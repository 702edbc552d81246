//! What a provider says in its own words, made fit for an error that clients and logs see.

/// Enough for the longest refusal seen, short enough for a log line.
const MAX_CHARS: usize = 200;

/// Card numbers have 12 to 19 digits (ISO/IEC 7812).
const MIN_SECRET_DIGITS: usize = 12;

/// Cut to 200 characters, control characters made blanks, and every run of 12 or more digits (also
/// grouped by single blanks or hyphens, as card numbers are printed) replaced by `[number]`.
pub fn provider_message(text: &str) -> String {
    let mut clean = String::new();
    let mut run = Run::default();
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if run.take(c) {
            continue;
        }
        run.flush(&mut clean);
        if !run.take(c) {
            clean.push(c);
        }
    }
    run.flush(&mut clean);
    let clean = clean.trim();
    match clean.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
        None => clean.to_owned(),
    }
}

/// A stretch of digits and the single separators between them.
#[derive(Default)]
struct Run {
    text: String,
    digits: usize,
}

impl Run {
    fn take(&mut self, c: char) -> bool {
        let separator = matches!(c, ' ' | '-') && self.text.ends_with(|l: char| l.is_ascii_digit());
        if c.is_ascii_digit() {
            self.digits = self.digits.saturating_add(1);
        } else if !separator {
            return false;
        }
        self.text.push(c);
        true
    }

    fn flush(&mut self, out: &mut String) {
        if self.digits >= MIN_SECRET_DIGITS {
            out.push_str("[number]");
            out.extend(self.text.chars().last().filter(|c| !c.is_ascii_digit()));
        } else {
            out.push_str(&self.text);
        }
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_message_masks_long_numbers_and_keeps_the_rest() {
        for (said, shown) in [
            ("card 4000001234567899 declined", "card [number] declined"),
            (
                "card 4000 0012 3456 7899 declined",
                "card [number] declined",
            ),
            ("4000-0012-3456-7899", "[number]"),
            (
                "code 40002, amount 12.50 USD",
                "code 40002, amount 12.50 USD",
            ),
            ("2026-07-01 10:00", "2026-07-01 10:00"),
            (" a\r\nb ", "a  b"),
        ] {
            assert_eq!(provider_message(said), shown);
        }
    }

    #[test]
    fn provider_message_is_bounded() {
        assert_eq!(
            provider_message(&"ä".repeat(5000)).chars().count(),
            MAX_CHARS + 1
        );
    }
}
