//! The mock, in each way it can treat references and time.

use std::sync::Arc;

use async_trait::async_trait;
use cardmux_domain::operation::Reference;
use cardmux_domain::provider::{CreateKey, ErrorKind, Outcome, Provider};
use cardmux_provider_mock::{
    Fault as MockFault, Method, MockProvider, MockSettings, SIGNATURE_HEADER, When,
};

use crate::subject::{Call, Fault, Maker, SentWebhook, Subject, World};
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
    Subject {
        provider: provider.clone(),
        world: Box::new(MockWorld(provider)),
    }
}

struct MockWorld(Arc<MockProvider>);

#[async_trait]
impl World for MockWorld {
    async fn inject(&self, call: Call, fault: Fault) -> Result {
        let method = match call {
            Call::Issue => Method::Issue,
            Call::Deposit => Method::Deposit,
        };
        match mock_fault(fault) {
            Some(fault) => self.0.fail_next(method, fault),
            None => self.0.hide_next(3),
        }
        Ok(())
    }

    async fn unreachable(&self) -> Result<Arc<dyn Provider>> {
        let provider = provider(CreateKey::Unique, false);
        provider.fail_next(Method::Issue, MockFault::unreachable());
        Ok(provider)
    }

    async fn cards_made_with(&self, reference: &Reference) -> Result<usize> {
        Ok(self.0.cards_made_with(reference))
    }

    async fn deposits_made_with(&self, reference: &Reference) -> Result<usize> {
        Ok(self.0.deposits_made_with(reference))
    }

    /// The mock sends nothing by itself: the suite asks for each delivery.
    async fn send_webhooks_twice(&self) -> Result {
        Ok(())
    }

    async fn webhooks(&self, reference: &Reference, count: usize) -> Result<Vec<SentWebhook>> {
        let lost = || Stop::Broken("the mock knows no such operation".to_owned());
        let made = || -> Result<SentWebhook> {
            let body = self.0.webhook_body(reference).ok_or_else(lost)?;
            let signature = self
                .0
                .sign(&body)
                .ok_or(Stop::Unsupported("signed webhooks"))?;
            let headers = vec![(SIGNATURE_HEADER.to_owned(), signature)];
            Ok(SentWebhook { headers, body })
        };
        (0..count).map(|_| made()).collect()
    }

    fn offline_type(&self) -> Option<&str> {
        Some("mock_usd_offline")
    }

    async fn canaries(&self) -> Result<Vec<String>> {
        Ok(vec![SECRET.to_owned()])
    }
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
