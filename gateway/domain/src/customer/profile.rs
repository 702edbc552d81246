use std::collections::BTreeMap;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};
use zeroize::Zeroizing;

/// A field of a customer's personal data.
///
/// One list for every provider; which of them a card type wants, and of what form, its
/// [`FieldRule`](super::form::FieldRule)s say.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum CustomerField {
    FirstName,
    LastName,
    /// `yyyy-MM-dd`.
    BirthDate,
    Email,
    /// `+` and the country's calling code.
    PhoneDialCode,
    /// Without the dial code.
    PhoneNumber,
    /// Of residence or billing; ISO 3166-1 alpha-2.
    AddressCountry,
    /// A code of the provider's city list, where the provider has one.
    AddressCity,
    AddressLine1,
    AddressPostalCode,
    /// ISO 3166-1 alpha-2.
    Nationality,
    /// `M` or `F`, as on the identity document.
    Gender,
    /// A code of the provider's list of occupations.
    Occupation,
    /// Amount, blank, currency: `100000 USD`.
    AnnualIncome,
    AccountPurpose,
    /// As [`CustomerField::AnnualIncome`].
    ExpectedMonthlyVolume,
    IdentityKind,
    IdentityNumber,
    /// `yyyy-MM-dd`.
    IdentityIssuedOn,
    /// `yyyy-MM-dd`.
    IdentityExpiresOn,
    /// An uploaded document: a `doc_…` id for clients, the provider's file id in a provider call.
    IdentityFront,
    IdentityBack,
    /// The customer holding the document.
    IdentitySelfie,
    /// Of the customer when they gave the data; IPv4.
    IpAddress,
    /// Who verified the customer before: `SUMSUB`.
    VerificationProvider,
    VerificationReference,
    /// Of a business; the person's fields are then those of who represents it and holds its cards.
    CompanyName,
    /// In the register of its country, which is that of the address.
    CompanyRegistrationNumber,
}

impl CustomerField {
    /// Where the field is in the JSON of a customer (RFC 6901).
    pub fn pointer(self) -> &'static str {
        match self {
            Self::FirstName => "/firstName",
            Self::LastName => "/lastName",
            Self::BirthDate => "/birthDate",
            Self::Email => "/email",
            Self::PhoneDialCode => "/phone/dialCode",
            Self::PhoneNumber => "/phone/number",
            Self::AddressCountry => "/address/country",
            Self::AddressCity => "/address/city",
            Self::AddressLine1 => "/address/line1",
            Self::AddressPostalCode => "/address/postalCode",
            Self::Nationality => "/nationality",
            Self::Gender => "/gender",
            Self::Occupation => "/occupation",
            Self::AnnualIncome => "/annualIncome",
            Self::AccountPurpose => "/accountPurpose",
            Self::ExpectedMonthlyVolume => "/expectedMonthlyVolume",
            Self::IdentityKind => "/identity/kind",
            Self::IdentityNumber => "/identity/number",
            Self::IdentityIssuedOn => "/identity/issuedOn",
            Self::IdentityExpiresOn => "/identity/expiresOn",
            Self::IdentityFront => "/identity/front",
            Self::IdentityBack => "/identity/back",
            Self::IdentitySelfie => "/identity/selfie",
            Self::IpAddress => "/ipAddress",
            Self::VerificationProvider => "/verification/provider",
            Self::VerificationReference => "/verification/reference",
            Self::CompanyName => "/company/name",
            Self::CompanyRegistrationNumber => "/company/registrationNumber",
        }
    }

    /// Whether it names an uploaded document.
    pub fn is_document(self) -> bool {
        matches!(
            self,
            Self::IdentityFront | Self::IdentityBack | Self::IdentitySelfie
        )
    }
}

/// Personal data of a customer, field by field. Wiped on drop; `Debug` shows which fields there
/// are, never what they hold.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Profile(BTreeMap<CustomerField, Zeroizing<String>>);

impl Profile {
    pub fn get(&self, field: CustomerField) -> Option<&str> {
        self.0.get(&field).map(|value| value.as_str())
    }

    /// Set a field; an absent value removes it.
    pub fn set(&mut self, field: CustomerField, value: Option<String>) {
        match value {
            Some(value) => self.0.insert(field, Zeroizing::new(value)),
            None => self.0.remove(&field),
        };
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (CustomerField, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_distinct() {
        let pointers: std::collections::HashSet<_> = CustomerField::VARIANTS
            .iter()
            .map(|f| f.pointer())
            .collect();
        assert_eq!(pointers.len(), CustomerField::VARIANTS.len());
    }

    #[test]
    fn debug_shows_fields_and_no_values() {
        let mut profile = Profile::default();
        profile.set(CustomerField::FirstName, Some("Ada".to_owned()));
        assert_eq!(format!("{profile:?}"), "{FirstName}");
    }
}
