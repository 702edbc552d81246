//! A configured provider and its guard.

use std::net::IpAddr;
use std::sync::Arc;

use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::id::InstanceId;
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, CardChange, CardSnapshot, Cards, Effect, ErrorKind, Funds, IssueCard, MoveFunds,
    OperationQuery, OperationReport, Operations, Provider, ProviderError, SignatureKind,
};
use ipnet::IpNet;

use super::guard::{Call, Guard};

pub struct Instance {
    pub id: InstanceId,
    pub provider: Arc<dyn Provider>,
    guard: Guard,
    webhook_networks: Vec<IpNet>,
}

/// A change at the provider, complete with its arguments.
pub enum Change {
    Issue(IssueCard),
    Card(CardAction, CardChange),
    Funds(FundsAction, MoveFunds),
}

#[derive(Clone, Copy)]
pub enum CardAction {
    Freeze,
    Unfreeze,
    Cancel,
}

#[derive(Clone, Copy)]
pub enum FundsAction {
    Deposit,
    Withdraw,
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
        match kind {
            OperationKind::Issue
            | OperationKind::Freeze
            | OperationKind::Unfreeze
            | OperationKind::Cancel => self.provider.cards().is_some(),
            OperationKind::Deposit | OperationKind::Withdraw => self.provider.funds().is_some(),
        }
    }

    pub async fn card_types(&self, ctx: &CallContext) -> Result<Vec<CardTypeSpec>, ProviderError> {
        let Some(catalogue) = self.provider.catalogue() else {
            return Ok(Vec::new());
        };
        self.guard
            .run(ctx, Call::background_read("card_types"), || {
                catalogue.card_types(ctx)
            })
            .await
    }

    pub async fn card(
        &self,
        ctx: &CallContext,
        card_ref: &str,
    ) -> Result<CardSnapshot, ProviderError> {
        let cards = self.cards()?;
        self.guard
            .run(ctx, Call::background_read("get"), || {
                cards.get(ctx, card_ref)
            })
            .await
    }

    pub async fn balance(&self, ctx: &CallContext, card_ref: &str) -> Result<Money, ProviderError> {
        let funds = self.funds()?;
        self.guard
            .run(ctx, Call::read("balance"), || funds.balance(ctx, card_ref))
            .await
    }

    /// Whether an operation of unknown fate can be looked up.
    pub fn can_find(&self) -> bool {
        self.provider.operations().is_some()
    }

    pub async fn find(
        &self,
        ctx: &CallContext,
        query: &OperationQuery,
    ) -> Result<Option<OperationReport>, ProviderError> {
        let operations = self.operations()?;
        self.guard
            .run(ctx, Call::read("find"), || operations.find(ctx, query))
            .await
    }

    pub async fn change(
        &self,
        ctx: &CallContext,
        change: &Change,
    ) -> Result<OperationReport, ProviderError> {
        match change {
            Change::Issue(request) => {
                let cards = self.cards()?;
                let call = Call::change("issue", Effect::Create);
                self.guard
                    .run(ctx, call, || cards.issue(ctx, request))
                    .await
            }
            Change::Card(action, request) => self.change_card(ctx, *action, request).await,
            Change::Funds(action, request) => self.move_funds(ctx, *action, request).await,
        }
    }

    async fn change_card(
        &self,
        ctx: &CallContext,
        action: CardAction,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let cards = self.cards()?;
        let call = |name| Call::change(name, Effect::Set);
        match action {
            CardAction::Freeze => {
                self.guard
                    .run(ctx, call("freeze"), || cards.freeze(ctx, change))
                    .await
            }
            CardAction::Unfreeze => {
                self.guard
                    .run(ctx, call("unfreeze"), || cards.unfreeze(ctx, change))
                    .await
            }
            CardAction::Cancel => {
                self.guard
                    .run(ctx, call("cancel"), || cards.cancel(ctx, change))
                    .await
            }
        }
    }

    async fn move_funds(
        &self,
        ctx: &CallContext,
        action: FundsAction,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let funds = self.funds()?;
        let call = |name| Call::change(name, Effect::Create);
        match action {
            FundsAction::Deposit => {
                self.guard
                    .run(ctx, call("deposit"), || funds.deposit(ctx, request))
                    .await
            }
            FundsAction::Withdraw => {
                self.guard
                    .run(ctx, call("withdraw"), || funds.withdraw(ctx, request))
                    .await
            }
        }
    }

    fn cards(&self) -> Result<&dyn Cards, ProviderError> {
        self.provider.cards().ok_or_else(|| self.absent("cards"))
    }

    fn funds(&self) -> Result<&dyn Funds, ProviderError> {
        self.provider.funds().ok_or_else(|| self.absent("funds"))
    }

    fn operations(&self) -> Result<&dyn Operations, ProviderError> {
        self.provider
            .operations()
            .ok_or_else(|| self.absent("operations"))
    }

    fn absent(&self, capability: &str) -> ProviderError {
        let message = format!(
            "`{}` has no capability `{capability}`",
            self.provider.kind()
        );
        ProviderError::not_sent(ErrorKind::Refused, message)
    }
}
