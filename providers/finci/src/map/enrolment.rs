//! An enrolment is who owns the account, whether the account is there, and of a company who holds
//! its cards: `person:<id>/account`, `person:<id>/due:EUR`, `corporate:<id>/account/employee:<id>`.
//!
//! FINCI shows none of it again, so the ref carries all of it. What stands before the first `/` is the
//! owner, see [`cardmux_domain::provider::owner_of`].

use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::money::Currency;
use cardmux_domain::provider::{EnrolmentSnapshot, ErrorKind, ProviderError};

use crate::settings::OwnerKind;
use crate::wire::card::OwnerFilter;
use crate::wire::is_id;

const PERSON: &str = "person:";
const CORPORATE: &str = "corporate:";
const EMPLOYEE: &str = "employee:";
const ACCOUNT: &str = "account";
const DUE: &str = "due:";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party<'a> {
    Person {
        person_id: &'a str,
    },
    Corporate {
        corporate_id: &'a str,
        employee_id: &'a str,
    },
}

/// The account of the owner, as far as it was known when the ref was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    There,
    /// Still to be made.
    Due(Currency),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnrolmentKey<'a> {
    pub party: Party<'a>,
    pub account: Account,
}

impl<'a> EnrolmentKey<'a> {
    pub fn of(enrolment_ref: &'a str) -> Result<Self, ProviderError> {
        Self::parse(enrolment_ref).ok_or_else(|| {
            let message = "this is no enrolment of FINCI's";
            ProviderError::rejected(ErrorKind::NotFound, message)
        })
    }

    fn parse(text: &'a str) -> Option<Self> {
        let (owner, rest) = text.split_once('/')?;
        let id = |text: &'a str, mark: &str| text.strip_prefix(mark).filter(|id| is_id(id));
        let (party, account) = match id(owner, PERSON) {
            Some(person_id) => (Party::Person { person_id }, rest),
            None => {
                let corporate_id = id(owner, CORPORATE)?;
                let (account, employee) = rest.split_once('/')?;
                let employee_id = id(employee, EMPLOYEE)?;
                let party = Party::Corporate {
                    corporate_id,
                    employee_id,
                };
                (party, account)
            }
        };
        let account = match account.strip_prefix(DUE) {
            Some(currency) => Account::Due(currency.parse().ok()?),
            None if account == ACCOUNT => Account::There,
            None => return None,
        };
        Some(Self { party, account })
    }

    pub fn text(&self) -> String {
        let account = match self.account {
            Account::There => ACCOUNT.to_owned(),
            Account::Due(currency) => format!("{DUE}{currency}"),
        };
        match self.party {
            Party::Person { person_id } => format!("{PERSON}{person_id}/{account}"),
            Party::Corporate {
                corporate_id,
                employee_id,
            } => format!("{CORPORATE}{corporate_id}/{account}/{EMPLOYEE}{employee_id}"),
        }
    }

    /// Cards are listed by who owns the account, never by who holds the card (D).
    pub fn owner(&self) -> OwnerFilter<'a> {
        match self.party {
            Party::Person { person_id } => OwnerFilter {
                person_id: Some(person_id),
                corporate_id: None,
            },
            Party::Corporate { corporate_id, .. } => OwnerFilter {
                person_id: None,
                corporate_id: Some(corporate_id),
            },
        }
    }

    pub fn owner_kind(&self) -> OwnerKind {
        match self.party {
            Party::Person { .. } => OwnerKind::Person,
            Party::Corporate { .. } => OwnerKind::Corporate,
        }
    }
}

/// FINCI reviews nobody by this API: whoever has an account can have cards.
pub fn snapshot(enrolment_ref: &str, account: Account) -> EnrolmentSnapshot {
    let (status, word, step_due) = match account {
        Account::There => (EnrolmentStatus::Approved, "account", false),
        Account::Due(_) => (EnrolmentStatus::InReview, "no account", true),
    };
    EnrolmentSnapshot {
        enrolment_ref: enrolment_ref.to_owned(),
        card_type_ref: None,
        status,
        provider_status: word.to_owned(),
        review_stage: None,
        reason: None,
        action_url: None,
        step_due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cardmux_domain::provider::owner_of;

    #[test]
    fn ref_says_owner_account_and_holder() {
        for (text, owner) in [
            ("person:10/account", "person:10"),
            ("person:10/due:EUR", "person:10"),
            ("corporate:11/account/employee:12", "corporate:11"),
            ("corporate:11/due:USD/employee:12", "corporate:11"),
        ] {
            let key = EnrolmentKey::of(text).unwrap();
            assert_eq!(key.text(), text);
            assert_eq!(owner_of(text), owner);
        }
    }

    #[test]
    fn what_is_no_enrolment_is_not_found() {
        for bad in [
            "",
            "9erson:10/account",
            "person:10",
            "person:/account",
            "person:1 0/account",
            "person:10/due:euro",
            "person:10/other",
            "corporate:11/account",
            "corporate:11/account/employee:",
            "person:10/account/employee:12",
        ] {
            let error = EnrolmentKey::of(bad).unwrap_err();
            assert_eq!(error.kind, ErrorKind::NotFound, "{bad}");
        }
    }
}
