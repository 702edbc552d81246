//! The mock, in each way it can treat references and time.

use std::sync::Arc;

use async_trait::async_trait;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CreateKey, ErrorKind, OperationQuery, Outcome, Provider};
use cardmux_domain::secret::SecretString;
use serde_json::Value;

use cardmux_provider_mock::{
    Fault as MockFault, Method, MockProvider, MockSettings, SIGNATURE_HEADER, When,
};

use crate::subject::{Fault, Maker, SentWebhook, Subject, World};
use crate::trial::{Result, Stop};

const SECRET: &str = "mock-webhook-secret-of-the-conformance-suite";

pub fn makers() -> Vec<Maker> {
    [
        ("mock_unique", CreateKey::Unique, false),
        ("mock_unique_async", CreateKey::Unique, true),
        ("mock_replay", CreateKey::Replay, false),
        ("mock_replay_async", CreateKey::Replay, true),
        ("mock_none", CreateKey::None, false),
        ("mock_none_async", CreateKey::None, true),
    ]
    .into_iter()
    .map(|(name, create_key, asynchronous)| Maker {
        name,
        open: Box::new(move || Box::pin(async move { Ok(open(create_key, asynchronous)) })),
    })
    .collect()
}

fn provider(create_key: CreateKey, asynchronous: bool) -> Arc<MockProvider> {
    Arc::new(MockProvider::new(MockSettings {
        create_key,
        asynchronous,
        webhook_secret: Some(SECRET.into()),
        ..MockSettings::default()
    }))
}

fn open(create_key: CreateKey, asynchronous: bool) -> Subject {
    let provider = provider(create_key, asynchronous);
    Subject::new(provider.clone(), Box::new(MockWorld(provider)))
}

struct MockWorld(Arc<MockProvider>);

impl MockWorld {
    fn signed(&self, body: Vec<u8>) -> Result<SentWebhook> {
        let signature = self.0.sign(&body);
        let signature = signature.ok_or(Stop::Unsupported("signed webhooks"))?;
        let headers = vec![(SIGNATURE_HEADER.to_owned(), signature)];
        Ok(SentWebhook { headers, body })
    }
}

#[async_trait]
impl World for MockWorld {
    async fn inject(&self, call: OperationKind, fault: Fault) -> Result {
        match mock_fault(fault) {
            Some(fault) => self.0.fail_next(method(call)?, fault),
            None => self.0.hide_next(3),
        }
        Ok(())
    }

    async fn unreachable(&self) -> Result<Arc<dyn Provider>> {
        let provider = provider(CreateKey::Unique, false);
        provider.fail_next(Method::Issue, MockFault::unreachable());
        Ok(provider)
    }

    async fn quirks(&self) -> Result<Value> {
        Err(Stop::Unsupported("quirks"))
    }

    async fn flip(&self, _: &Value, _: &Value) -> Result<Arc<dyn Provider>> {
        Err(Stop::Unsupported("quirks"))
    }

    async fn made(&self, query: &OperationQuery) -> Result<usize> {
        Ok(self.0.made_with(query.kind, &query.reference))
    }

    async fn hold_next_review(&self) -> Result {
        self.0.hold_reviews(1);
        Ok(())
    }

    /// The mock sends nothing by itself: the suite asks for each delivery.
    async fn send_webhooks_twice(&self) -> Result {
        Ok(())
    }

    async fn webhooks(&self, reference: &Reference, count: usize) -> Result<Vec<SentWebhook>> {
        let lost = || Stop::Broken("the mock knows no such operation".to_owned());
        let body = || self.0.webhook_body(reference).ok_or_else(lost);
        (0..count).map(|_| self.signed(body()?)).collect()
    }

    async fn webhooks_about(&self, provider_ref: &str) -> Result<Vec<SentWebhook>> {
        let bodies = self.0.webhook_bodies_about(provider_ref);
        bodies.into_iter().map(|body| self.signed(body)).collect()
    }

    async fn steps_taken(&self, _: &str) -> Result<usize> {
        Err(Stop::Unsupported("enrolments of several steps"))
    }

    async fn posted_code(&self, _: &str) -> Result<SecretString> {
        Err(Stop::Unsupported("codes that come by post"))
    }

    fn offline_type(&self) -> Option<&str> {
        Some("mock_usd_offline")
    }

    async fn canaries(&self) -> Result<Vec<String>> {
        Ok(vec![SECRET.to_owned()])
    }
}

fn method(call: OperationKind) -> Result<Method> {
    Ok(match call {
        OperationKind::Issue => Method::Issue,
        OperationKind::Deposit => Method::Deposit,
        OperationKind::Withdraw => Method::Withdraw,
        OperationKind::Freeze => Method::Freeze,
        OperationKind::Unfreeze => Method::Unfreeze,
        OperationKind::Cancel => Method::Cancel,
        OperationKind::Activate => Method::Activate,
        OperationKind::SetPin => Method::SetPin,
        OperationKind::UpdateControls => Method::SetControls,
        OperationKind::UpdateNote => Method::SetNote,
        OperationKind::Enrol => Method::Enrol,
        OperationKind::UpdateEnrolment => Method::UpdateEnrolment,
        OperationKind::CreateBudget => Method::CreateBudget,
        OperationKind::FundBudget => Method::FundBudget,
        OperationKind::WithdrawBudget => Method::WithdrawBudget,
        OperationKind::OpenDispute => Method::OpenDispute,
        OperationKind::CancelDispute => Method::CancelDispute,
        OperationKind::OrderPhysical => return Err(Stop::Unsupported("that call")),
    })
}

/// There is no wire to break, so the mock says what a wire would have led to; `None` is for look-ups.
fn mock_fault(fault: Fault) -> Option<MockFault> {
    let unknown = |when, kind| {
        Some(MockFault {
            when,
            kind,
            outcome: Outcome::Unknown,
        })
    };
    match fault {
        Fault::Refusal => Some(MockFault {
            when: When::Before,
            kind: ErrorKind::Refused,
            outcome: Outcome::Rejected,
        }),
        Fault::DropBefore => Some(MockFault::interrupted(When::Before)),
        Fault::DropAfter => Some(MockFault::interrupted(When::After)),
        Fault::ServerErrorBefore => unknown(When::Before, ErrorKind::Unavailable),
        Fault::ServerErrorAfter => unknown(When::After, ErrorKind::Unavailable),
        Fault::GarbledAnswer => unknown(When::After, ErrorKind::Malformed),
        Fault::LateAnswer => unknown(When::After, ErrorKind::Timeout),
        Fault::HiddenForAWhile => None,
    }
}
