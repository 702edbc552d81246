//! Lists of codes, as a provider has them.

use cardmux_domain::reference::{City, DialCode, Occupation, Region};
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! lists {
    ($($name:ident of $item:ident;)+) => {$(
        /// A whole list.
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $name {
            pub data: Vec<$item>,
        }
    )+};
}

lists! {
    RegionList of RegionDto;
    CityList of CityDto;
    DialCodeList of DialCodeDto;
    OccupationList of OccupationDto;
}

/// A country.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Region)]
pub struct RegionDto {
    /// ISO 3166-1 alpha-2.
    #[schema(example = "DE")]
    pub code: String,
    /// ISO 3166-1 alpha-3.
    pub alpha3: Option<String>,
    pub name: String,
}

/// A province or city. An address names one without children.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = City)]
pub struct CityDto {
    #[schema(example = "LT-VNO")]
    pub code: String,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "DE")]
    pub country: String,
    #[schema(no_recursion)]
    pub children: Vec<CityDto>,
}

/// How telephone numbers of a country begin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DialCode)]
pub struct DialCodeDto {
    #[schema(example = "+49")]
    pub code: String,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "DE")]
    pub country: String,
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Occupation)]
pub struct OccupationDto {
    #[schema(example = "software_engineer")]
    pub code: String,
    pub name: String,
}

// From references: the lists are shared by everybody who asks.

impl From<&Region> for RegionDto {
    fn from(region: &Region) -> Self {
        let Region { code, alpha3, name } = region.clone();
        Self { code, alpha3, name }
    }
}

impl From<&City> for CityDto {
    fn from(city: &City) -> Self {
        let City {
            code,
            name,
            country,
            children,
        } = city;
        Self {
            code: code.clone(),
            name: name.clone(),
            country: country.clone(),
            children: children.iter().map(Self::from).collect(),
        }
    }
}

impl From<&DialCode> for DialCodeDto {
    fn from(dial_code: &DialCode) -> Self {
        let DialCode {
            code,
            country,
            name,
        } = dial_code.clone();
        Self {
            code,
            country,
            name,
        }
    }
}

impl From<&Occupation> for OccupationDto {
    fn from(occupation: &Occupation) -> Self {
        let Occupation { code, name } = occupation.clone();
        Self { code, name }
    }
}
