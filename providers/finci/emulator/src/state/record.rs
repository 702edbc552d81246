//! Persons, corporates, employees and their accounts.
//!
//! Documented: the three kinds, `external_id` unique per kind, an employee under a corporate, an
//! account of one person or one corporate (D).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Person,
    Corporate,
    Employee,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Corporate => "corporate",
            Self::Employee => "employee",
        }
    }

    /// How ids of this kind begin.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Person => "10011000",
            Self::Corporate => "10011100",
            Self::Employee => "10011200",
        }
    }
}

/// Without names, dates, numbers and addresses: they are checked and forgotten.
#[derive(Clone, Serialize, Deserialize)]
pub struct Record {
    pub id: String,
    pub kind: Kind,
    pub external_id: String,
    /// Of an employee.
    pub corporate_id: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    /// A person or a corporate.
    pub owner_id: String,
    pub currency: String,
}

impl Account {
    pub const PREFIX: &str = "10011300";
}
