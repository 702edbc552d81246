//! The personal part of a customer's JSON, on its way to and from the profile.

use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::money::{Money, parse_amount};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::app::FieldProblem;
use crate::http::dto::MoneyDto;

/// A field that was left out, that is null, or that is there. In an answer both of the first are
/// null.
pub type Given<T> = Option<Option<T>>;

/// Tells a field that is `null` from one that is not there; for that `#[serde(default)]` is needed.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Given<T>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// An object whose fields are texts of the profile.
macro_rules! texts {
    ($($(#[$shape:meta])* $name:ident { $($(#[$meta:meta])* $text:ident: $field:ident,)+ })+) => {$(
        #[derive(Serialize, Deserialize, ToSchema)]
        $(#[$shape])*
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$meta])*
                #[serde(default, deserialize_with = "given")]
                #[schema(value_type = Option<String>, max_length = 500)]
                pub $text: Given<String>,
            )+
        }

        impl $name {
            pub const FIELDS: &[CustomerField] = &[$(CustomerField::$field),+];

            /// In the order of [`Self::FIELDS`].
            pub fn values(self) -> Vec<Given<String>> {
                let Self { $($text),+ } = self;
                vec![$($text),+]
            }

            /// Null where none of its fields is known.
            pub fn of(profile: &Profile) -> Given<Self> {
                let known = Self::FIELDS.iter().any(|field| profile.get(*field).is_some());
                known.then(|| Some(Self { $($text: text(profile, CustomerField::$field)),+ }))
            }
        }
    )+};
}

texts! {
    #[schema(as = CustomerPhone)]
    PhoneDto {
        /// `+` and the country's calling code.
        #[schema(example = "+49")]
        dial_code: PhoneDialCode,
        /// Without the dial code.
        number: PhoneNumber,
    }
    /// Of residence or billing.
    #[schema(as = CustomerAddress)]
    AddressDto {
        /// ISO 3166-1 alpha-2.
        #[schema(example = "DE")]
        country: AddressCountry,
        /// A code of `/v1/reference/cities`, where the provider has that list.
        city: AddressCity,
        line1: AddressLine1,
        postal_code: AddressPostalCode,
    }
    /// An identity document. Its pictures are documents of the customer: `doc_…`.
    #[schema(as = CustomerIdentity)]
    IdentityDto {
        /// What kind of document; the card type's form lists the values.
        #[schema(example = "passport")]
        kind: IdentityKind,
        number: IdentityNumber,
        /// `yyyy-MM-dd`.
        issued_on: IdentityIssuedOn,
        /// `yyyy-MM-dd`.
        expires_on: IdentityExpiresOn,
        front: IdentityFront,
        back: IdentityBack,
        /// The customer holding the document.
        selfie: IdentitySelfie,
    }
    /// The company; the names, birth date and so on are then those of the employee who holds the card.
    #[schema(as = CustomerCompany)]
    CompanyDto {
        name: CompanyName,
        /// In the register of the address's country; one number is one company.
        registration_number: CompanyRegistrationNumber,
    }
    /// Who verified the customer before, and under which id.
    #[schema(as = CustomerVerification)]
    VerificationDto {
        provider: VerificationProvider,
        reference: VerificationReference,
    }
}

pub fn text(profile: &Profile, field: CustomerField) -> Given<String> {
    Some(profile.get(field).map(str::to_owned))
}

/// The profile keeps money as amount, blank, currency.
pub fn money(profile: &Profile, field: CustomerField) -> Given<MoneyDto> {
    let (amount, currency) = profile.get(field)?.split_once(' ')?;
    let amount = parse_amount(amount).ok()?;
    Some(Some(Money::new(amount, currency.parse().ok()?).into()))
}

/// What a body says about the person, and what is wrong with it.
#[derive(Default)]
pub struct Changes {
    fields: Vec<(CustomerField, Option<String>)>,
    problems: Vec<FieldProblem>,
}

impl Changes {
    pub fn text(&mut self, field: CustomerField, value: Given<String>) {
        self.fields.extend(value.map(|value| (field, value)));
    }

    /// An object: null removes all of its fields.
    pub fn texts<T>(
        &mut self,
        fields: &[CustomerField],
        object: Given<T>,
        values: fn(T) -> Vec<Given<String>>,
    ) {
        match object {
            None => {}
            Some(None) => fields
                .iter()
                .for_each(|field| self.text(*field, Some(None))),
            Some(Some(object)) => {
                let values = fields.iter().zip(values(object));
                values.for_each(|(field, value)| self.text(*field, value));
            }
        }
    }

    /// Money is one value: it is replaced as a whole.
    pub fn money(&mut self, field: CustomerField, value: Given<MoneyDto>) {
        let parsed = value.map(|value| value.map(|money| money.parse(field.pointer())).transpose());
        match parsed {
            None => {}
            Some(Ok(money)) => {
                let kept =
                    |Money { amount, currency }| format!("{} {currency}", amount.normalize());
                self.text(field, Some(money.map(kept)));
            }
            Some(Err(found)) => self.problems.extend(found),
        }
    }

    /// Field by field, in the order of the body's shape; `None` removes one.
    pub fn into_fields(self) -> Result<Vec<(CustomerField, Option<String>)>, Vec<FieldProblem>> {
        let Self { fields, problems } = self;
        match problems.is_empty() {
            true => Ok(fields),
            false => Err(problems),
        }
    }

    /// As a new customer's data.
    pub fn into_profile(self) -> Result<Profile, Vec<FieldProblem>> {
        let mut profile = Profile::default();
        for (field, value) in self.into_fields()? {
            profile.set(field, value);
        }
        Ok(profile)
    }
}
