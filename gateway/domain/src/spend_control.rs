//! Spend controls the gateway itself enforces: rules on a card, customer, budget or tenant.
//!
//! Everything here is pure: what was spent before is asked for ([`questions`]) and handed in
//! ([`History`]): by a decision from the database, by a back-test ([`replay`]) from memory.

mod check;
mod history;
mod mcc;
mod place;
mod replay;
mod rules;
mod validate;
mod window;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

pub use self::check::{Attempt, check, questions};
pub use self::history::{Answers, History, Question, Spent, Unanswered};
pub use self::mcc::{BadMccRule, MccGroup, MccRule};
pub use self::place::same_merchant;
pub use self::replay::{Asked, Counted, Happening, Replayed, Start, replay};
pub use self::rules::{Limit, LimitAmount, MerchantRule, Rules};
pub use self::validate::RuleProblem;
pub use self::window::{NoCalendar, Past, Period, Window, is_time_zone};
use crate::id::{BudgetId, CardId, CustomerId, SpendControlId, TenantId};
use crate::time::Timestamp;

/// What a control covers, and over what its limits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    Card(CardId),
    /// All cards of the customer.
    Customer(CustomerId),
    /// All cards that draw on it.
    Budget(BudgetId),
    /// All cards of the tenant.
    Tenant,
}

/// Whether its answers count.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Live,
    /// Runs in the shadow: what it would have changed is written down.
    Draft,
}

/// A set of rules on one scope. All controls that cover a card are asked; each may decline.
#[derive(Debug, Clone, PartialEq)]
pub struct SpendControl {
    pub id: SpendControlId,
    pub tenant: TenantId,
    pub scope: Scope,
    pub name: Option<String>,
    pub stage: Stage,
    pub rules: Rules,
    /// Of a draft: the live control whose place it would take; `None` where it would be one more.
    pub replaces: Option<SpendControlId>,
    /// Grows by one with every stored change.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl SpendControl {
    /// The order in which controls are asked: from the card outwards, within a scope by age.
    fn order(&self) -> (u8, SpendControlId) {
        let outwards = match self.scope {
            Scope::Card(_) => 0,
            Scope::Customer(_) => 1,
            Scope::Budget(_) => 2,
            Scope::Tenant => 3,
        };
        (outwards, self.id)
    }
}
