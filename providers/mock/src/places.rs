//! The reference lists: a few entries of each, and what a form's codes are checked against.

use cardmux_domain::customer::form::ReferenceList;
use cardmux_domain::reference::{City, DialCode, Occupation, Region};

/// Alpha-2, alpha-3, name, dial code.
const COUNTRIES: [(&str, &str, &str, &str); 4] = [
    ("DE", "DEU", "Germany", "+49"),
    ("JP", "JPN", "Japan", "+81"),
    ("LT", "LTU", "Lithuania", "+370"),
    ("US", "USA", "United States", "+1"),
];

/// Country, province, its cities; codes and names.
type Province = (
    &'static str,
    (&'static str, &'static str),
    &'static [(&'static str, &'static str)],
);

const PROVINCES: [Province; 4] = [
    (
        "DE",
        ("de_be", "Berlin"),
        &[("de_be_1", "Mitte"), ("de_be_2", "Pankow")],
    ),
    ("DE", ("de_by", "Bavaria"), &[("de_by_1", "Munich")]),
    ("JP", ("jp_13", "Tokyo"), &[("jp_13_1", "Chiyoda")]),
    ("LT", ("lt_vl", "Vilnius"), &[("lt_vl_1", "Vilnius")]),
];

const OCCUPATIONS: [(&str, &str); 2] = [("baker", "Baker"), ("clerk", "Office clerk")];

pub(crate) fn regions() -> Vec<Region> {
    let region = |(code, alpha3, name, _): (&str, &str, &str, &str)| Region {
        code: code.to_owned(),
        alpha3: Some(alpha3.to_owned()),
        name: name.to_owned(),
    };
    COUNTRIES.into_iter().map(region).collect()
}

pub(crate) fn cities(country: Option<&str>) -> Vec<City> {
    let city = |country: &str, (code, name): (&str, &str), children| City {
        code: code.to_owned(),
        name: name.to_owned(),
        country: country.to_owned(),
        children,
    };
    PROVINCES
        .into_iter()
        .filter(|(of, _, _)| country.is_none_or(|country| country == *of))
        .map(|(of, province, cities)| {
            let leaves = cities.iter().map(|leaf| city(of, *leaf, Vec::new()));
            city(of, province, leaves.collect())
        })
        .collect()
}

pub(crate) fn dial_codes() -> Vec<DialCode> {
    let dial_code = |(country, _, name, code): (&str, &str, &str, &str)| DialCode {
        code: code.to_owned(),
        country: country.to_owned(),
        name: name.to_owned(),
    };
    COUNTRIES.into_iter().map(dial_code).collect()
}

pub(crate) fn occupations() -> Vec<Occupation> {
    let occupation = |(code, name): (&str, &str)| Occupation {
        code: code.to_owned(),
        name: name.to_owned(),
    };
    OCCUPATIONS.into_iter().map(occupation).collect()
}

/// Whether a code is on a list; the mock has all of them at hand.
pub(crate) fn listed(list: ReferenceList, code: &str) -> Option<bool> {
    Some(match list {
        ReferenceList::Regions => COUNTRIES.iter().any(|(known, _, _, _)| *known == code),
        ReferenceList::Cities => cities(None).iter().any(|city| city.has_leaf(code)),
        ReferenceList::DialCodes => COUNTRIES.iter().any(|(_, _, _, known)| *known == code),
        ReferenceList::Occupations => OCCUPATIONS.iter().any(|(known, _)| *known == code),
    })
}
