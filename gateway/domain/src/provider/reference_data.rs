use async_trait::async_trait;

use super::{CallContext, ProviderError};
use crate::reference::{City, DialCode, Occupation, Region};

/// Lists of codes; near-static, cached by the gateway.
#[async_trait]
pub trait ReferenceData: Send + Sync {
    /// The countries the provider knows.
    ///
    /// # Behaviour
    /// - `reference_lists_are_there_and_have_distinct_codes`
    async fn regions(&self, ctx: &CallContext) -> Result<Vec<Region>, ProviderError>;

    /// Provinces and cities as a tree, of one country or of all.
    ///
    /// # Behaviour
    /// - `cities_of_a_country_are_a_tree_of_that_country`
    async fn cities(
        &self,
        ctx: &CallContext,
        country: Option<&str>,
    ) -> Result<Vec<City>, ProviderError>;

    /// How telephone numbers begin.
    async fn dial_codes(&self, ctx: &CallContext) -> Result<Vec<DialCode>, ProviderError>;

    /// Occupations a form can name.
    async fn occupations(&self, ctx: &CallContext) -> Result<Vec<Occupation>, ProviderError>;
}
