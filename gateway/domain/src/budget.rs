//! Budgets: pools of money that several cards share, and the accounts they are funded from.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::card::Balance;
use crate::id::{BudgetId, InstanceId, OperationId, TenantId};
use crate::money::{Currency, Money};
use crate::operation::{Operation, OperationKind, OperationStatus};
use crate::provider::BudgetSnapshot;
use crate::time::Timestamp;

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
pub enum BudgetStatus {
    /// Being made; the provider has not answered.
    Pending,
    Active,
    /// It could not be made; there is no budget.
    Failed,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    pub id: BudgetId,
    pub tenant: TenantId,
    pub instance: InstanceId,
    pub name: String,
    pub status: BudgetStatus,
    /// The provider's id of it; unknown until it answered.
    pub provider_ref: Option<String>,
    pub currency: Currency,
    /// What its cards can still draw on.
    pub balance: Option<Balance>,
    /// The client's own id, free text.
    pub external_id: Option<String>,
    pub metadata: std::collections::BTreeMap<String, String>,
    pub pending_operation: Option<OperationId>,
    /// When the worker should read it at its provider again.
    pub refresh_at: Option<Timestamp>,
    /// Grows by one with every stored change.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Budget {
    /// Its money is in the gateway's own ledger: see [`crate::ledger`].
    pub fn is_ledger(&self) -> bool {
        self.instance == InstanceId::ledger()
    }

    /// Take over what an operation of this budget has come to. Idempotent.
    pub fn absorb_operation(&mut self, operation: &Operation, now: Timestamp) {
        if let Some(subject_ref) = &operation.subject_ref {
            self.provider_ref.get_or_insert_with(|| subject_ref.clone());
        }
        if !operation.status.is_final() || self.pending_operation != Some(operation.id) {
            return;
        }
        self.pending_operation = None;
        let succeeded = operation.status == OperationStatus::Succeeded;
        if operation.kind == OperationKind::CreateBudget {
            self.status = match succeeded {
                true => BudgetStatus::Active,
                false => BudgetStatus::Failed,
            };
        }
        if succeeded {
            self.refresh_at = Some(now);
            self.estimate_balance(operation, now);
        }
    }

    /// Take over what the provider says about the budget itself.
    pub fn absorb_snapshot(&mut self, snapshot: &BudgetSnapshot, as_of: Timestamp) {
        let newer = self.balance.is_none_or(|balance| balance.as_of <= as_of);
        // As with cards: a reading during a transfer may or may not have it in.
        if newer && self.pending_operation.is_none() {
            self.balance = Some(Balance {
                money: snapshot.available,
                as_of,
            });
        }
    }

    /// The balance a finished transfer implies, until the provider is read again.
    fn estimate_balance(&mut self, operation: &Operation, at: Timestamp) {
        let (Some(moved), Some(before)) = (operation.amount, self.balance) else {
            return;
        };
        let (moved, before) = (moved.amount, before.money.amount);
        let after = if operation.kind == OperationKind::FundBudget {
            before.saturating_add(moved)
        } else if operation.kind == OperationKind::WithdrawBudget {
            before.saturating_sub(moved)
        } else {
            return;
        };
        self.balance = Some(Balance {
            money: Money::new(after, self.currency),
            as_of: at,
        });
    }
}

/// An account of the tenant at a provider from which cards and budgets are funded.
#[derive(Debug, Clone, PartialEq)]
pub struct FundingAccount {
    pub account_ref: String,
    pub name: Option<String>,
    /// What can be spent.
    pub available: Money,
    pub total: Option<Money>,
    /// Held back by the provider.
    pub frozen: Option<Money>,
}

/// One movement of a budget, as its provider booked it.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerEntry {
    /// The provider's id of the entry.
    pub entry_ref: String,
    pub direction: Direction,
    /// The provider's word for what it is: `fund_transfer`, `card_deposit` …
    pub kind: String,
    /// Positive.
    pub amount: Money,
    pub balance_before: Option<Money>,
    pub balance_after: Option<Money>,
    /// The provider's id of the order behind it.
    pub order_ref: Option<String>,
    pub remark: Option<String>,
    pub booked_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Direction {
    In,
    Out,
}
