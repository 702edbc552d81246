//! Whether controls let a payment pass, and if not, every reason why.

use std::collections::{BTreeSet, HashSet};

use super::history::{History, Question, Spent};
use super::mcc::MccRule;
use super::place::Place;
use super::rules::{Limit, MerchantRule, Rules};
use super::window::{Past, Period, Window};
use super::{Scope, SpendControl};
use crate::authorization::{DeclineReason, Reason};
use crate::money::Money;
use crate::time::Timestamp;
use crate::transaction::Merchant;

/// A payment that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The gateway's time, at the receipt of the request.
    pub at: Timestamp,
    pub amount: Money,
    pub merchant: &'a Merchant,
}

/// What a [`check`] of these controls at this time has to know; each once, in a fixed order.
pub fn questions<'a>(
    controls: impl IntoIterator<Item = &'a SpendControl>,
    at: Timestamp,
) -> Vec<Question> {
    let mut questions = Vec::new();
    for SpendControl { scope, rules, .. } in in_order(controls) {
        let scope = *scope;
        let spent = |since| Question::Spent { scope, since };
        questions.extend(
            rules
                .limits
                .iter()
                .filter_map(|limit| match limit.window.past(at) {
                    Ok(Past::Since(since)) => Some(spent(Some(since))),
                    Ok(Past::All) => Some(spent(None)),
                    Ok(Past::Nothing) | Err(_) => None,
                }),
        );
        questions.extend(rules.max_uses.map(|_| spent(None)));
        questions.extend(
            rules
                .merchant_lock
                .then_some(Question::FirstMerchant { scope }),
        );
    }
    let mut seen = HashSet::new();
    questions.retain(|question| seen.insert(*question));
    questions
}

/// Every reason these controls have to decline the payment, in the order card, customer, budget,
/// tenant, within a scope by id, and within a control as [`Rules`] names them; none: it may pass.
///
/// All controls given are taken to cover the card and to count: which ones do, and whether drafts are
/// among them, is the caller's choice.
///
/// # Behaviour
///
/// - A payment counts itself: an amount that fills a limit exactly passes, one millionth more does not.
/// - An amount of zero (a merchant looks whether the card works) passes all limits and uses: it spends
///   nothing, and whoever stores a card with a merchant would use up a single-use card by it. Which
///   merchants, categories and countries are allowed, and the lock, hold for it too: they say where
///   the card may be given, not how much of it.
/// - An MCC or country that is missing or unreadable is not one of those allowed, and not blocked.
/// - A limit whose calendar is not known declines: what cannot be counted is not let pass.
pub fn check<'a, H: History>(
    controls: impl IntoIterator<Item = &'a SpendControl>,
    attempt: &Attempt<'_>,
    history: &H,
) -> Result<Vec<Reason>, H::Error> {
    let place = Place::of(attempt.merchant);
    let mut reasons = Vec::new();
    for control in in_order(controls) {
        let SpendControl { scope, rules, .. } = control;
        let mut found = Vec::new();
        if attempt.amount.is_positive() {
            for limit in &rules.limits {
                found.extend(limit_reasons(limit, *scope, attempt, history)?);
            }
        }
        found.extend(place_reasons(rules, &place));
        if let Some(max) = rules.max_uses.filter(|_| attempt.amount.is_positive()) {
            let counted = history.spent(*scope, None)?.count;
            found.extend((counted >= max).then(|| {
                let detail = format!("at most {} in all; counted {counted}", payments(max));
                (DeclineReason::UsesExhausted, detail)
            }));
        }
        if rules.merchant_lock {
            let first = history.first_merchant(*scope)?;
            found.extend(first.and_then(|first| lock_reason(&first, &place)));
        }
        reasons.extend(found.into_iter().map(|(code, detail)| Reason {
            code,
            control: Some(control.id.to_string()),
            detail: Some(detail),
        }));
    }
    Ok(reasons)
}

type Found = (DeclineReason, String);

fn in_order<'a>(controls: impl IntoIterator<Item = &'a SpendControl>) -> Vec<&'a SpendControl> {
    let mut controls: Vec<_> = controls.into_iter().collect();
    controls.sort_by_key(|control| control.order());
    controls
}

fn limit_reasons<H: History>(
    limit: &Limit,
    scope: Scope,
    attempt: &Attempt<'_>,
    history: &H,
) -> Result<Vec<Found>, H::Error> {
    let spent = match limit.window.past(attempt.at) {
        Ok(Past::Nothing) => Spent::default(),
        Ok(Past::Since(since)) => history.spent(scope, Some(since))?,
        Ok(Past::All) => history.spent(scope, None)?,
        Err(error) => return Ok(vec![(DeclineReason::SpendLimit, error.to_string())]),
    };
    let amount = over_amount(limit, attempt.amount, &spent);
    let count = over_count(limit, &spent);
    let details = amount.into_iter().chain(count);
    Ok(details
        .map(|detail| (DeclineReason::SpendLimit, detail))
        .collect())
}

