use std::collections::BTreeMap;

use cardmux_domain::customer::{Customer, CustomerField, CustomerKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MoneyDto, open};
use crate::app::customers::{CustomerPatch, CustomerRequest};
use crate::app::{AppError, FieldProblem};
use personal::{
    AddressDto, Changes, CompanyDto, Given, IdentityDto, PhoneDto, VerificationDto, money, text,
};

pub(in crate::http::dto) mod personal;
#[cfg(test)]
mod tests;

/// A shape of a customer: fields of its own, then the personal ones, which are the same in each.
/// serde's `flatten` would share them too, but then a problem could not name its field.
macro_rules! shape {
    ($(#[$shape:meta])* $name:ident { $($(#[$own_meta:meta])* $own:ident: $kind:ty,)* }) => {
        #[derive(ToSchema)]
        $(#[$shape])*
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$own_meta])* pub $own: $kind,)*
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500)]
            pub first_name: Given<String>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500)]
            pub last_name: Given<String>,
            /// `yyyy-MM-dd`.
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500, example = "1990-07-14")]
            pub birth_date: Given<String>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500)]
            pub email: Given<String>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<PhoneDto>)]
            pub phone: Given<PhoneDto>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<AddressDto>)]
            pub address: Given<AddressDto>,
            /// ISO 3166-1 alpha-2.
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500, example = "DE")]
            pub nationality: Given<String>,
            /// `M` or `F`, as on the identity document.
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500)]
            pub gender: Given<String>,
            /// A code of `/v1/reference/occupations`, where the provider has that list.
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500)]
            pub occupation: Given<String>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<MoneyDto>)]
            pub annual_income: Given<MoneyDto>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500)]
            pub account_purpose: Given<String>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<MoneyDto>)]
            pub expected_monthly_volume: Given<MoneyDto>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<IdentityDto>)]
            pub identity: Given<IdentityDto>,
            /// The customer's own, when they gave the data; IPv4.
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<String>, max_length = 500)]
            pub ip_address: Given<String>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<VerificationDto>)]
            pub verification: Given<VerificationDto>,
            #[serde(default, deserialize_with = "personal::given")]
            #[schema(value_type = Option<CompanyDto>)]
            pub company: Given<CompanyDto>,
        }
    };
}

