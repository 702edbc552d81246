use std::time::Duration;

use cardmux_domain::provider::{CreateKey, Provider, ProviderTraits, SignatureKind};

use super::*;
use crate::providers::{Guard, GuardLimits, Instance};

/// A provider whose adapter does nothing at all; of those there are, each issues.
struct Mute(ProviderTraits);

impl Provider for Mute {
    fn kind(&self) -> &'static str {
        "mute"
    }

    fn traits(&self) -> &ProviderTraits {
        &self.0
    }
}

fn mute() -> Instance {
    let traits = ProviderTraits {
        create_key: CreateKey::None,
        settle_time: Duration::ZERO,
        keyless: &[],
        compared: &[],
        webhook_signature: SignatureKind::None,
        polling: None,
        cards_by_owner: false,
    };
    let limits = GuardLimits {
        concurrency: 1,
        rate_per_second: None,
        attempts: 1,
        attempt_timeout: Duration::from_secs(1),
        breaker_failures: 1,
        breaker_open: Duration::from_secs(1),
    };
    let guard = Guard::new("mute", traits.create_key, limits);
    let provider = Arc::new(Mute(traits));
    Instance::new("mute".parse().unwrap(), provider, guard, Vec::new())
}

#[test]
fn instance_whose_adapter_cannot_issue_is_unsupported_also_where_it_is_paused() {
    let registry = Registry::of(mute());
    let instance: InstanceId = "mute".parse().unwrap();
    let situation = Situation {
        registry: &registry,
        issuing_paused: &[instance.clone()].into(),
        health_counts: true,
        catalogue: BTreeMap::new(),
        evidence: BTreeMap::new(),
    };
    let wanted = IssueRequest {
        target: Target::Wish(Wish::default()),
        customer_id: None,
        budget_id: None,
        card_number: None,
        cardholder: None,
        initial_balance: None,
        label: None,
        external_id: None,
        metadata: BTreeMap::new(),
        enrol: false,
    };
    let request = ForRequest {
        situation: &situation,
        wanted: &wanted,
        named: &Named::default(),
    };
    let reason = request.closed(&instance).map(|(reason, _)| reason);
    assert_eq!(reason, Some(ExclusionReason::Unsupported));
}
