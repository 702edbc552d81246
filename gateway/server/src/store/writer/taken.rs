//! What became of a batch, unit by unit.

use std::collections::HashSet;

use cardmux_domain::id::{
    AuthorizationId, BatchId, BatchItemId, BudgetId, CardId, CustomerId, DisputeId, EnrolmentId,
    LedgerBookId, LedgerTransferId, OperationId, SpendControlId, TransactionId,
};
use cardmux_domain::operation::SubjectId;
use uuid::Uuid;

use super::rows::{HasVersion, Rows, Versioned};
use crate::store::Conflict;
use crate::store::entity::idempotency_key;

/// What the database took of the rows that may lose.
#[derive(Default)]
pub(super) struct Taken {
    pub keys: HashSet<(String, String)>,
    pub ids: HashSet<Uuid>,
    /// Of rows that exist, with the version they were given.
    pub versions: HashSet<(Uuid, i64)>,
}

impl Taken {
    /// The first row of this table that was not taken.
    fn lost_row<'r, M: HasVersion>(&self, rows: &'r Versioned<M>) -> Option<&'r M> {
        let new = rows.new.iter().find(|row| !self.ids.contains(&row.id()));
        let stale = |row: &&M| !self.versions.contains(&(row.id(), row.version()));
        new.or_else(|| rows.changed.iter().find(stale))
    }

    fn lost<M: HasVersion, T>(&self, rows: &Versioned<M>, id: impl Fn(Uuid) -> T) -> Option<T> {
        self.lost_row(rows).map(|row| id(row.id()))
    }

    /// The first row of the unit that was not taken.
    pub fn verdict(&self, unit: &Rows) -> Option<Conflict> {
        let key = |k: &idempotency_key::Model| (k.tenant.clone(), k.key.clone());
        if unit.claims.iter().any(|k| !self.keys.contains(&key(k))) {
            return Some(Conflict::Key);
        }
        let subject = None
            .or_else(|| self.lost(&unit.cards, |id| SubjectId::Card(CardId::from_uuid(id))))
            .or_else(|| {
                let id = |id| SubjectId::Enrolment(EnrolmentId::from_uuid(id));
                self.lost(&unit.enrolments, id)
            })
            .or_else(|| {
                self.lost(&unit.budgets, |id| {
                    SubjectId::Budget(BudgetId::from_uuid(id))
                })
            })
            .or_else(|| {
                let id = |id| SubjectId::Dispute(DisputeId::from_uuid(id));
                self.lost(&unit.disputes, id)
            });
        if let Some(subject) = subject {
            return Some(Conflict::Subject(subject));
        }
        if let Some(lost) = self.lost(&unit.operations, OperationId::from_uuid) {
            return Some(Conflict::Operation(lost));
        }
        if let Some(lost) = self.lost(&unit.customers, CustomerId::from_uuid) {
            return Some(Conflict::Customer(lost));
        }
        if let Some(lost) = self.lost(&unit.transactions, TransactionId::from_uuid) {
            return Some(Conflict::Transaction(lost));
        }
        if let Some(lost) = self.lost(&unit.batches, BatchId::from_uuid) {
            return Some(Conflict::Batch(lost));
        }
        if let Some(lost) = self.lost(&unit.batch_items, BatchItemId::from_uuid) {
            return Some(Conflict::BatchItem(lost));
        }
        if let Some(conflict) = self.undecided(unit) {
            return Some(conflict);
        }
        let records = unit.events.iter().map(|e| e.id);
        let records = records.chain(unit.audit.iter().map(|a| a.id));
        let mut records = records.chain(unit.documents.iter().map(|d| d.id));
        if records.any(|id| !self.ids.contains(&id)) {
            return Some(Conflict::Record);
        }
        if unit.webhooks.iter().any(|w| !self.ids.contains(&w.id)) {
            return Some(Conflict::Webhook);
        }
        let new_keys = unit.new_api_keys.iter().map(|k| k.id);
        let mut keys = new_keys.chain(unit.key_ends.iter().map(|r| r.id));
        keys.any(|id| !self.ids.contains(&id))
            .then_some(Conflict::ApiKey)
    }
    /// What repeats something done before comes first: who begins anew would do nothing else.
    fn undecided(&self, unit: &Rows) -> Option<Conflict> {
        if let Some(lost) = self.lost(&unit.authorizations, AuthorizationId::from_uuid) {
            return Some(Conflict::Authorization(lost));
        }
        let known = unit.transfers.iter().find(|t| !self.ids.contains(&t.id));
        if let Some(known) = known {
            return Some(Conflict::Transfer(LedgerTransferId::from_uuid(known.id)));
        }
        if let Some(lost) = self.lost_row(&unit.books) {
            return Some(Conflict::Book(LedgerBookId::from_uuid(lost.id)));
        }
        let dropped = unit.dropped_controls.iter().map(|c| c.id);
        let dropped = dropped.filter(|id| !self.ids.contains(id));
        let dropped = dropped.map(SpendControlId::from_uuid).next();
        let control = self.lost(&unit.controls, SpendControlId::from_uuid);
        if let Some(lost) = control.or(dropped) {
            return Some(Conflict::SpendControl(lost));
        }
        let mark = self.lost_row(&unit.marks)?;
        Some(Conflict::SpendMark(SpendControlId::from_uuid(
            mark.control_id,
        )))
    }
}
