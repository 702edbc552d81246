use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, ProviderError, ReferenceData};
use cardmux_domain::reference::{City, DialCode, Occupation, Region};

use crate::{Method, MockProvider, places};

#[async_trait]
impl ReferenceData for MockProvider {
    async fn regions(&self, _ctx: &CallContext) -> Result<Vec<Region>, ProviderError> {
        self.call(Method::ReferenceData, |_| Ok(places::regions()))
            .await
    }

    async fn cities(
        &self,
        _ctx: &CallContext,
        country: Option<&str>,
    ) -> Result<Vec<City>, ProviderError> {
        self.call(Method::ReferenceData, |_| Ok(places::cities(country)))
            .await
    }

    async fn dial_codes(&self, _ctx: &CallContext) -> Result<Vec<DialCode>, ProviderError> {
        self.call(Method::ReferenceData, |_| Ok(places::dial_codes()))
            .await
    }

    async fn occupations(&self, _ctx: &CallContext) -> Result<Vec<Occupation>, ProviderError> {
        self.call(Method::ReferenceData, |_| Ok(places::occupations()))
            .await
    }
}
