use std::convert::Infallible;

use super::*;
use crate::id::{SpendControlId, fresh};
use crate::money::{Decimal, parse_amount};
use crate::spend_control::{Answers, Stage, Unanswered};

fn money(text: &str) -> Money {
    let (amount, currency) = text.split_once(' ').unwrap();
    Money::new(parse_amount(amount).unwrap(), currency.parse().unwrap())
}

fn control(scope: Scope, rules: &str) -> SpendControl {
    SpendControl {
        id: fresh(),
        tenant: "acme".parse().unwrap(),
        scope,
        name: None,
        stage: Stage::Live,
        rules: serde_json::from_str(rules).unwrap(),
        replaces: None,
        version: 1,
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
    }
}

fn merchant(name: &str, mcc: &str, country: &str) -> Merchant {
    let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Merchant {
        name: told(name),
        mcc: told(mcc),
        country: told(country),
        ..Merchant::default()
    }
}

/// The same for every scope and time.
struct Told {
    spent: Spent,
    first: Option<Merchant>,
}

impl Told {
    fn spent(amount: &str, count: u32) -> Self {
        let Money { amount, currency } = money(amount);
        let amounts = vec![(currency, amount)];
        let spent = Spent { amounts, count };
        Self { spent, first: None }
    }

    fn first(first: Option<Merchant>) -> Self {
        let spent = Spent::default();
        Self { spent, first }
    }
}

impl History for Told {
    type Error = Infallible;

    fn spent(&self, _: Scope, _: Option<Timestamp>) -> Result<Spent, Infallible> {
        Ok(self.spent.clone())
    }

    fn first_merchant(&self, _: Scope) -> Result<Option<Merchant>, Infallible> {
        Ok(self.first.clone())
    }
}

const AT: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn reasons(rules: &str, amount: &str, merchant: &Merchant, told: &Told) -> Vec<Found> {
    let control = control(Scope::Tenant, rules);
    let amount = money(amount);
    let attempt = Attempt {
        at: AT,
        amount,
        merchant,
    };
    let Ok(reasons) = check([&control], &attempt, told);
    let plain = |reason: Reason| {
        assert_eq!(reason.control, Some(control.id.to_string()));
        (reason.code, reason.detail.unwrap())
    };
    reasons.into_iter().map(plain).collect()
}

fn one(code: DeclineReason, detail: &str) -> Vec<Found> {
    vec![(code, detail.to_owned())]
}

fn limit(amount: Option<&str>, count: Option<u32>, window: &str) -> String {
    let amount = amount.map(|text| {
        let (amount, currency) = text.split_once(' ').unwrap();
        serde_json::json!({ "amount": amount, "currency": currency })
    });
    let window: serde_json::Value = serde_json::from_str(window).unwrap();
    serde_json::json!({ "limits": [{ "amount": amount, "count": count, "window": window }] })
        .to_string()
}

const DAY: &str = r#"{"kind":"calendar","period":"day","timeZone":"Europe/Vilnius"}"#;
const ROLLING: &str = r#"{"kind":"rolling","period":"week"}"#;
const SINGLE: &str = r#"{"kind":"per_transaction"}"#;
const LIFETIME: &str = r#"{"kind":"lifetime"}"#;

#[test]
fn amount_limit_counts_the_payment_itself_to_the_last_millionth() {
    let shop = Merchant::default();
    let ask =
        |amount, told: &Told| reasons(&limit(Some("100 EUR"), None, DAY), amount, &shop, told);
    let over = |detail: &str| one(DeclineReason::SpendLimit, detail);
    assert_eq!(ask("20 EUR", &Told::spent("80 EUR", 9)), []);
    assert_eq!(
        ask("20.000001 EUR", &Told::spent("80 EUR", 9)),
        over("at most 100.00 EUR a day (Europe/Vilnius); counted 80.00 EUR, asked 20.000001 EUR")
    );
    // Of another currency nothing was counted, and nothing can be asked.
    assert_eq!(ask("100 EUR", &Told::spent("80 USD", 9)), []);
    assert_eq!(
        ask("1 USD", &Told::spent("0 EUR", 0)),
        over("at most 100.00 EUR a day (Europe/Vilnius); asked 1.00 USD, and nothing is converted")
    );
    // Presented for more than was asked: the limit is long passed.
    assert_eq!(ask("0.01 EUR", &Told::spent("180 EUR", 1)).len(), 1);
}

