//! Failures a test asks for.

use std::collections::{HashMap, VecDeque};

use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};

/// A method of the contract, for [`crate::MockProvider::fail_next`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    CardTypes,
    Issue,
    Get,
    List,
    Freeze,
    Unfreeze,
    Cancel,
    Balance,
    Deposit,
    Withdraw,
    Find,
    Enrol,
    UpdateEnrolment,
    GetEnrolment,
    Upload,
    CreateBudget,
    GetBudget,
    FundBudget,
    WithdrawBudget,
    BudgetEntries,
    FundingAccounts,
    SetControls,
    SetNote,
    SetPin,
    OpenDispute,
    GetDispute,
    CancelDispute,
    RawCard,
    Activate,
    Reveal,
    Challenges,
    Transactions,
    ReferenceData,
    Simulate,
}

/// Whether the provider does its work all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Before,
    After,
}

/// What the caller gets to see, and whether the work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    pub when: When,
    pub kind: ErrorKind,
    pub outcome: Outcome,
}

impl Fault {
    /// The connection breaks, before or after the work.
    pub fn interrupted(when: When) -> Self {
        Self {
            when,
            kind: ErrorKind::Interrupted,
            outcome: Outcome::Unknown,
        }
    }

    /// No connection; nothing is done.
    pub fn unreachable() -> Self {
        Self {
            when: When::Before,
            kind: ErrorKind::Unreachable,
            outcome: Outcome::NotSent,
        }
    }

    pub(crate) fn error(self) -> ProviderError {
        ProviderError::new(
            self.kind,
            self.outcome,
            format!("the mock fails on purpose: {}", self.kind),
        )
    }
}

#[derive(Default)]
pub(crate) struct Faults(HashMap<Method, VecDeque<Fault>>);

impl Faults {
    pub(crate) fn add(&mut self, method: Method, fault: Fault) {
        self.0.entry(method).or_default().push_back(fault);
    }

    pub(crate) fn take(&mut self, method: Method) -> Option<Fault> {
        self.0.get_mut(&method)?.pop_front()
    }
}
