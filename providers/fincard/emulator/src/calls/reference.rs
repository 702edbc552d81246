//! Reference lists.
//!
//! Documented: fields, the optional `regionCode`, the tree of two levels whose roots have the parent
//! `"0"`, the dial code in `code` and the region in `areaCode` (4.1 to 4.4, 6.1). Assumed: the flat
//! list holds the leaves of the tree; no global transfers, which are another product.

use super::same;
use crate::envelope::Failure;
use crate::json::Json;
use crate::places::{OCCUPATIONS, PROVINCES, Province, REGIONS, Region};
use crate::request::Fields;
use crate::route::Reference;

pub fn answer(list: Reference, fields: &Fields) -> Result<Json, Failure> {
    let wanted = fields.text("regionCode")?;
    let provinces = PROVINCES
        .iter()
        .filter(|province| same(wanted.as_deref(), province.region));
    Ok(Json::List(match list {
        Reference::Regions => REGIONS.iter().map(region).collect(),
        Reference::Cities => provinces.flat_map(cities).collect(),
        Reference::CityTree => provinces.map(tree).collect(),
        Reference::DialCodes => REGIONS.iter().map(dial_code).collect(),
        Reference::Occupations => OCCUPATIONS.iter().map(occupation).collect(),
    }))
}

fn region(region: &Region) -> Json {
    Json::Object(vec![
        ("code", Json::text(region.code)),
        ("standardCode", Json::text(region.standard_code)),
        ("name", Json::text(region.name)),
    ])
}

fn dial_code(region: &Region) -> Json {
    Json::Object(vec![
        ("code", Json::text(region.dial_code)),
        ("name", Json::text(region.name)),
        ("areaCode", Json::text(region.code)),
        ("language", Json::text("en_US")),
        ("enableGlobalTransfer", Json::Bool(false)),
    ])
}

fn occupation((code, description): &(&str, &str)) -> Json {
    Json::Object(vec![
        ("occupationCode", Json::text(*code)),
        ("description", Json::text(*description)),
    ])
}

fn cities(province: &Province) -> Vec<Json> {
    let city = |(code, name): &(&str, &str)| {
        Json::Object(vec![
            ("code", Json::text(*code)),
            ("name", Json::text(*name)),
            ("country", Json::text(province.region)),
        ])
    };
    province.cities.iter().map(city).collect()
}

fn tree(province: &Province) -> Json {
    let leaves = province.cities.iter();
    let leaves = leaves.map(|(code, name)| node(province, code, name, province.code, Vec::new()));
    node(
        province,
        province.code,
        province.name,
        "0",
        leaves.collect(),
    )
}

fn node(province: &Province, code: &str, name: &str, parent: &str, children: Vec<Json>) -> Json {
    let mut regions = REGIONS.iter();
    let region = regions.find(|region| region.code == province.region);
    Json::Object(vec![
        ("code", Json::text(code)),
        ("name", Json::text(name)),
        ("country", Json::text(province.region)),
        (
            "countryStandardCode",
            Json::or_null(region.map(|region| region.standard_code)),
        ),
        ("parentCode", Json::text(parent)),
        ("children", Json::List(children)),
    ])
}
