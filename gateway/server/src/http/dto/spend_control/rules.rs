//! Rules as JSON: the shape they are stored in, read with a pointer to whatever does not fit.

use std::collections::BTreeSet;

use cardmux_domain::spend_control::{Limit, LimitAmount, MccRule, MerchantRule, Rules, Window};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::dto::open;

use crate::app::FieldProblem;
use crate::http::dto::MoneyDto;

/// What may be spent, where and how often; a part that is left out or empty restricts nothing.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = SpendRules)]
pub struct RulesDto {
    #[schema(max_items = 50)]
    pub limits: Vec<LimitDto>,
    /// Only these: four digits (ISO 18245), or a group of them: `agricultural_services`,
    /// `contracted_services`, `airlines`, `car_rental`, `lodging`, `transportation`, `utilities`,
    /// `retail_outlets`, `clothing_stores`, `miscellaneous_stores`, `business_services`,
    /// `professional_services`, `government_services`. A payment without one is none of them. Not
    /// together with `blockedMccs`.
    #[schema(max_items = 500, example = json!(["5734", "airlines"]))]
    pub allowed_mccs: Vec<String>,
    /// None of these.
    #[schema(max_items = 500, example = json!([]))]
    pub blocked_mccs: Vec<String>,
    /// Only these: ISO 3166-1 alpha-2, upper case. Not together with `blockedCountries`.
    #[schema(max_items = 500, example = json!(["LT", "DE"]))]
    pub allowed_countries: Vec<String>,
    /// None of these.
    #[schema(max_items = 500, example = json!([]))]
    pub blocked_countries: Vec<String>,
    /// Only these. Not together with `blockedMerchants`.
    #[schema(max_items = 500, example = json!([{ "id": "M-77" }, { "name": "EXAMPLE SHOP" }]))]
    pub allowed_merchants: Vec<MerchantRuleDto>,
    /// None of these.
    #[schema(max_items = 500, example = json!([]))]
    pub blocked_merchants: Vec<MerchantRuleDto>,
    /// So many payments in all, over the whole scope: 1 makes a single-use card.
    #[schema(minimum = 1, example = json!(null))]
    pub max_uses: Option<u32>,
    /// Only the merchant of the first payment that counts; where that told neither id nor name, it
    /// locks nothing.
    pub merchant_lock: bool,
}

/// At most so much, or so many payments, in a window; an amount, a count, or both. What was declined,
/// reversed or has expired is not counted, and what is returned later gives nothing back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SpendRuleLimit)]
pub struct LimitDto {
    /// A payment in another currency is declined by it: nothing is converted.
    pub amount: Option<MoneyDto>,
    /// Not of a single payment.
    #[schema(minimum = 1, example = 5)]
    pub count: Option<u32>,
    pub window: WindowDto,
}

/// Over what a limit counts, by the gateway's clock.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SpendWindow)]
pub struct WindowDto {
    #[schema(value_type = open::SpendWindowKind)]
    pub kind: String,
    /// Of `calendar` and `rolling`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<open::SpendPeriod>)]
    pub period: Option<String>,
    /// IANA name: of `calendar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Vilnius")]
    pub time_zone: Option<String>,
}

/// A merchant by `id`, the acquirer's, or by `name`, equal but for case and spaces; one of the two.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SpendMerchant)]
pub struct MerchantRuleDto {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 128, example = "M-77")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 128)]
    pub name: Option<String>,
}

type Problems = Vec<FieldProblem>;

