//! What a unit touches, to tell which units may run together.

use uuid::Uuid;

use super::rows::Rows;

/// What two units of one batch may not have in common.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Identity<'a> {
    Key(&'a str, &'a str),
    /// Of whatever table: ids are unique over all of them.
    Row(Uuid),
    CardRef(&'a str, &'a str),
    EnrolmentRef(&'a str, &'a str),
    EnrolmentOf(Uuid, Uuid),
    BudgetRef(&'a str, &'a str),
    DisputeRef(&'a str, &'a str),
    DisputeOn(Uuid),
    OperationRef(&'a str, &'a str),
    TransactionRef(&'a str, &'a str),
    BookOf(Uuid),
    AuthorizationRef(&'a str, &'a str),
    Delivery(&'a str, &'a str),
    Offer(&'a str),
    JobKey(&'a str, &'a str),
}

impl Rows {
    pub fn identities(&self) -> Vec<Identity<'_>> {
        let mut all = Vec::new();
        all.extend(self.claims.iter().map(|k| Identity::Key(&k.tenant, &k.key)));
        all.extend(
            self.answers
                .iter()
                .map(|k| Identity::Key(&k.tenant, &k.key)),
        );
        all.extend(
            self.releases
                .iter()
                .map(|k| Identity::Key(&k.tenant, &k.key)),
        );
        for card in self.cards.all() {
            all.push(Identity::Row(card.id));
            let provider_ref = card.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::CardRef(&card.instance, r)));
        }
        for enrolment in self.enrolments.all() {
            all.push(Identity::Row(enrolment.id));
            let (customer, card_type) = (enrolment.customer_id, enrolment.type_id);
            all.push(Identity::EnrolmentOf(customer, card_type));
            let provider_ref = enrolment.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::EnrolmentRef(&enrolment.instance, r)));
        }
        for budget in self.budgets.all() {
            all.push(Identity::Row(budget.id));
            let provider_ref = budget.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::BudgetRef(&budget.instance, r)));
        }
        for dispute in self.disputes.all() {
            all.push(Identity::Row(dispute.id));
            all.extend(dispute.open_on.map(Identity::DisputeOn));
            let provider_ref = dispute.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::DisputeRef(&dispute.instance, r)));
        }
        for operation in self.operations.all() {
            all.push(Identity::Row(operation.id));
            let (instance, reference) = (&operation.instance, &operation.reference);
            all.push(Identity::OperationRef(instance, reference));
        }
        for transaction in self.transactions.all() {
            all.push(Identity::Row(transaction.id));
            let (instance, reference) = (&transaction.instance, &transaction.provider_ref);
            all.push(Identity::TransactionRef(instance, reference));
        }
        all.extend(self.batches.all().map(|b| Identity::Row(b.id)));
        all.extend(self.batch_items.all().map(|i| Identity::Row(i.id)));
        all.extend(self.customers.all().map(|c| Identity::Row(c.id)));
        all.extend(self.documents.iter().map(|d| Identity::Row(d.id)));
        all.extend(self.audit.iter().map(|a| Identity::Row(a.id)));
        all.extend(self.events.iter().map(|e| Identity::Row(e.id)));
        self.decided(&mut all);
        for webhook in &self.webhooks {
            all.push(Identity::Row(webhook.id));
            all.push(Identity::Delivery(&webhook.instance, &webhook.identity));
        }
        all.extend(self.finishes.iter().map(|f| Identity::Row(f.id)));
        all.extend(self.card_types.iter().map(|o| Identity::Offer(&o.instance)));
        all.extend(self.new_api_keys.iter().map(|k| Identity::Row(k.id)));
        all.extend(self.key_ends.iter().map(|r| Identity::Row(r.id)));
        let finished = self.finished_jobs.iter().map(|finished| &finished.job);
        for job in self.jobs.iter().chain(finished) {
            all.push(Identity::Row(job.id));
            all.push(Identity::JobKey(&job.kind, &job.key));
        }
        all
    }

    /// A transfer touches its book and a mark its control, also where the unit has no other change
    /// of them.
    fn decided<'a>(&'a self, all: &mut Vec<Identity<'a>>) {
        for book in self.books.all() {
            all.push(Identity::Row(book.id));
            all.extend(book.budget_id.or(book.card_id).map(Identity::BookOf));
        }
        for transfer in &self.transfers {
            all.push(Identity::Row(transfer.id));
            all.push(Identity::Row(transfer.book_id));
        }
        for authorization in self.authorizations.all() {
            all.push(Identity::Row(authorization.id));
            let (instance, reference) = (&authorization.instance, &authorization.provider_ref);
            all.push(Identity::AuthorizationRef(instance, reference));
        }
        all.extend(self.answered.iter().map(|a| Identity::Row(a.id)));
        all.extend(self.controls.all().map(|c| Identity::Row(c.id)));
        all.extend(self.dropped_controls.iter().map(|c| Identity::Row(c.id)));
        for mark in self.marks.all() {
            all.push(Identity::Row(mark.id));
            all.push(Identity::Row(mark.control_id));
        }
    }
}