#[test]
fn amount_limit_of_a_single_payment_counts_nothing_before() {
    let shop = Merchant::default();
    let rules = limit(Some("100 EUR"), None, SINGLE);
    let told = Told::spent("80 EUR", 9);
    assert_eq!(reasons(&rules, "100 EUR", &shop, &told), []);
    assert_eq!(
        reasons(&rules, "100.01 EUR", &shop, &told),
        one(
            DeclineReason::SpendLimit,
            "at most 100.00 EUR in one payment; asked 100.01 EUR"
        )
    );
}

#[test]
fn count_limit_lets_as_many_pass() {
    let shop = Merchant::default();
    let rules = limit(None, Some(3), ROLLING);
    assert_eq!(
        reasons(&rules, "5 EUR", &shop, &Told::spent("0 EUR", 2)),
        []
    );
    assert_eq!(
        reasons(&rules, "5 EUR", &shop, &Told::spent("0 EUR", 3)),
        one(
            DeclineReason::SpendLimit,
            "at most 3 payments in 7 days of 24 hours; counted 3, asked one more"
        )
    );
    let rules = limit(Some("1 EUR"), Some(1), LIFETIME);
    let both = reasons(&rules, "5 EUR", &shop, &Told::spent("0 EUR", 1));
    assert_eq!(both.len(), 2, "{both:?}");
}

