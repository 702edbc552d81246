use std::collections::BTreeMap;

use cardmux_domain::card::Card;
use cardmux_domain::dispute::{Dispute, DisputeStatus};
use cardmux_domain::id::{OperationId, TransactionId, fresh};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{Transaction, TransactionStatus};
use url::Url;

use crate::app::attempt::attempt;
use crate::app::cards::rules;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, FieldProblem, Tenant, new_operation};
use crate::clock;
use crate::operations::{Answer, Arguments, Intent, Subject};
use crate::store;
use crate::store::disputes::DisputeFilter;

/// What is told about a contested transaction: bounds of the only provider that documents any
/// (bfinance, disputes/create-a-dispute).
const EVIDENCE_MIN: usize = 10;
const EVIDENCE_MAX: usize = 65_535;

/// More files than any chargeback form takes; our choice.
const FILES_MAX: usize = 20;

/// The longest address any browser sends on; our choice.
const URL_MAX: usize = 2_000;

#[derive(Debug, Clone)]
pub struct DisputeRequest {
    pub transaction_id: TransactionId,
    pub evidence: String,
    pub file_urls: Vec<String>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

/// Contest a transaction at its provider.
pub async fn open(
    app: &App,
    tenant: &Tenant,
    wanted: DisputeRequest,
    request: Request,
) -> Result<Answer, AppError> {
    let intend = || intend(app, tenant, &wanted, &request);
    attempt(app, &tenant.id, &request, "dispute", intend).await
}

async fn intend(
    app: &App,
    tenant: &Tenant,
    wanted: &DisputeRequest,
    request: &Request,
) -> Result<Intent, AppError> {
    let (transaction, card) = checked(app, tenant, wanted).await?;
    let now = clock::now();
    let operation_id: OperationId = fresh();
    let subject = Subject::from(intended(&transaction, wanted, operation_id, now));
    let operation = new_operation(operation_id, &subject, OperationKind::OpenDispute, now);
    Ok(Intent {
        alternatives: Vec::new(),
        key: request.claim(app, &tenant.id, operation_id),
        subject,
        subject_is_new: true,
        operation,
        arguments: Arguments {
            card_ref: card.provider_ref,
            transaction_ref: Some(transaction.report.provider_ref),
            ..Arguments::default()
        },
        also: Vec::new(),
        wait: request.wait,
        request_id: request.id.clone(),
    })
}

fn intended(
    transaction: &Transaction,
    wanted: &DisputeRequest,
    operation: OperationId,
    now: Timestamp,
) -> Dispute {
    Dispute {
        id: fresh(),
        tenant: transaction.tenant.clone(),
        instance: transaction.instance.clone(),
        card_id: transaction.card_id,
        transaction_id: transaction.id,
        status: DisputeStatus::Pending,
        status_as_of: Timestamp::from_millis(0),
        provider_ref: None,
        provider_status: None,
        evidence: wanted.evidence.clone(),
        file_urls: wanted.file_urls.clone(),
        response: None,
        external_id: wanted.external_id.clone(),
        metadata: wanted.metadata.clone(),
        pending_operation: Some(operation),
        refresh_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// The transaction and its card, if the request fits them.
async fn checked(
    app: &App,
    tenant: &Tenant,
    wanted: &DisputeRequest,
) -> Result<(Transaction, Card), AppError> {
    let mut problems = problems(wanted);
    let id = wanted.transaction_id;
    let found = store::transactions::get(&app.store, &tenant.id, id).await?;
    let Some(transaction) = found.filter(|_| problems.is_empty()) else {
        if problems.is_empty() {
            let detail = format!("transaction `{id}` does not exist");
            problems.push(FieldProblem::body("/transactionId", "unknown", detail));
        }
        return Err(AppError::Invalid(problems));
    };
    let instance = app.registry.get(&transaction.instance);
    if !instance.is_some_and(|i| i.supports(OperationKind::OpenDispute)) {
        return Err(AppError::Unsupported {
            instance: transaction.instance,
            what: "disputes".to_owned(),
        });
    }
    let state = |code, detail| AppError::State {
        code,
        detail,
        enrolment: None,
    };
    if transaction.report.status != TransactionStatus::Settled {
        let detail = format!("transaction `{id}` is {}", transaction.report.status);
        return Err(state("transaction_not_settled", detail));
    }
    let filter = DisputeFilter {
        transaction_id: Some(id),
        ..DisputeFilter::default()
    };
    let latest = store::disputes::list(&app.store, &tenant.id, &filter, None, 1).await?;
    if let Some(open) = latest.first().filter(|dispute| dispute.status.is_open()) {
        let detail = format!("dispute `{}` about it is {}", open.id, open.status);
        return Err(state("dispute_exists", detail));
    }
    let card = store::cards::get(&app.store, &tenant.id, transaction.card_id).await?;
    let card = card.ok_or_else(|| AppError::NotFound {
        what: "card",
        id: transaction.card_id.to_string(),
    })?;
    Ok((transaction, card))
}

fn problems(wanted: &DisputeRequest) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let length = wanted.evidence.chars().count();
    if !(EVIDENCE_MIN..=EVIDENCE_MAX).contains(&length) {
        let detail = format!("must be {EVIDENCE_MIN} to {EVIDENCE_MAX} characters, is {length}");
        problems.push(FieldProblem::body("/evidence", "bad_length", detail));
    }
    if wanted.file_urls.len() > FILES_MAX {
        let detail = format!("at most {FILES_MAX} files");
        problems.push(FieldProblem::body("/fileUrls", "too_many", detail));
    }
    for (at, url) in wanted.file_urls.iter().enumerate().take(FILES_MAX) {
        let https = Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host());
        if !https || url.len() > URL_MAX {
            let detail = "must be an https address the provider can fetch";
            let at = format!("/fileUrls/{at}");
            problems.push(FieldProblem::body(at, "bad_format", detail));
        }
    }
    problems.extend(rules::texts(
        None,
        wanted.external_id.as_deref(),
        &wanted.metadata,
    ));
    problems
}
