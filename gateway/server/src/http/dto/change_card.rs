use cardmux_domain::provider::{PersonName, ShippingAddress};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MoneyDto, secret};
use crate::app::{AppError, FieldProblem};

/// An amount to move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = MoveFunds, example = json!({"amount": {"amount": "25.00", "currency": "USD"}, "note": "for May"}))]
pub struct CardBody {
    pub amount: MoneyDto,
    /// For your own bookkeeping; sent to the provider where it takes one.
    #[schema(max_length = 50)]
    pub note: Option<String>,
}

/// A change that takes no amount.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ChangeCard, example = json!({"note": "lost and found"}))]
pub struct CardChangeBody {
    #[schema(max_length = 50)]
    pub note: Option<String>,
}

/// Makes a physical card usable.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ActivateCard, example = json!({"activationCode": "482913"}))]
pub struct ActivateCardBody {
    /// From the card's challenges, or from the letter. Goes to the provider and is not stored.
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, max_length = 64)]
    pub activation_code: SecretString,
    /// As the card type's `pinRule` wants it; needed where that says `atActivation`. Goes to the
    /// provider and is not stored.
    #[serde(default, deserialize_with = "secret::optional")]
    #[schema(value_type = Option<String>, write_only, pattern = r"^\d+$")]
    pub pin: Option<SecretString>,
    /// Payments up to this amount need no PIN; the provider's default where left out.
    pub no_pin_limit: Option<MoneyDto>,
}

/// A new PIN.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SetPin, example = json!({"pin": "482913"}))]
pub struct SetPinBody {
    /// As the card type's `pinRule` wants it. Goes to the provider and is not stored.
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, pattern = r"^\d+$")]
    pub pin: SecretString,
}

/// Where the plastic of a card is sent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OrderPhysicalCard, example = json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "phoneCode": "+370", "phone": "61234567", "line1": "Gedimino pr. 1", "city": "Vilnius", "state": "Vilnius", "postalCode": "01103", "country": "LT"}))]
pub struct OrderPhysicalBody {
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, max_length = 200)]
    pub first_name: SecretString,
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, max_length = 200)]
    pub last_name: SecretString,
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, max_length = 200)]
    pub email: SecretString,
    /// The country's dial code.
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, example = "+1", pattern = r"^\+\d{1,4}$")]
    pub phone_code: SecretString,
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, pattern = r"^\d{4,15}$")]
    pub phone: SecretString,
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, max_length = 200)]
    pub line1: SecretString,
    #[serde(default, deserialize_with = "secret::optional")]
    #[schema(value_type = Option<String>, write_only, max_length = 200)]
    pub line2: Option<SecretString>,
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, max_length = 200)]
    pub city: SecretString,
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, max_length = 200)]
    pub state: SecretString,
    #[serde(deserialize_with = "secret::required")]
    #[schema(value_type = String, write_only, max_length = 20)]
    pub postal_code: SecretString,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "US", pattern = "^[A-Z]{2}$")]
    pub country: String,
}

impl OrderPhysicalBody {
    pub fn parse(self) -> Result<ShippingAddress, AppError> {
        let Self {
            first_name,
            last_name,
            email,
            phone_code,
            phone,
            line1,
            line2,
            city,
            state,
            postal_code,
            country,
        } = self;
        let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        let plain = |text: &str| {
            let text = text.trim();
            (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        };
        let checks: [(&str, &SecretString, bool); 10] = [
            ("/firstName", &first_name, plain(first_name.expose_secret())),
            ("/lastName", &last_name, plain(last_name.expose_secret())),
            ("/email", &email, email.expose_secret().contains('@')),
            (
                "/phoneCode",
                &phone_code,
                phone_code
                    .expose_secret()
                    .strip_prefix('+')
                    .is_some_and(|code| digits(code, 1..=4)),
            ),
            ("/phone", &phone, digits(phone.expose_secret(), 4..=15)),
            ("/line1", &line1, plain(line1.expose_secret())),
            (
                "/line2",
                line2.as_ref().unwrap_or(&line1),
                line2
                    .as_ref()
                    .is_none_or(|line| plain(line.expose_secret())),
            ),
            ("/city", &city, plain(city.expose_secret())),
            ("/state", &state, plain(state.expose_secret())),
            (
                "/postalCode",
                &postal_code,
                plain(postal_code.expose_secret()),
            ),
        ];
        let mut problems: Vec<FieldProblem> = checks
            .into_iter()
            .filter(|(_, text, fits)| !fits || text.expose_secret().len() > 800)
            .map(|(at, _, _)| FieldProblem::body(at, "bad_format", "cannot be sent to like this"))
            .collect();
        let is_code = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        if !is_code {
            let detail = "must be a country code of two capital letters (ISO 3166-1)";
            problems.push(FieldProblem::body("/country", "bad_format", detail));
        }
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        Ok(ShippingAddress {
            name: PersonName {
                first_name,
                last_name,
            },
            email,
            phone_code,
            phone,
            line1,
            line2,
            city,
            state,
            postal_code,
            country,
        })
    }
}

/// A note to be kept with the card at its provider.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SetNote, example = json!({"note": "for the Berlin campaign"}))]
pub struct SetNoteBody {
    #[schema(max_length = 50)]
    pub note: String,
}
