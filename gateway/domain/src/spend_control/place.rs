//! Where a payment is made, as far as rules can tell it from what the network says.

use super::rules::MerchantRule;
use crate::controls::Mcc;
use crate::transaction::Merchant;

/// The alpha-2 code, upper case, of a country told by its alpha-2 or alpha-3 code (ISO 3166-1) in
/// any case. `None`: no country we know.
pub(super) fn alpha2(country: &str) -> Option<&'static str> {
    let code = country.trim();
    let known = match code.len() {
        2 => celes::Country::from_alpha2(code),
        3 => celes::Country::from_alpha3(code),
        _ => return None,
    };
    known.ok().map(|country| country.alpha2)
}

/// What of a merchant the rules look at; a part that was not told readably is `None`.
#[derive(Debug)]
pub(super) struct Place {
    pub mcc: Option<Mcc>,
    pub country: Option<&'static str>,
    id: Option<String>,
    name: Option<String>,
}

impl Place {
    pub fn of(merchant: &Merchant) -> Self {
        let plain = |text: &Option<String>| text.as_deref().and_then(plain);
        Self {
            mcc: merchant.mcc.as_deref().and_then(|m| m.trim().parse().ok()),
            country: merchant.country.as_deref().and_then(alpha2),
            id: plain(&merchant.merchant_id),
            name: plain(&merchant.name),
        }
    }

    pub fn fits(&self, rule: &MerchantRule) -> bool {
        let (text, told) = match rule {
            MerchantRule::Id(id) => (id, &self.id),
            MerchantRule::Name(name) => (name, &self.name),
        };
        told.is_some() && *told == plain(text)
    }

    /// By id where both have one, else by name; without anything to compare they are not the same.
    pub fn is_same_merchant(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(id), Some(other)) => id == other,
            (None, _) | (_, None) => self.name.is_some() && self.name == other.name,
        }
    }

    /// Neither an id nor a name was told.
    pub fn is_anonymous(&self) -> bool {
        self.id.is_none() && self.name.is_none()
    }
}

/// Whether two payments were made at one merchant: by its id where both tell one, else by its name;
/// equal but for case and spaces. Without anything to compare they are not the same.
pub fn same_merchant(one: &Merchant, other: &Merchant) -> bool {
    Place::of(one).is_same_merchant(&Place::of(other))
}

/// In one case, words one blank apart; `None` where nothing is left.
fn plain(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" ").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merchant(id: Option<&str>, name: Option<&str>) -> Merchant {
        Merchant {
            merchant_id: id.map(str::to_owned),
            name: name.map(str::to_owned),
            ..Merchant::default()
        }
    }

    #[test]
    fn country_is_understood_by_two_or_three_letters_in_any_case() {
        for text in ["DE", "de", "DEU", "deu", " De "] {
            assert_eq!(alpha2(text), Some("DE"), "{text}");
        }
        assert_eq!(alpha2("GBR"), Some("GB"));
        assert_eq!(alpha2("XK"), Some("XK"));
        for text in ["", "D", "ZZ", "UK", "XXX", "840", "Germany", "ДЕ", "日"] {
            assert_eq!(alpha2(text), None, "{text}");
        }
    }

    #[test]
    fn mcc_that_cannot_be_read_is_none() {
        let place = |mcc: &str| {
            Place::of(&Merchant {
                mcc: Some(mcc.to_owned()),
                ..Merchant::default()
            })
        };
        assert_eq!(place(" 5999 ").mcc, Some("5999".parse().unwrap()));
        assert_eq!(place("599").mcc, None);
        assert_eq!(place("").mcc, None);
    }

    #[test]
    fn merchant_rule_fits_but_for_case_and_spaces() {
        let place = Place::of(&merchant(Some("M-1  "), Some(" Coffee \t  SHOP")));
        let id = |text: &str| place.fits(&MerchantRule::Id(text.to_owned()));
        let name = |text: &str| place.fits(&MerchantRule::Name(text.to_owned()));
        assert!(id("M-1") && id(" m-1") && !id("M-11") && !id("Coffee shop"));
        assert!(name("coffee shop") && name("COFFEE   SHOP ") && !name("coffeeshop"));
        let nobody = Place::of(&merchant(Some(" "), None));
        assert!(!nobody.fits(&MerchantRule::Id(" ".to_owned())));
        assert!(!nobody.fits(&MerchantRule::Name(String::new())));
    }

    #[test]
    fn merchants_are_the_same_by_id_where_both_have_one_else_by_name() {
        let table = [
            ((Some("1"), Some("A")), (Some("1"), Some("B")), true),
            ((Some("1"), Some("A")), (Some("2"), Some("A")), false),
            ((Some("1"), Some("A")), (None, Some("a ")), true),
            ((None, Some("A")), (None, Some("B")), false),
            ((Some("1"), None), (None, Some("A")), false),
            ((Some("1"), None), (None, None), false),
            ((None, Some("A")), (None, None), false),
            ((None, None), (None, None), false),
            ((Some(" "), Some("")), (None, None), false),
        ];
        for (one, other, expected) in table {
            let (left, right) = (merchant(one.0, one.1), merchant(other.0, other.1));
            assert_eq!(same_merchant(&left, &right), expected, "{one:?} {other:?}");
            assert_eq!(same_merchant(&right, &left), expected, "{other:?} {one:?}");
        }
    }
}