impl RulesDto {
    /// The domain's rules, or everything that is wrong with them; `at` is where they stand.
    pub fn parse(self, at: &str) -> Result<Rules, Problems> {
        let Self {
            limits,
            allowed_mccs,
            blocked_mccs,
            allowed_countries,
            blocked_countries,
            allowed_merchants,
            blocked_merchants,
            max_uses,
            merchant_lock,
        } = self;
        let mut problems = Vec::new();
        let limits = each(limits, &format!("{at}/limits"), &mut problems, limit);
        let mut mccs = |name: &str, rules| {
            let read = each(rules, &format!("{at}/{name}"), &mut problems, mcc);
            read.into_iter().collect::<BTreeSet<_>>()
        };
        let allowed_mccs = mccs("allowedMccs", allowed_mccs);
        let blocked_mccs = mccs("blockedMccs", blocked_mccs);
        let mut merchants =
            |name: &str, rules| each(rules, &format!("{at}/{name}"), &mut problems, merchant);
        let rules = Rules {
            limits,
            allowed_mccs,
            blocked_mccs,
            allowed_countries: allowed_countries.iter().cloned().collect(),
            blocked_countries: blocked_countries.iter().cloned().collect(),
            allowed_merchants: merchants("allowedMerchants", allowed_merchants),
            blocked_merchants: merchants("blockedMerchants", blocked_merchants),
            max_uses,
            merchant_lock,
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let sent = [
            (
                "/allowedCountries/",
                &allowed_countries,
                &rules.allowed_countries,
            ),
            (
                "/blockedCountries/",
                &blocked_countries,
                &rules.blocked_countries,
            ),
        ];
        let found = rules.problems().into_iter();
        let found = found.map(|(pointer, code, detail)| {
            let place = sent.iter().find_map(|(list, sent, stored)| {
                let stored = stored
                    .iter()
                    .nth(pointer.strip_prefix(list)?.parse().ok()?)?;
                let index = sent.iter().position(|sent| sent == stored)?;
                Some(format!("{list}{index}"))
            });
            let pointer = format!("{at}{}", place.unwrap_or(pointer));
            FieldProblem::body(pointer, code, detail)
        });
        let found: Problems = found.collect();
        match found.is_empty() {
            true => Ok(rules),
            false => Err(found),
        }
    }
}

/// Every entry that can be read; of the others, what is wrong.
fn each<D, T>(
    entries: Vec<D>,
    at: &str,
    problems: &mut Problems,
    read: fn(D, &str) -> Result<T, Problems>,
) -> Vec<T> {
    let entries = entries.into_iter().enumerate();
    entries
        .filter_map(|(index, entry)| {
            let read = read(entry, &format!("{at}/{index}"));
            read.map_err(|found| problems.extend(found)).ok()
        })
        .collect()
}

fn limit(limit: LimitDto, at: &str) -> Result<Limit, Problems> {
    let LimitDto {
        amount,
        count,
        window,
    } = limit;
    let amount = amount.map(|money| money.parse(&format!("{at}/amount")));
    let window = self::window(window, &format!("{at}/window"));
    match (amount.transpose(), window) {
        (Ok(amount), Ok(window)) => Ok(Limit {
            amount: amount.map(|money| LimitAmount {
                amount: money.amount,
                currency: money.currency,
            }),
            count,
            window,
        }),
        (amount, window) => {
            let problems = amount.err().into_iter().chain(window.err());
            Err(problems.flatten().collect())
        }
    }
}

fn window(window: WindowDto, at: &str) -> Result<Window, Problems> {
    let WindowDto {
        kind,
        period,
        time_zone,
    } = window;
    let wrong = |field: &str, code, detail: &str| {
        Err(vec![FieldProblem::body(
            format!("{at}/{field}"),
            code,
            detail,
        )])
    };
    let of_calendars = "only a calendar has a time zone";
    let (calendar, rolling) = (kind == "calendar", kind == "rolling");
    if !calendar && !rolling {
        let plain = match kind.as_str() {
            "per_transaction" => Window::PerTransaction,
            "lifetime" => Window::Lifetime,
            _ => {
                let detail = "must be `per_transaction`, `calendar`, `rolling` or `lifetime`";
                return wrong("kind", "bad_value", detail);
            }
        };
        return match (period, time_zone) {
            (None, None) => Ok(plain),
            (Some(_), _) => wrong("period", "not_taken", "such a window has no period"),
            (None, Some(_)) => wrong("timeZone", "not_taken", of_calendars),
        };
    }
    let Some(period) = period else {
        return wrong("period", "required", "`day`, `week` or `month`");
    };
    let Ok(period) = period.parse() else {
        return wrong("period", "bad_value", "must be `day`, `week` or `month`");
    };
    match (calendar, time_zone) {
        (true, Some(time_zone)) => Ok(Window::Calendar { period, time_zone }),
        (false, None) => Ok(Window::Rolling { period }),
        (true, None) => wrong(
            "timeZone",
            "required",
            "an IANA name such as Europe/Vilnius",
        ),
        (false, Some(_)) => wrong("timeZone", "not_taken", of_calendars),
    }
}

fn mcc(text: String, at: &str) -> Result<MccRule, Problems> {
    let rule = text.parse::<MccRule>();
    rule.map_err(|error| vec![FieldProblem::body(at, "bad_format", error.to_string())])
}

fn merchant(merchant: MerchantRuleDto, at: &str) -> Result<MerchantRule, Problems> {
    match merchant {
        MerchantRuleDto {
            id: Some(id),
            name: None,
        } => Ok(MerchantRule::Id(id)),
        MerchantRuleDto {
            id: None,
            name: Some(name),
        } => Ok(MerchantRule::Name(name)),
        MerchantRuleDto { id, name: _ } => {
            let (code, detail) = match id {
                Some(_) => ("exclusive", "either an id or a name, not both"),
                None => ("required", "an id or a name"),
            };
            Err(vec![FieldProblem::body(at, code, detail)])
        }
    }
}

impl From<Rules> for RulesDto {
    fn from(rules: Rules) -> Self {
        let Rules {
            limits,
            allowed_mccs,
            blocked_mccs,
            allowed_countries,
            blocked_countries,
            allowed_merchants,
            blocked_merchants,
            max_uses,
            merchant_lock,
        } = rules;
        let mccs = |rules: BTreeSet<MccRule>| rules.iter().map(ToString::to_string).collect();
        let merchants = |rules: Vec<MerchantRule>| rules.into_iter().map(Into::into).collect();
        Self {
            limits: limits.into_iter().map(Into::into).collect(),
            allowed_mccs: mccs(allowed_mccs),
            blocked_mccs: mccs(blocked_mccs),
            allowed_countries: allowed_countries.into_iter().collect(),
            blocked_countries: blocked_countries.into_iter().collect(),
            allowed_merchants: merchants(allowed_merchants),
            blocked_merchants: merchants(blocked_merchants),
            max_uses,
            merchant_lock,
        }
    }
}

impl From<Limit> for LimitDto {
    fn from(limit: Limit) -> Self {
        let Limit {
            amount,
            count,
            window,
        } = limit;
        let (kind, period, time_zone) = match window {
            Window::PerTransaction => ("per_transaction", None, None),
            Window::Calendar { period, time_zone } => ("calendar", Some(period), Some(time_zone)),
            Window::Rolling { period } => ("rolling", Some(period), None),
            Window::Lifetime => ("lifetime", None, None),
        };
        Self {
            amount: amount.map(|LimitAmount { amount, currency }| {
                cardmux_domain::money::Money::new(amount, currency).into()
            }),
            count,
            window: WindowDto {
                kind: kind.to_owned(),
                period: period.map(|period| period.to_string()),
                time_zone,
            },
        }
    }
}

impl From<MerchantRule> for MerchantRuleDto {
    fn from(rule: MerchantRule) -> Self {
        let (id, name) = match rule {
            MerchantRule::Id(id) => (Some(id), None),
            MerchantRule::Name(name) => (None, Some(name)),
        };
        Self { id, name }
    }
}

#[cfg(test)]
mod tests;
