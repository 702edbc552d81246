//! A configured provider and its guard: every call of the gateway passes here.

mod change;
mod read;

use std::net::IpAddr;
use std::sync::Arc;

use cardmux_domain::card::CardModel;
use cardmux_domain::id::InstanceId;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ErrorKind, Provider, ProviderError, SignatureKind};
use ipnet::IpNet;

pub use change::Change;

use super::guard::Guard;

pub struct Instance {
    pub id: InstanceId,
    pub provider: Arc<dyn Provider>,
    guard: Guard,
    webhook_networks: Vec<IpNet>,
}

impl Instance {
    pub fn new(
        id: InstanceId,
        provider: Arc<dyn Provider>,
        guard: Guard,
        webhook_networks: Vec<IpNet>,
    ) -> Self {
        Self {
            id,
            provider,
            guard,
            webhook_networks,
        }
    }

    /// Whether a webhook from this address may be looked at. Where nothing is signed, the networks
    /// are the only protection: without any, nothing is taken.
    pub fn takes_webhooks_from(&self, peer: IpAddr) -> bool {
        if self.webhook_networks.is_empty() {
            return self.provider.traits().webhook_signature != SignatureKind::None;
        }
        // A listener on `::` sees IPv4 peers as mapped addresses.
        self.webhook_networks
            .iter()
            .any(|network| network.contains(&peer.to_canonical()))
    }

    pub fn is_healthy(&self) -> bool {
        self.guard.is_closed()
    }

    /// Whether the adapter implements what this operation needs.
    pub fn supports(&self, kind: OperationKind) -> bool {
        let provider = &self.provider;
        match kind {
            OperationKind::Issue
            | OperationKind::Freeze
            | OperationKind::Unfreeze
            | OperationKind::Cancel => provider.cards().is_some(),
            OperationKind::Deposit | OperationKind::Withdraw => provider.funds().is_some(),
            OperationKind::Activate => provider.activation().is_some(),
            OperationKind::SetPin => provider.pins().is_some(),
            OperationKind::UpdateControls => provider.controls().is_some(),
            OperationKind::UpdateNote => provider.notes().is_some(),
            OperationKind::Enrol | OperationKind::UpdateEnrolment => {
                provider.enrolments().is_some()
            }
            OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget => provider.budgets().is_some(),
            OperationKind::OrderPhysical => provider.shipping().is_some(),
            OperationKind::OpenDispute | OperationKind::CancelDispute => {
                provider.disputes().is_some()
            }
        }
    }

    /// Whether the money of such cards is in the gateway's ledger, a book for each: they draw on no
    /// budget, and the provider keeps no balances but asks.
    pub fn leaves_money_of(&self, model: CardModel) -> bool {
        let Self { provider, .. } = self;
        model == CardModel::Card
            && provider.authorizations().is_some()
            && provider.funds().is_none()
    }

    /// Whether this can be done to such a card, by the adapter or in the gateway's ledger.
    pub fn supports_on(&self, model: CardModel, kind: OperationKind) -> bool {
        let in_ledger = matches!(kind, OperationKind::Deposit | OperationKind::Withdraw);
        self.supports(kind) || in_ledger && self.leaves_money_of(model)
    }

    /// Whether the card is to be read before such an operation is sent, and compared afterwards.
    pub fn compares(&self, kind: OperationKind) -> bool {
        self.provider.traits().compared.contains(&kind)
    }

    /// Whether an operation of unknown fate can be looked up.
    pub fn can_find(&self) -> bool {
        self.provider.operations().is_some()
    }

    /// A capability of the adapter, or the error of a call that was never made.
    fn having<T>(&self, capability: Option<T>, name: &str) -> Result<T, ProviderError> {
        capability.ok_or_else(|| {
            let message = format!("`{}` has no capability `{name}`", self.provider.kind());
            ProviderError::not_sent(ErrorKind::Refused, message)
        })
    }
}
