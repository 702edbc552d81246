//! Merchant categories, one by one and in groups.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::controls::Mcc;

/// One merchant category, or a group of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MccRule {
    Code(Mcc),
    Group(MccGroup),
}

/// Ranges of ISO 18245.
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
pub enum MccGroup {
    AgriculturalServices,
    ContractedServices,
    Airlines,
    CarRental,
    Lodging,
    Transportation,
    Utilities,
    RetailOutlets,
    ClothingStores,
    MiscellaneousStores,
    BusinessServices,
    ProfessionalServices,
    GovernmentServices,
}

impl MccGroup {
    /// First and last code (ISO 18245, the ranges of its annex).
    pub fn range(self) -> (u16, u16) {
        match self {
            Self::AgriculturalServices => (1, 1499),
            Self::ContractedServices => (1500, 2999),
            Self::Airlines => (3000, 3299),
            Self::CarRental => (3300, 3499),
            Self::Lodging => (3500, 3999),
            Self::Transportation => (4000, 4799),
            Self::Utilities => (4800, 4999),
            Self::RetailOutlets => (5000, 5599),
            Self::ClothingStores => (5600, 5699),
            Self::MiscellaneousStores => (5700, 7299),
            Self::BusinessServices => (7300, 7999),
            Self::ProfessionalServices => (8000, 8999),
            Self::GovernmentServices => (9000, 9999),
        }
    }
}

impl MccRule {
    pub fn covers(&self, mcc: &Mcc) -> bool {
        match self {
            Self::Code(code) => code == mcc,
            Self::Group(group) => {
                let (first, last) = group.range();
                let code = mcc.as_str().parse::<u16>();
                code.is_ok_and(|code| (first..=last).contains(&code))
            }
        }
    }
}

impl std::fmt::Display for MccRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => code.fmt(f),
            Self::Group(group) => group.fmt(f),
        }
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be four digits (ISO 18245) or the name of a group of codes")]
pub struct BadMccRule;

impl std::str::FromStr for MccRule {
    type Err = BadMccRule;

    fn from_str(text: &str) -> Result<Self, BadMccRule> {
        let code = text.parse().map(Self::Code).ok();
        code.or_else(|| text.parse().map(Self::Group).ok())
            .ok_or(BadMccRule)
    }
}

impl serde::Serialize for MccRule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for MccRule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn mcc_groups_follow_each_other_without_gap() {
        let mut next = 1;
        for group in MccGroup::VARIANTS {
            let (first, last) = group.range();
            assert_eq!(first, next, "{group}");
            next = last + 1;
        }
        assert_eq!(next, 10_000);
    }
}
