//! What the worker does with an operation nobody holds any more: find out, by our reference.

use std::time::{Duration, Instant};

use cardmux_domain::card::Card;
use cardmux_domain::operation::{Attention, Failure, Operation, OperationStatus};
use cardmux_domain::provider::{
    CallContext, CreateKey, OperationQuery, OperationReport, Outcome, ProviderError, Reported,
};
use cardmux_domain::time::Timestamp;
use tracing::{info, warn};

use super::Engine;
use super::settle::{Finding, Held};
use crate::clock;
use crate::providers::Instance;
use crate::store::{Change, StoreError, Unit, WriteError, card_types, cards};

/// How often an operation is handed over in all. A provider that never lists what it was sent three
/// times over is a case for a person.
const MAX_SENDS: i32 = 3;

/// An operation older than this is not sent again: whoever asked has long decided otherwise.
const RESEND_WITHIN: Duration = Duration::from_secs(15 * 60);

#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a look-up tells, before anything is done about it.
enum LookUp {
    Found(Box<OperationReport>),
    /// Not listed, though the settle time since the last send has passed.
    Absent,
    /// Not listed, but it may still show up.
    NotYet,
    Failed(String),
}

impl Engine {
    /// Take an operation one step towards its end. The caller holds its lease.
    pub async fn resolve(&self, mut operation: Operation) -> Result<(), ResolveError> {
        let Some(card) = cards::get(&self.store, &operation.tenant, operation.card_id).await?
        else {
            warn!(operation = %operation.id, "operation without a card");
            return Ok(());
        };
        let request_id = format!("resolve_{}", operation.id);
        let deadline = Instant::now() + self.policy.call_timeout;
        let ctx = self.context(&operation.tenant, &request_id, deadline);
        operation.lookups = operation.lookups.saturating_add(1);
        let Some(instance) = self.registry.get(&operation.instance) else {
            let reason = format!(
                "provider instance `{}` is not configured",
                operation.instance
            );
            return self
                .record(card, operation, undecided(reason), &request_id)
                .await;
        };
        let look_up = self.look_up(&ctx, instance, &operation).await;
        let finding = match look_up {
            LookUp::Found(report) => Finding::Report(report),
            LookUp::NotYet => undecided("the provider does not list it yet".to_owned()),
            LookUp::Failed(reason) => undecided(reason),
            LookUp::Absent if operation.status == OperationStatus::Processing => {
                undecided("accepted by the provider, but not listed there".to_owned())
            }
            LookUp::Absent if may_send_again(instance, &operation) => {
                return self.send_again(&ctx, card, operation).await;
            }
            LookUp::Absent => Finding::Failed(never_arrived()),
        };
        self.record(card, operation, finding, &request_id).await
    }

    async fn look_up(
        &self,
        ctx: &CallContext,
        instance: &Instance,
        operation: &Operation,
    ) -> LookUp {
        if !instance.can_find() {
            return LookUp::Failed("this provider cannot be asked by reference".to_owned());
        }
        let query = OperationQuery {
            reference: operation.reference.clone(),
            kind: operation.kind,
            card_ref: operation.card_ref.clone(),
        };
        let asked_at = clock::now();
        match instance.find(ctx, &query).await {
            Ok(Some(report)) => LookUp::Found(Box::new(report)),
            Ok(None) if asked_at.since(last_send(operation)) >= self.quiet_time(instance) => {
                LookUp::Absent
            }
            Ok(None) => LookUp::NotYet,
            Err(error) => LookUp::Failed(format!("look-up failed: {error}")),
        }
    }

    /// A call under way when the gateway died may reach the provider until its deadline; only then
    /// does the provider's own settle time begin.
    fn quiet_time(&self, instance: &Instance) -> Duration {
        self.policy.call_timeout + instance.provider.traits().settle_time
    }

