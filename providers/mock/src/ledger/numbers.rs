//! Invented card numbers: the type's BIN, a serial number, a check digit.

/// Of a number, without BIN and check digit.
const SERIAL_DIGITS: usize = 9;
const LENGTH: usize = 16;

pub(super) fn invented(bin: &str, serial: usize) -> String {
    let body = format!("{bin}{serial:0SERIAL_DIGITS$}");
    let check = check_digit(&body);
    format!("{body}{check}")
}

/// Whether a card of this BIN can have this number.
pub(super) fn fits(bin: &str, number: &str) -> bool {
    let digits = number.len() == LENGTH && number.bytes().all(|b| b.is_ascii_digit());
    let body = number.get(..LENGTH - 1).unwrap_or_default();
    digits && number.starts_with(bin) && number.ends_with(&check_digit(body).to_string())
}

/// ISO/IEC 7812-1, annex B (Luhn).
fn check_digit(body: &str) -> u32 {
    let digits = body.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 if digit > 4 => digit * 2 - 9,
            0 => digit * 2,
            _ => digit,
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_invented_has_the_bin_and_a_right_check_digit() {
        assert_eq!(check_digit("411111111111111"), 1);
        let number = invented("400015", 42);
        assert!(fits("400015", &number), "{number}");
        assert!(!fits("400016", &number));
        let other_end = if number.ends_with('0') { "1" } else { "0" };
        let wrong = format!("{}{other_end}", &number[..15]);
        assert!(!fits("400015", &wrong));
    }
}
