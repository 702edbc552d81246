//! Lists of codes, whole and without doubles.

use std::collections::BTreeSet;

use cardmux_domain::reference::City;

use crate::steps;
use crate::subject::Subject;
use crate::trial::{Group, Result, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Reference,
        reference_lists_are_there_and_have_distinct_codes,
        cities_of_a_country_are_a_tree_of_that_country,
    )
}

fn distinct<T: Ord>(list: &str, codes: Vec<T>) -> Result {
    ensure(!codes.is_empty(), || format!("no {list}"))?;
    let count = codes.len();
    let distinct: BTreeSet<_> = codes.into_iter().collect();
    ensure_eq(distinct.len(), count, list)
}

async fn reference_lists_are_there_and_have_distinct_codes(subject: &Subject) -> Result {
    let (data, ctx) = (subject.reference_data()?, subject.ctx()?);
    let regions = data.regions(&ctx).await?;
    distinct("regions", regions.iter().map(|r| &r.code).collect())?;
    let two_letters = |code: &str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    ensure(regions.iter().all(|r| two_letters(&r.code)), || {
        "a region has no ISO 3166-1 alpha-2 code".to_owned()
    })?;
    let dial_codes = data.dial_codes(&ctx).await?;
    // Several countries share one: +1.
    let pairs = dial_codes.iter().map(|d| (&d.code, &d.country));
    distinct("dial codes", pairs.collect())?;
    ensure(dial_codes.iter().all(|d| d.code.starts_with('+')), || {
        "a dial code has no `+`".to_owned()
    })?;
    let occupations = data.occupations(&ctx).await?;
    distinct("occupations", occupations.iter().map(|o| &o.code).collect())
}

fn check_tree<'a>(city: &'a City, country: &str, codes: &mut Vec<&'a str>) -> Result {
    ensure(city.country == country, || {
        format!("`{}` is of {} instead", city.code, city.country)
    })?;
    codes.push(&city.code);
    for child in &city.children {
        check_tree(child, country, codes)?;
    }
    Ok(())
}

async fn cities_of_a_country_are_a_tree_of_that_country(subject: &Subject) -> Result {
    let (data, ctx) = (subject.reference_data()?, subject.ctx()?);
    let all = data.cities(&ctx, None).await?;
    let country = all.first().map(|city| city.country.clone());
    let country = country.ok_or_else(|| steps::broken("no cities"))?;
    let cities = data.cities(&ctx, Some(&country)).await?;
    let mut codes = Vec::new();
    for city in &cities {
        check_tree(city, &country, &mut codes)?;
    }
    distinct("cities", codes)?;
    ensure(cities.iter().any(|city| !city.children.is_empty()), || {
        "the tree is flat".to_owned()
    })?;
    let of_it = all.iter().filter(|city| city.country == country);
    ensure_eq(of_it.count(), cities.len(), "provinces in both lists")
}
