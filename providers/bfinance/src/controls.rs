use async_trait::async_trait;
use cardmux_domain::controls::{Controls as CardControls, SpendLimit};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, Controls, OperationReport, ProviderError, SetControls,
};
use cardmux_provider_kit::json;

use crate::BFinance;
use crate::cards::partly_done;
use crate::map::{self, done};
use crate::wire::limits::{SetLimit, SetVelocity};
use crate::wire::path::{CardKey, Family};

/// There are no more kinds of limits than these (D).
const MAX_LIMITS: usize = 6;

#[async_trait]
impl Controls for BFinance {
    /// One call per limit (D). Each sets its limit, so that all of it may be repeated.
    async fn set(
        &self,
        _: &CallContext,
        request: &SetControls,
    ) -> Result<OperationReport, ProviderError> {
        let SetControls {
            reference,
            card_ref,
            controls,
        } = request;
        let key = self.key(card_ref)?;
        let limits = worded(key.family, controls)?;
        let mut first = true;
        for (word, limit) in limits {
            let set = self.set_limit(key, word, &limit).await;
            set.map_err(|error| if first { error } else { partly_done(error) })?;
            first = false;
        }
        Ok(done(OperationKind::UpdateControls, reference, card_ref))
    }
}

/// Every limit under bfinance's word for it, or why that cannot be: before anything is sent.
fn worded(
    family: Family,
    controls: &CardControls,
) -> Result<Vec<(&'static str, SpendLimit)>, ProviderError> {
    let CardControls {
        spend_limits,
        allowed_mccs,
        blocked_mccs,
        no_pin_limit,
    } = controls;
    if allowed_mccs.is_some() || blocked_mccs.is_some() || no_pin_limit.is_some() {
        return Err(map::refused(
            "bfinance has limits of spending and no other controls",
        ));
    }
    let limits = spend_limits.as_deref().unwrap_or_default();
    if limits.is_empty() || limits.len() > MAX_LIMITS {
        return Err(map::refused(
            "bfinance sets limits, each once, and cannot lift them",
        ));
    }
    let word = |limit: &SpendLimit| match family {
        Family::Plain => map::controls::limit_word(limit),
        Family::Budget => map::controls::velocity_word(limit),
    };
    limits
        .iter()
        .map(|limit| {
            let word = word(limit);
            let word = word.ok_or_else(|| map::refused("bfinance has no such limit"))?;
            Ok((word, *limit))
        })
        .collect()
}

impl BFinance {
    async fn set_limit(
        &self,
        key: CardKey<'_>,
        kind: &'static str,
        limit: &SpendLimit,
    ) -> Result<(), ProviderError> {
        let amount = json::number(limit.amount);
        match key.family {
            Family::Plain => {
                let body = SetLimit {
                    kind,
                    limit: amount,
                };
                self.client.tell(key.post("limits"), Some(&body)).await
            }
            Family::Budget => {
                let body = SetVelocity { kind, amount };
                self.client.tell(key.post("velocity"), Some(&body)).await
            }
        }
    }
}
