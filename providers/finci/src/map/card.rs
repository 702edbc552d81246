//! Cards: what is embossed, and what a list shows of them.

use cardmux_domain::card::{CardFunds, CardStatus};
use cardmux_domain::provider::{CardSnapshot, PersonName, ProviderError};
use cardmux_domain::secret::ExposeSecret;
use cardmux_domain::time::Timestamp;
use zeroize::Zeroizing;

use super::refused;
use crate::settings::Embossing;
use crate::wire::card::Card;

/// In place of a status, which FINCI shows nowhere (D).
const NOT_SHOWN: &str = "not shown";

/// FINCI holds no money of a card (D), so there are no funds.
pub fn snapshot(card: Card) -> CardSnapshot {
    let Card {
        token_id,
        card_number,
        product_id,
    } = card;
    CardSnapshot {
        card_ref: token_id,
        card_type_ref: product_id,
        status: CardStatus::Pending,
        provider_status: NOT_SHOWN.to_owned(),
        status_known: false,
        last4: card_number.as_deref().and_then(last4),
        funds: CardFunds::default(),
        controls: None,
        note: None,
    }
}

/// The end of a masked number (`XXXX-XX**-****-XXXX`). Anything else could be more of the number
/// than may be kept.
fn last4(masked: &str) -> Option<String> {
    let plain: Vec<char> = masked.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits = plain.iter().filter(|c| c.is_ascii_digit()).count();
    let end: String = plain.iter().rev().take(4).rev().collect();
    let last = end.len() == 4 && end.bytes().all(|b| b.is_ascii_digit());
    (last && digits <= 12 && digits < plain.len()).then_some(end)
}

/// The name as it is embossed. What the alphabet lacks is refused, not replaced: the card is the
/// holder's, and so is the spelling.
pub fn embossed(
    name: &PersonName,
    embossing: &Embossing,
) -> Result<Zeroizing<String>, ProviderError> {
    let PersonName {
        first_name,
        last_name,
    } = name;
    let (first, last) = (first_name.expose_secret(), last_name.expose_secret());
    let name = Zeroizing::new(format!("{} {}", first.trim(), last.trim()));
    let fits = u64::try_from(name.chars().count()).is_ok_and(|n| n <= embossing.max_length);
    if !fits {
        let why = format!(
            "the cardholder's name has more than {} characters, which do not fit on the card",
            embossing.max_length
        );
        return Err(refused(&why));
    }
    if name.chars().all(|c| is_embossed(c, &embossing.characters)) {
        return Ok(name);
    }
    Err(refused(
        "the cardholder's name has a character that is not embossed; spell it with A to Z",
    ))
}

/// Case-insensitive (D), where the upper case is one character.
fn is_embossed(c: char, characters: &str) -> bool {
    let upper: Vec<char> = c.to_uppercase().collect();
    match upper.as_slice() {
        [upper] => characters.contains(*upper),
        _ => characters.contains(c),
    }
}

/// `YYYY-MM`, so many months from now.
pub fn expiration_date(now: Timestamp, months: u32) -> Result<String, ProviderError> {
    let today = time::OffsetDateTime::from_unix_timestamp(now.as_millis().div_euclid(1_000));
    let today = today.map_err(|_| refused("the clock is beyond every calendar"))?;
    let month = i64::from(u8::from(today.month())) - 1 + i64::from(months);
    let year = i64::from(today.year()) + month.div_euclid(12);
    Ok(format!("{year:04}-{:02}", month.rem_euclid(12) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_masked_number_is_kept() {
        assert_eq!(last4("5355-12**-****-0042").as_deref(), Some("0042"));
        assert_eq!(last4("535512******0042").as_deref(), Some("0042"));
        for bad in [
            "5355120000000042",
            "5355-1200-0000-0042",
            "0042",
            "***2",
            "",
        ] {
            assert_eq!(last4(bad), None, "{bad}");
        }
    }

    #[test]
    fn name_is_embossed_as_it_is_spelt_or_not_at_all() {
        let embossing = |characters: &str| Embossing {
            characters: characters.to_owned(),
            max_length: 12,
        };
        let plain = embossing("ABCDEFGHIJKLMNOPQRSTUVWXYZ -");
        let name = |first: &str, last: &str| PersonName {
            first_name: first.into(),
            last_name: last.into(),
        };
        let ada = embossed(&name(" Ada", "Ex-ample "), &plain).unwrap();
        assert_eq!(ada.as_str(), "Ada Ex-ample");
        for (first, last) in [
            ("Ada", "Example7"),
            ("Jürg", "Groß"),
            ("Ada", "Examplessss"),
        ] {
            let error = embossed(&name(first, last), &plain).unwrap_err();
            assert!(!error.message.contains(last), "{error}");
        }
        assert!(embossed(&name("Jürg", "Ott"), &embossing("ÜJRGOT ")).is_ok());
        assert!(embossed(&name("Jürg", "Groß"), &embossing("ÜJRGOTS ")).is_err());
    }

    #[test]
    fn expiry_counts_months_over_the_end_of_a_year() {
        // 2026-11-21.
        let now = Timestamp::from_millis(1_795_219_200_000);
        for (months, expected) in [(1, "2026-12"), (2, "2027-01"), (36, "2029-11")] {
            assert_eq!(expiration_date(now, months).unwrap(), expected);
        }
    }
}
