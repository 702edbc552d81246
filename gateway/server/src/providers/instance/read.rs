//! Calls that change nothing.

use cardmux_domain::budget::{FundingAccount, LedgerEntry};
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::challenge::Challenge;
use cardmux_domain::money::Money;
use cardmux_domain::provider::{
    BudgetSnapshot, CallContext, CardSecrets, CardSnapshot, DisputeSnapshot, EnrolmentSnapshot,
    EntryQuery, OperationQuery, Page, ProviderError, RawObject, Trace, TransactionQuery,
    TransactionReport,
};
use cardmux_domain::reference::{City, DialCode, Occupation, Region};

use super::Instance;
use crate::providers::guard::Call;

/// Run one method of a capability through the guard.
macro_rules! guarded {
    ($self:ident, $ctx:ident, $capability:ident.$method:ident($($argument:expr)?), $call:expr) => {{
        let capability = $self.having($self.provider.$capability(), stringify!($capability))?;
        let call = $call(stringify!($method));
        $self
            .guard
            .run($ctx, call, || capability.$method($ctx $(, $argument)?))
            .await
    }};
}

impl Instance {
    pub async fn card_types(&self, ctx: &CallContext) -> Result<Vec<CardTypeSpec>, ProviderError> {
        if self.provider.catalogue().is_none() {
            return Ok(Vec::new());
        }
        guarded!(self, ctx, catalogue.card_types(), Call::background_read)
    }

    pub async fn card(&self, ctx: &CallContext, id: &str) -> Result<CardSnapshot, ProviderError> {
        guarded!(self, ctx, cards.get(id), Call::background_read)
    }

    pub async fn enrolment(
        &self,
        ctx: &CallContext,
        id: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        guarded!(self, ctx, enrolments.get(id), Call::background_read)
    }

    pub async fn dispute(
        &self,
        ctx: &CallContext,
        id: &str,
    ) -> Result<DisputeSnapshot, ProviderError> {
        guarded!(self, ctx, disputes.get(id), Call::background_read)
    }

    pub async fn raw_card(
        &self,
        ctx: &CallContext,
        card_ref: &str,
    ) -> Result<RawObject, ProviderError> {
        guarded!(self, ctx, raw.raw_card(card_ref), Call::read)
    }

    pub async fn budget(
        &self,
        ctx: &CallContext,
        id: &str,
    ) -> Result<BudgetSnapshot, ProviderError> {
        guarded!(self, ctx, budgets.get(id), Call::background_read)
    }

    pub async fn transactions(
        &self,
        ctx: &CallContext,
        query: &TransactionQuery,
    ) -> Result<Page<TransactionReport>, ProviderError> {
        guarded!(self, ctx, transactions.list(query), Call::background_read)
    }

    pub async fn balance(&self, ctx: &CallContext, card_ref: &str) -> Result<Money, ProviderError> {
        guarded!(self, ctx, funds.balance(card_ref), Call::read)
    }

    pub async fn find(
        &self,
        ctx: &CallContext,
        query: &OperationQuery,
    ) -> Result<Trace, ProviderError> {
        guarded!(self, ctx, operations.find(query), Call::read)
    }

    pub async fn entries(
        &self,
        ctx: &CallContext,
        query: &EntryQuery,
    ) -> Result<Page<LedgerEntry>, ProviderError> {
        guarded!(self, ctx, budgets.entries(query), Call::read)
    }

    pub async fn funding_accounts(
        &self,
        ctx: &CallContext,
    ) -> Result<Vec<FundingAccount>, ProviderError> {
        guarded!(self, ctx, funding_accounts.funding_accounts(), Call::read)
    }

    pub async fn reveal(
        &self,
        ctx: &CallContext,
        card_ref: &str,
    ) -> Result<CardSecrets, ProviderError> {
        guarded!(self, ctx, reveal.reveal(card_ref), Call::read)
    }

    pub async fn challenges(
        &self,
        ctx: &CallContext,
        card_ref: &str,
    ) -> Result<Vec<Challenge>, ProviderError> {
        guarded!(self, ctx, challenges.challenges(card_ref), Call::read)
    }

    pub async fn regions(&self, ctx: &CallContext) -> Result<Vec<Region>, ProviderError> {
        guarded!(self, ctx, reference_data.regions(), Call::read)
    }

    pub async fn cities(
        &self,
        ctx: &CallContext,
        country: Option<&str>,
    ) -> Result<Vec<City>, ProviderError> {
        guarded!(self, ctx, reference_data.cities(country), Call::read)
    }

    pub async fn dial_codes(&self, ctx: &CallContext) -> Result<Vec<DialCode>, ProviderError> {
        guarded!(self, ctx, reference_data.dial_codes(), Call::read)
    }

    pub async fn occupations(&self, ctx: &CallContext) -> Result<Vec<Occupation>, ProviderError> {
        guarded!(self, ctx, reference_data.occupations(), Call::read)
    }
}