#[test]
fn uses_are_counted_in_all() {
    let shop = Merchant::default();
    let told = |count| Told::spent("0 EUR", count);
    assert_eq!(reasons(r#"{"maxUses":1}"#, "5 EUR", &shop, &told(0)), []);
    assert_eq!(
        reasons(r#"{"maxUses":1}"#, "5 EUR", &shop, &told(1)),
        one(
            DeclineReason::UsesExhausted,
            "at most 1 payment in all; counted 1"
        )
    );
}

#[test]
fn zero_amount_passes_limits_and_uses_but_not_the_rules_of_place() {
    let shop = merchant("Shop", "5999", "DE");
    let told = Told {
        first: Some(merchant("Other", "", "")),
        ..Told::spent("500 EUR", 50)
    };
    for rules in [
        limit(Some("1 EUR"), Some(1), DAY),
        limit(Some("1 USD"), Some(1), SINGLE),
        r#"{"maxUses":1}"#.to_owned(),
    ] {
        assert_eq!(reasons(&rules, "0 EUR", &shop, &told), []);
        assert_ne!(reasons(&rules, "1 EUR", &shop, &told), []);
    }
    for rules in [
        r#"{"blockedMccs":["5999"]}"#,
        r#"{"allowedCountries":["FR"]}"#,
        r#"{"blockedMerchants":[{"name":"shop"}]}"#,
        r#"{"merchantLock":true}"#,
    ] {
        assert_eq!(reasons(rules, "0 EUR", &shop, &told).len(), 1, "{rules}");
    }
}

#[test]
fn places_are_allowed_and_blocked_by_what_was_told() {
    use DeclineReason as R;
    let (mcc_in, mcc_out) = (
        r#"{"allowedMccs":["5999","airlines"]}"#,
        r#"{"blockedMccs":["5999","airlines"]}"#,
    );
    let (land_in, land_out) = (
        r#"{"allowedCountries":["DE"]}"#,
        r#"{"blockedCountries":["DE"]}"#,
    );
    let name_in = r#"{"allowedMerchants":[{"name":"A  b"}]}"#;
    let name_out = r#"{"blockedMerchants":[{"name":"A  b"},{"id":"1"}]}"#;
    let table = [
        (mcc_in, merchant("", "5999", ""), None),
        (mcc_in, merchant("", "3001", ""), None),
        (
            mcc_in,
            merchant("", "5998", ""),
            Some((R::MccNotAllowed, "MCC 5998 is none of those allowed")),
        ),
        (
            mcc_in,
            merchant("", "", ""),
            Some((R::MccNotAllowed, "the payment has no readable MCC")),
        ),
        (
            mcc_in,
            merchant("", "59", ""),
            Some((R::MccNotAllowed, "the payment has no readable MCC")),
        ),
        (
            mcc_out,
            merchant("", "5999", ""),
            Some((R::MccBlocked, "MCC 5999 is blocked by 5999")),
        ),
        (
            mcc_out,
            merchant("", "3299", ""),
            Some((R::MccBlocked, "MCC 3299 is blocked by airlines")),
        ),
        (mcc_out, merchant("", "3300", ""), None),
        (mcc_out, merchant("", "", ""), None),
        (mcc_out, merchant("", "five", ""), None),
        (land_in, merchant("", "", "DE"), None),
        (land_in, merchant("", "", "deu"), None),
        (
            land_in,
            merchant("", "", "FRA"),
            Some((R::CountryNotAllowed, "FR is none of those allowed")),
        ),
        (
            land_in,
            merchant("", "", "??"),
            Some((R::CountryNotAllowed, "the payment names no country we know")),
        ),
        (
            land_in,
            merchant("", "", ""),
            Some((R::CountryNotAllowed, "the payment names no country we know")),
        ),
        (
            land_out,
            merchant("", "", "DEU"),
            Some((R::CountryBlocked, "DE is blocked")),
        ),
        (land_out, merchant("", "", "fr"), None),
        (land_out, merchant("", "", "??"), None),
        (land_out, merchant("", "", ""), None),
        (name_in, merchant(" a B ", "", ""), None),
        (
            name_in,
            merchant("ab", "", ""),
            Some((
                R::MerchantNotAllowed,
                "the merchant is none of those allowed",
            )),
        ),
        (
            name_in,
            merchant("", "", ""),
            Some((
                R::MerchantNotAllowed,
                "the merchant is none of those allowed",
            )),
        ),
        (
            name_out,
            merchant(" a B ", "", ""),
            Some((
                R::MerchantBlocked,
                "the merchant is blocked by its name A  b",
            )),
        ),
        (name_out, merchant("", "", ""), None),
    ];
    for (rules, place, expected) in table {
        let found = reasons(rules, "5 EUR", &place, &Told::first(None));
        let expected: Vec<_> = expected
            .map(|(code, text)| (code, text.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{rules} {place:?}");
    }
}

#[test]
fn lock_holds_to_the_first_merchant_unless_it_told_nothing() {
    let locked = r#"{"merchantLock":true}"#;
    let (here, there) = (merchant("Here", "", ""), merchant("There", "", ""));
    let ask =
        |first: Option<&Merchant>| reasons(locked, "5 EUR", &here, &Told::first(first.cloned()));
    assert_eq!(ask(None), []);
    assert_eq!(ask(Some(&here)), []);
    assert_eq!(ask(Some(&merchant(" ", "5999", "DE"))), []);
    let expected = "only the merchant of the first payment, There";
    assert_eq!(
        ask(Some(&there)),
        one(DeclineReason::MerchantLocked, expected)
    );
    let nobody = Merchant::default();
    let found = reasons(locked, "5 EUR", &nobody, &Told::first(Some(there)));
    assert_eq!(found, one(DeclineReason::MerchantLocked, expected));
}

#[test]
fn limit_whose_calendar_is_not_known_declines() {
    let rules = limit(
        Some("1 EUR"),
        Some(9),
        r#"{"kind":"calendar","period":"day","timeZone":"Mars/X"}"#,
    );
    assert_eq!(
        reasons(&rules, "1 EUR", &Merchant::default(), &Told::first(None)),
        one(
            DeclineReason::SpendLimit,
            "Mars/X is no time zone whose calendar is known"
        )
    );
}

#[test]
fn amounts_that_cannot_be_added_are_over_the_limit() {
    let huge = Spent {
        amounts: vec![("EUR".parse().unwrap(), Decimal::MAX)],
        count: 1,
    };
    let told = Told {
        spent: huge,
        first: None,
    };
    let rules = limit(Some("100 EUR"), None, LIFETIME);
    assert_eq!(
        reasons(&rules, "1 EUR", &Merchant::default(), &told).len(),
        1
    );
}

#[test]
fn reasons_come_from_the_card_outwards_by_id_and_by_rule() {
    let rules = r#"{"limits":[{"count":1,"window":{"kind":"lifetime"}}],"blockedMccs":["5999"],"maxUses":1,"merchantLock":true}"#;
    let scopes = [
        Scope::Card(fresh()),
        Scope::Card(fresh()),
        Scope::Customer(fresh()),
        Scope::Budget(fresh()),
        Scope::Tenant,
        Scope::Tenant,
    ];
    let mut controls: Vec<_> = scopes
        .into_iter()
        .map(|scope| control(scope, rules))
        .collect();
    let ids: Vec<SpendControlId> = controls.iter().map(|control| control.id).collect();
    controls.reverse();
    let merchant = merchant("There", "5999", "");
    let told = Told {
        first: Some(Merchant {
            name: Some("Here".to_owned()),
            ..merchant.clone()
        }),
        ..Told::spent("1 EUR", 1)
    };
    let attempt = Attempt {
        at: AT,
        amount: money("5 EUR"),
        merchant: &merchant,
    };
    let Ok(found) = check(&controls, &attempt, &told);
    use DeclineReason::{MccBlocked, MerchantLocked, SpendLimit, UsesExhausted};
    let expected: Vec<_> = ids
        .iter()
        .flat_map(|id| {
            [SpendLimit, MccBlocked, UsesExhausted, MerchantLocked]
                .map(|code| (Some(id.to_string()), code))
        })
        .collect();
    let found: Vec<_> = found
        .into_iter()
        .map(|reason| (reason.control, reason.code))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn questions_are_asked_once_and_unanswered_ones_are_no_yes() {
    let scope = Scope::Card(fresh());
    let rules = r#"{"limits":[
        {"count":9,"window":{"kind":"lifetime"}},
        {"count":9,"window":{"kind":"rolling","period":"day"}},
        {"amount":{"amount":"9","currency":"EUR"},"window":{"kind":"rolling","period":"day"}},
        {"amount":{"amount":"9","currency":"EUR"},"window":{"kind":"per_transaction"}}],
        "maxUses":9,"merchantLock":true}"#;
    let controls = [
        control(Scope::Tenant, rules),
        control(scope, rules),
        control(scope, rules),
    ];
    let asked = questions(&controls, AT);
    let day = Some(Timestamp::from_millis(
        AT.as_millis() - 24 * 60 * 60 * 1000 + 1,
    ));
    let of = |scope| {
        [
            Question::Spent { scope, since: None },
            Question::Spent { scope, since: day },
            Question::FirstMerchant { scope },
        ]
    };
    assert_eq!(asked, [of(scope), of(Scope::Tenant)].concat());

    let shop = Merchant::default();
    let attempt = Attempt {
        at: AT,
        amount: money("5 EUR"),
        merchant: &shop,
    };
    for missing in &asked {
        let mut answers = Answers::default();
        for question in asked.iter().filter(|question| *question != missing) {
            match *question {
                Question::Spent { scope, since } => {
                    answers.put_spent(scope, since, Spent::default())
                }
                Question::FirstMerchant { scope } => answers.put_first_merchant(scope, None),
            }
        }
        assert_eq!(
            check(&controls, &attempt, &answers),
            Err(Unanswered(*missing))
        );
    }
}