/// A shape that comes in: taken apart into its own fields and what it says about the person.
macro_rules! body {
    ($(#[$shape:meta])* $name:ident { $($(#[$own_meta:meta])* $own:ident: $kind:ty,)* }) => {
        shape! { $(#[$shape])* $name { $($(#[$own_meta])* $own: $kind,)* } }

        impl $name {
            fn split(self) -> ($($kind,)* Changes) {
                let Self {
                    $($own,)*
                    first_name, last_name, birth_date, email, phone, address, nationality, gender,
                    occupation, annual_income, account_purpose, expected_monthly_volume, identity,
                    ip_address, verification, company,
                } = self;
                let mut changes = Changes::default();
                changes.text(CustomerField::FirstName, first_name);
                changes.text(CustomerField::LastName, last_name);
                changes.text(CustomerField::BirthDate, birth_date);
                changes.text(CustomerField::Email, email);
                changes.texts(PhoneDto::FIELDS, phone, PhoneDto::values);
                changes.texts(AddressDto::FIELDS, address, AddressDto::values);
                changes.text(CustomerField::Nationality, nationality);
                changes.text(CustomerField::Gender, gender);
                changes.text(CustomerField::Occupation, occupation);
                changes.money(CustomerField::AnnualIncome, annual_income);
                changes.text(CustomerField::AccountPurpose, account_purpose);
                changes.money(CustomerField::ExpectedMonthlyVolume, expected_monthly_volume);
                changes.texts(IdentityDto::FIELDS, identity, IdentityDto::values);
                changes.text(CustomerField::IpAddress, ip_address);
                changes.texts(VerificationDto::FIELDS, verification, VerificationDto::values);
                changes.texts(CompanyDto::FIELDS, company, CompanyDto::values);
                ($($own,)* changes)
            }
        }
    };
}

// No `Debug` on any of them: it would show personal data.
shape! {
    /// A person or business you know, independent of providers.
    #[derive(Serialize)]
    #[schema(as = Customer)]
    CustomerDto {
        #[schema(example = "cus_01k9zr3m5wf0ks1b2c3d4e5f6g")]
        id: String,
        #[schema(value_type = open::CustomerKind)]
        kind: String,
        external_id: Option<String>,
        metadata: BTreeMap<String, String>,
        /// Also the entity tag, for `If-Match`.
        version: i64,
        #[schema(format = DateTime)]
        created_at: String,
        #[schema(format = DateTime)]
        updated_at: String,
    }
}

body! {
    /// A customer to keep. Which of the personal fields a provider wants, and of what form, the
    /// `enrolment` of a card type says; it is checked when the customer is enrolled.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[schema(as = CreateCustomer, example = json!({"kind": "individual", "externalId": "user-4", "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com"}))]
    CreateCustomerBody {
        #[schema(value_type = open::CustomerKind)]
        kind: String,
        /// Your own id of it; not personal data, it is stored as it is.
        #[schema(max_length = 200)]
        external_id: Option<String>,
        /// Not for personal data, it is stored as it is.
        #[serde(default)]
        metadata: BTreeMap<String, String>,
    }
}

body! {
    /// What to change; a field left out stays, `null` removes it. Objects are changed field by field.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[schema(as = PatchCustomer, example = json!({"email": "ada@example.org", "metadata": {"tier": null}}))]
    PatchCustomerBody {
        #[serde(default, deserialize_with = "personal::given")]
        #[schema(value_type = Option<String>, max_length = 200)]
        external_id: Given<String>,
        /// Merged into what is there; `null` removes an entry.
        #[serde(default)]
        metadata: BTreeMap<String, Option<String>>,
    }
}

/// A page of a list; `nextCursor` is null on the last one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerPage {
    pub data: Vec<CustomerDto>,
    pub next_cursor: Option<String>,
}

impl From<Customer> for CustomerDto {
    fn from(customer: Customer) -> Self {
        let Customer {
            id,
            tenant: _,
            kind,
            external_id,
            metadata,
            profile,
            erased_at: _,
            version,
            created_at,
            updated_at,
        } = customer;
        Self {
            id: id.to_string(),
            kind: kind.to_string(),
            external_id,
            metadata,
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
            first_name: text(&profile, CustomerField::FirstName),
            last_name: text(&profile, CustomerField::LastName),
            birth_date: text(&profile, CustomerField::BirthDate),
            email: text(&profile, CustomerField::Email),
            phone: PhoneDto::of(&profile),
            address: AddressDto::of(&profile),
            nationality: text(&profile, CustomerField::Nationality),
            gender: text(&profile, CustomerField::Gender),
            occupation: text(&profile, CustomerField::Occupation),
            annual_income: money(&profile, CustomerField::AnnualIncome),
            account_purpose: text(&profile, CustomerField::AccountPurpose),
            expected_monthly_volume: money(&profile, CustomerField::ExpectedMonthlyVolume),
            identity: IdentityDto::of(&profile),
            ip_address: text(&profile, CustomerField::IpAddress),
            verification: VerificationDto::of(&profile),
            company: CompanyDto::of(&profile),
        }
    }
}

impl CreateCustomerBody {
    pub fn parse(self) -> Result<CustomerRequest, AppError> {
        let (kind, external_id, metadata, changes) = self.split();
        let mut problems = Vec::new();
        let kind = kind.parse::<CustomerKind>().map_err(|_| {
            let detail = "must be `individual` or `business`";
            problems.push(FieldProblem::body("/kind", "bad_value", detail));
        });
        let profile = changes
            .into_profile()
            .map_err(|found| problems.extend(found));
        match (kind, profile) {
            (Ok(kind), Ok(profile)) => Ok(CustomerRequest {
                kind,
                external_id,
                metadata,
                profile,
            }),
            _ => Err(AppError::Invalid(problems)),
        }
    }
}

impl PatchCustomerBody {
    pub fn parse(self) -> Result<CustomerPatch, AppError> {
        let (external_id, metadata, changes) = self.split();
        Ok(CustomerPatch {
            external_id,
            metadata,
            profile: changes.into_fields().map_err(AppError::Invalid)?,
        })
    }
}