    /// Hand it over once more, under the same reference, written down first.
    async fn send_again(
        &self,
        ctx: &CallContext,
        card: Card,
        mut operation: Operation,
    ) -> Result<(), ResolveError> {
        let now = clock::now();
        operation.sends = operation.sends.saturating_add(1);
        operation.sent_at = Some(now);
        operation.due_at = Some(now.plus(self.policy.lease()));
        operation.version += 1;
        operation.updated_at = now;
        self.store
            .commit(Unit::new().with(Change::UpdateOperation(operation.clone())))
            .await?;
        fail::fail_point!("resend_committed");
        info!(operation = %operation.id, sends = operation.sends, "sending again");
        let card_type = card_types::get(&self.store, card.type_id).await?;
        let card_type_ref = card_type.map(|t| t.spec.provider_ref);
        let result = self.send(ctx, &card, &operation, card_type_ref).await;
        self.record(card, operation, Finding::from(result), &ctx.request_id)
            .await
    }

    async fn record(
        &self,
        card: Card,
        operation: Operation,
        finding: Finding,
        request_id: &str,
    ) -> Result<(), ResolveError> {
        let finding = self.escalate(&operation, finding);
        self.settle(Held { card, operation }, &finding, None, request_id)
            .await?;
        Ok(())
    }

    /// Undecided for too long becomes a case for a person; looking goes on all the same.
    fn escalate(&self, operation: &Operation, finding: Finding) -> Finding {
        let age = clock::now().since(operation.created_at);
        let reason = match &finding {
            Finding::Undecided { reason } => reason.clone(),
            // Recorded as `processing` by an earlier look-up already.
            Finding::Report(report)
                if report.reported == Reported::Processing
                    && operation.status == OperationStatus::Processing =>
            {
                format!("the provider still says `{}`", report.provider_status)
            }
            Finding::Report(_) | Finding::Failed(_) | Finding::NeedsAttention(_) => return finding,
        };
        if age < self.policy.attention_after {
            return finding;
        }
        Finding::NeedsAttention(Attention {
            reason: format!("undecided for {} s", age.as_secs()),
            evidence: vec![
                reason,
                format!(
                    "reference `{}` at `{}`",
                    operation.reference, operation.instance
                ),
                format!(
                    "sent {} times, last at {}",
                    operation.sends,
                    last_send(operation)
                ),
                format!("looked up {} times", operation.lookups),
            ],
        })
    }

    /// Apply what a webhook says about an operation of ours.
    pub async fn apply_report(
        &self,
        operation: Operation,
        report: OperationReport,
    ) -> Result<(), ResolveError> {
        let Some(card) = cards::get(&self.store, &operation.tenant, operation.card_id).await?
        else {
            return Ok(());
        };
        let request_id = format!("webhook_{}", operation.id);
        let known = operation.status.is_final() && !operation.clone().absorb(&report);
        if known {
            return Ok(());
        }
        let finding = Finding::Report(Box::new(report));
        self.settle(Held { card, operation }, &finding, None, &request_id)
            .await?;
        Ok(())
    }
}

fn last_send(operation: &Operation) -> Timestamp {
    operation.sent_at.unwrap_or(operation.created_at)
}

fn may_send_again(instance: &Instance, operation: &Operation) -> bool {
    let keyed = match instance.provider.traits().create_key {
        CreateKey::Unique | CreateKey::Replay => true,
        CreateKey::None => false,
    };
    let age = clock::now().since(operation.created_at);
    keyed && operation.sends < MAX_SENDS && age < RESEND_WITHIN
}

fn undecided(reason: String) -> Finding {
    Finding::Undecided { reason }
}

fn never_arrived() -> Failure {
    let error = ProviderError::not_sent(
        cardmux_domain::provider::ErrorKind::Unreachable,
        "the provider never received it; nothing was done",
    );
    Failure {
        code: "provider_unavailable".to_owned(),
        message: error.to_string(),
        outcome: Outcome::NotSent,
        provider_code: None,
        provider_message: None,
    }
}
