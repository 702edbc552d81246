use std::collections::BTreeSet;

use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, ProviderError, ReferenceData};
use cardmux_domain::reference::{City, DialCode, Occupation, Region};

use crate::FinCard;
use crate::wire::path::Endpoint;
use crate::wire::reference::{self as wire, CityRequest};
use crate::wire::request::Nothing;

#[async_trait]
impl ReferenceData for FinCard {
    async fn regions(&self, _: &CallContext) -> Result<Vec<Region>, ProviderError> {
        let regions: Vec<wire::Region> = self.client.call(Endpoint::Regions, &Nothing {}).await?;
        let region = |region: wire::Region| {
            let wire::Region {
                code,
                standard_code,
                name,
            } = region;
            Region {
                name: name.unwrap_or_else(|| code.clone()),
                alpha3: standard_code,
                code,
            }
        };
        Ok(regions.into_iter().map(region).collect())
    }

    async fn cities(
        &self,
        _: &CallContext,
        country: Option<&str>,
    ) -> Result<Vec<City>, ProviderError> {
        let request = CityRequest {
            region_code: country,
        };
        let cities: Vec<wire::City> = self.client.call(Endpoint::Cities, &request).await?;
        let above = country.unwrap_or_default();
        Ok(cities.into_iter().map(|node| city(node, above)).collect())
    }

    /// A code may come once per language of its name: the first is taken.
    async fn dial_codes(&self, _: &CallContext) -> Result<Vec<DialCode>, ProviderError> {
        let codes: Vec<wire::DialCode> = self.client.call(Endpoint::DialCodes, &Nothing {}).await?;
        let mut seen = BTreeSet::new();
        let code = |code: wire::DialCode| {
            let wire::DialCode {
                code,
                name,
                area_code,
            } = code;
            seen.insert((code.clone(), area_code.clone()))
                .then(|| DialCode {
                    name: name.unwrap_or_else(|| area_code.clone()),
                    country: area_code,
                    code,
                })
        };
        Ok(codes.into_iter().filter_map(code).collect())
    }

    async fn occupations(&self, _: &CallContext) -> Result<Vec<Occupation>, ProviderError> {
        let list: Vec<wire::Occupation> =
            self.client.call(Endpoint::Occupations, &Nothing {}).await?;
        let occupation = |occupation: wire::Occupation| {
            let wire::Occupation {
                occupation_code,
                description,
            } = occupation;
            Occupation {
                name: description.unwrap_or_else(|| occupation_code.clone()),
                code: occupation_code,
            }
        };
        Ok(list.into_iter().map(occupation).collect())
    }
}

/// A node that does not name its country is in that of the node above.
fn city(node: wire::City, above: &str) -> City {
    let wire::City {
        code,
        name,
        country,
        children,
    } = node;
    let country = country.unwrap_or_else(|| above.to_owned());
    City {
        name: name.unwrap_or_else(|| code.clone()),
        children: children
            .into_iter()
            .map(|child| city(child, &country))
            .collect(),
        code,
        country,
    }
}
