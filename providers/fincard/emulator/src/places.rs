//! Regions, cities, dial codes, occupations: a few of each.
//!
//! Documented: the shape of the codes (4.1 to 4.4, 6.1) and the restricted regions (W-int, 6.2).
//! Assumed: which entries there are; restricted regions are listed too.

pub struct Region {
    pub code: &'static str,
    pub standard_code: &'static str,
    pub name: &'static str,
    /// With the plus sign.
    pub dial_code: &'static str,
}

const fn region(
    code: &'static str,
    standard_code: &'static str,
    name: &'static str,
    dial_code: &'static str,
) -> Region {
    Region {
        code,
        standard_code,
        name,
        dial_code,
    }
}

pub const REGIONS: &[Region] = &[
    region("AU", "AUS", "Australia", "+61"),
    region("CA", "CAN", "Canada", "+1"),
    region("DE", "DEU", "Germany", "+49"),
    region("GB", "GBR", "United Kingdom", "+44"),
    region("HK", "HKG", "Hong Kong", "+852"),
    region("IR", "IRN", "Iran", "+98"),
    region("US", "USA", "United States", "+1"),
];

/// Neither residence nor nationality of a holder.
pub const RESTRICTED: &[&str] = &[
    "CU", "KP", "EG", "IR", "MM", "NG", "RU", "BY", "ZA", "SY", "UA", "VE", "SD", "SS", "LY", "BI",
    "CF", "SO", "ZW", "AF",
];

pub struct Province {
    pub region: &'static str,
    pub code: &'static str,
    pub name: &'static str,
    /// Code and name.
    pub cities: &'static [(&'static str, &'static str)],
}

pub const PROVINCES: &[Province] = &[
    Province {
        region: "AU",
        code: "AU-ACT",
        name: "Australian Capital Territory",
        cities: &[("AU-ACT-80100", "Canberra")],
    },
    Province {
        region: "DE",
        code: "DE-BE",
        name: "Berlin",
        cities: &[("DE-BE-11000", "Berlin")],
    },
    Province {
        region: "DE",
        code: "DE-BY",
        name: "Bavaria",
        cities: &[("DE-BY-09162", "Munich"), ("DE-BY-09564", "Nuremberg")],
    },
    Province {
        region: "HK",
        code: "HK_KKC",
        name: "Kowloon City",
        cities: &[("HK_KKC_1", "Kowloon City")],
    },
    Province {
        region: "US",
        code: "US-CA",
        name: "California",
        cities: &[
            ("US-CA-06037", "Los Angeles"),
            ("US-CA-06075", "San Francisco"),
        ],
    },
    Province {
        region: "US",
        code: "US-NY",
        name: "New York",
        cities: &[("US-NY-36061", "New York")],
    },
];

/// Code and description.
pub const OCCUPATIONS: &[(&str, &str)] = &[
    ("11-1011", "Chief Executives"),
    ("13-2011", "Accountants and Auditors"),
    ("15-1252", "Software Developers"),
    ("25-1000", "Postsecondary Teachers"),
];

pub fn region_name(code: &str) -> Option<&'static str> {
    let mut regions = REGIONS.iter();
    regions
        .find(|region| region.code == code)
        .map(|region| region.name)
}

/// The name of a city that can be a holder's `town`: a leaf of the tree, by its code.
pub fn town_name(region: &str, code: &str) -> Option<&'static str> {
    town(region, code).map(|(_, name)| name)
}

/// The name of the province that such a city is in.
pub fn province_name(region: &str, code: &str) -> Option<&'static str> {
    town(region, code).map(|(province, _)| province.name)
}

fn town(region: &str, code: &str) -> Option<(&'static Province, &'static str)> {
    let own = PROVINCES
        .iter()
        .filter(|province| province.region == region);
    own.flat_map(|province| province.cities.iter().map(move |city| (province, city)))
        .find_map(|(province, (city, name))| (*city == code).then_some((province, *name)))
}