fn over_amount(limit: &Limit, asked: Money, spent: &Spent) -> Option<String> {
    let most = limit.amount?;
    let (most, window) = (
        Money::new(most.amount, most.currency),
        in_words(&limit.window),
    );
    if most.currency != asked.currency {
        return Some(format!(
            "at most {most} {window}; asked {asked}, and nothing is converted"
        ));
    }
    let counted = spent.of(most.currency);
    // What cannot even be added up is more than any limit.
    let sum = counted.checked_add(asked.amount);
    sum.is_none_or(|sum| sum > most.amount).then(|| {
        let counted = Money::new(counted, most.currency);
        match limit.window {
            Window::PerTransaction => format!("at most {most} {window}; asked {asked}"),
            Window::Calendar { .. } | Window::Rolling { .. } | Window::Lifetime => {
                format!("at most {most} {window}; counted {counted}, asked {asked}")
            }
        }
    })
}

fn over_count(limit: &Limit, spent: &Spent) -> Option<String> {
    let (most, counted) = (limit.count?, spent.count);
    (counted >= most).then(|| {
        let (most, window) = (payments(most), in_words(&limit.window));
        format!("at most {most} {window}; counted {counted}, asked one more")
    })
}

fn payments(count: u32) -> String {
    match count {
        1 => "1 payment".to_owned(),
        _ => format!("{count} payments"),
    }
}

fn in_words(window: &Window) -> String {
    match window {
        Window::PerTransaction => "in one payment".to_owned(),
        Window::Calendar { period, time_zone } => format!("a {period} ({time_zone})"),
        Window::Rolling { period } => match period {
            Period::Day => "in 24 hours".to_owned(),
            Period::Week => "in 7 days of 24 hours".to_owned(),
            Period::Month => "in 30 days of 24 hours".to_owned(),
        },
        Window::Lifetime => "in all".to_owned(),
    }
}

/// By what kind of merchant it is, where, and which.
fn place_reasons(rules: &Rules, place: &Place) -> impl Iterator<Item = Found> {
    let mccs = mcc_reason(&rules.allowed_mccs, &rules.blocked_mccs, place);
    let countries = country_reason(&rules.allowed_countries, &rules.blocked_countries, place);
    let merchants = merchant_reason(&rules.allowed_merchants, &rules.blocked_merchants, place);
    [mccs, countries, merchants].into_iter().flatten().flatten()
}

/// At most one for each of two lists, of which stored rules have only one.
type OfLists = [Option<Found>; 2];

fn mcc_reason(allowed: &BTreeSet<MccRule>, blocked: &BTreeSet<MccRule>, place: &Place) -> OfLists {
    let listed = |list: &BTreeSet<MccRule>| {
        let covers = |rule: &&MccRule| place.mcc.as_ref().is_some_and(|mcc| rule.covers(mcc));
        list.iter().find(covers).map(ToString::to_string)
    };
    let told = place.mcc.as_ref().map(|mcc| format!("MCC {mcc}"));
    let not_allowed = || {
        let told = told.as_deref();
        let detail = told.map_or("the payment has no readable MCC".to_owned(), |told| {
            format!("{told} is none of those allowed")
        });
        (DeclineReason::MccNotAllowed, detail)
    };
    let is_blocked = |rule: String| {
        let told = told.as_deref().unwrap_or_default();
        (
            DeclineReason::MccBlocked,
            format!("{told} is blocked by {rule}"),
        )
    };
    [
        (!allowed.is_empty() && listed(allowed).is_none()).then(not_allowed),
        listed(blocked).map(is_blocked),
    ]
}

fn country_reason(
    allowed: &BTreeSet<String>,
    blocked: &BTreeSet<String>,
    place: &Place,
) -> OfLists {
    let listed = |list: &BTreeSet<String>| place.country.filter(|country| list.contains(*country));
    let not_allowed = || {
        let detail = match place.country {
            None => "the payment names no country we know".to_owned(),
            Some(country) => format!("{country} is none of those allowed"),
        };
        (DeclineReason::CountryNotAllowed, detail)
    };
    let is_blocked = |country| {
        (
            DeclineReason::CountryBlocked,
            format!("{country} is blocked"),
        )
    };
    [
        (!allowed.is_empty() && listed(allowed).is_none()).then(not_allowed),
        listed(blocked).map(is_blocked),
    ]
}

fn merchant_reason(allowed: &[MerchantRule], blocked: &[MerchantRule], place: &Place) -> OfLists {
    let listed = |list: &'_ [MerchantRule]| list.iter().find(|rule| place.fits(rule)).cloned();
    let not_allowed = || {
        let detail = "the merchant is none of those allowed".to_owned();
        (DeclineReason::MerchantNotAllowed, detail)
    };
    let is_blocked = |rule| {
        let by = match rule {
            MerchantRule::Id(id) => format!("id {id}"),
            MerchantRule::Name(name) => format!("name {name}"),
        };
        (
            DeclineReason::MerchantBlocked,
            format!("the merchant is blocked by its {by}"),
        )
    };
    [
        (!allowed.is_empty() && listed(allowed).is_none()).then(not_allowed),
        listed(blocked).map(is_blocked),
    ]
}

/// A first merchant that told neither id nor name locks nothing: nobody could ever be it again.
fn lock_reason(first: &Merchant, place: &Place) -> Option<Found> {
    let locked_to = Place::of(first);
    let passes = locked_to.is_anonymous() || locked_to.is_same_merchant(place);
    (!passes).then(|| {
        let told = [&first.name, &first.merchant_id].into_iter().flatten();
        let told = told.map(|text| text.trim()).find(|text| !text.is_empty());
        let told = told.unwrap_or_default();
        let detail = format!("only the merchant of the first payment, {told}");
        (DeclineReason::MerchantLocked, detail)
    })
}

#[cfg(test)]
mod tests;
