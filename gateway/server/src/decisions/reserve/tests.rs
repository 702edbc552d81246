//! One stream of authorizations, told in each provider's words, is decided the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::controls::Controls;
use cardmux_domain::id::{InstanceId, fresh};
use cardmux_domain::provider::{AuthorizationMessage, Delivery, Provider};
use cardmux_domain::spend_control::{Rules, Scope, Spent};
use cardmux_domain::transaction::Merchant;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use super::*;
use crate::config::ProviderSettings;
use crate::providers::Registry;

/// A provider, its card, and what that card has paid.
struct Issuer {
    provider: Arc<dyn Provider>,
    words: fn(&Paid, &str) -> Value,
    card: Card,
    card_ref: &'static str,
    paid: Vec<(Timestamp, Decimal, Merchant)>,
}

/// A payment, in nobody's words.
struct Paid {
    cents: i64,
    mcc: &'static str,
    merchant: &'static str,
    /// Providers write countries in two letters or in three.
    country: [&'static str; 2],
}

fn finci(paid: &Paid, id: &str) -> Value {
    json!({
        "id": id, "advice": false, "type": "Authorization", "token_id": "70012000000000000042",
        "account_id": "1", "amount": Decimal::new(paid.cents, 2).to_string(), "currency": "EUR",
        "merchant": {
            "id": paid.merchant, "name": paid.merchant, "mcc": paid.mcc, "country": paid.country[0],
        },
        "created_at": "2026-01-15T10:00:00Z",
    })
}

fn bfinance(paid: &Paid, id: &str) -> Value {
    let amount = serde_json::to_value(paid.cents).unwrap();
    let amount = format!("{}e-2", amount).parse::<f64>().unwrap();
    json!({ "event": "authorization.request", "data": {
        "authorizationId": id, "cardId": "6a20f0c2d4b8e71f00001001", "budgetId": "b",
        "amount": amount, "currency": "EUR",
        "merchant": {
            "id": paid.merchant, "name": paid.merchant.to_lowercase(), "mcc": paid.mcc,
            "country": paid.country[1],
        },
        "createdAt": "2026-01-15T10:00:00Z",
    }})
}

fn issuers() -> [Issuer; 2] {
    let finci_settings = json!({
        "base_url": "https://h", "token": "t", "secret": "s",
        "products": [{"product_id": 41, "name": "p", "currency": "EUR"}],
        "delivery_address": {"country": "LT", "city": "Vilnius"},
    });
    let bfinance_settings = json!({"base_url": "https://h", "token": "t", "partner_managed": true});
    [
        Issuer {
            provider: provider("finci", finci_settings),
            words: finci,
            card: card("finci_main"),
            card_ref: "70012000000000000042",
            paid: Vec::new(),
        },
        Issuer {
            provider: provider("bfinance", bfinance_settings),
            words: bfinance,
            card: card("bfinance_main"),
            card_ref: "budget:6a20f0c2d4b8e71f00001001",
            paid: Vec::new(),
        },
    ]
}

fn provider(kind: &str, settings: Value) -> Arc<dyn Provider> {
    let settings = json!({ "kind": kind, "settings": settings });
    let settings: ProviderSettings = serde_json::from_value(settings).unwrap();
    let id: InstanceId = kind.parse().unwrap();
    let registry = Registry::build(&BTreeMap::from([(id.clone(), settings)])).unwrap();
    Arc::clone(&registry.get(&id).unwrap().provider)
}

fn card(instance: &str) -> Card {
    let at = Timestamp::from_millis(0);
    Card {
        id: fresh(),
        tenant: "acme".parse().unwrap(),
        status: CardStatus::Active,
        status_as_of: at,
        provider_status: None,
        drift: false,
        model: CardModel::BudgetCard,
        form: CardForm::Virtual,
        type_id: fresh(),
        instance: instance.parse().unwrap(),
        provider_ref: None,
        customer_id: None,
        enrolment_id: None,
        budget_id: Some(fresh()),
        brand: None,
        last4: None,
        currency: "EUR".parse().unwrap(),
        balance: None,
        controls: Controls::default(),
        note: None,
        label: None,
        external_id: None,
        metadata: BTreeMap::new(),
        routing: None,
        pending_operation: None,
        refresh_at: None,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

fn rules() -> Rules {
    let calendar = |amount: &str, period: &str, zone: &str| {
        json!({
            "amount": {"amount": amount, "currency": "EUR"}, "count": null,
            "window": {"kind": "calendar", "period": period, "timeZone": zone},
        })
    };
    let rules = json!({
        "limits": [
            calendar("120.00", "day", "Europe/Vilnius"),
            calendar("110.00", "day", "America/Sao_Paulo"),
            calendar("400.00", "week", "Europe/Vilnius"),
            calendar("900.00", "month", "Pacific/Auckland"),
            {"amount": null, "count": 6, "window": {"kind": "rolling", "period": "day"}},
            {"amount": {"amount": "45.00", "currency": "EUR"}, "count": null, "window": {"kind": "per_transaction"}},
        ],
        "blockedMccs": ["7995", "airlines"],
        "blockedCountries": ["US"],
    });
    serde_json::from_value(rules).unwrap()
}

impl Issuer {
    /// Why the card may not pay this, by the adapter's reading and the control.
    fn asked(&mut self, paid: &Paid, id: &str, at: Timestamp) -> Vec<DeclineReason> {
        let body = (self.words)(paid, id).to_string();
        let delivery = Delivery {
            headers: &[],
            body: body.as_bytes(),
        };
        let authorizations = self.provider.authorizations().unwrap();
        let Ok(AuthorizationMessage::Request(request)) = authorizations.read(&delivery) else {
            panic!("{body} is not read as a request");
        };
        assert_eq!(request.authorization_ref, id);
        assert_eq!(request.card_ref, self.card_ref);
        let case = Case {
            instance: self.card.instance.clone(),
            request: *request,
            received_at: at,
            until: Instant::now() + Duration::from_secs(60),
            lists_transactions: false,
        };
        let control = SpendControl {
            id: fresh(),
            tenant: self.card.tenant.clone(),
            scope: Scope::Card(self.card.id),
            name: None,
            stage: Stage::Live,
            rules: rules(),
            replaces: None,
            version: 1,
            created_at: at,
            updated_at: at,
        };
        let answers = self.history(&control, at);
        let mut book = Book::open(
            self.card.budget_id.unwrap(),
            self.card.tenant.clone(),
            self.card.currency,
            at,
        );
        book.available = Decimal::new(1_000_000, 0);
        let judged = judge(&case, &self.card, Some(&book), &[(control, None)], &answers).unwrap();
        if judged.reasons.is_empty() {
            let request = case.request;
            let paid = (at, request.amount.amount, request.merchant);
            self.paid.push(paid);
        }
        judged.reasons.into_iter().map(|r| r.code).collect()
    }

    fn history(&self, control: &SpendControl, at: Timestamp) -> Answers {
        let mut answers = Answers::default();
        for question in questions([control], at) {
            match question {
                Question::Spent { scope, since } => {
                    let counted = self.paid.iter();
                    let counted: Vec<_> = counted
                        .filter(|(at, ..)| since.is_none_or(|since| *at >= since))
                        .collect();
                    let sum = counted.iter().map(|(_, amount, _)| amount).sum();
                    let spent = Spent {
                        amounts: vec![(self.card.currency, sum)],
                        count: counted.len().try_into().unwrap(),
                    };
                    answers.put_spent(scope, since, spent);
                }
                Question::FirstMerchant { scope } => {
                    let first = self.paid.first().map(|(.., merchant)| merchant.clone());
                    answers.put_first_merchant(scope, first);
                }
            }
        }
        answers
    }
}

/// Across a change to summer time with a month's end, and one back with another.
const SPANS: [(i64, i64); 2] = [
    // 2026-03-27 and 2026-10-23, midnight UTC; nine days each.
    (1_774_569_600_000, 9),
    (1_792_713_600_000, 9),
];

#[test]
fn one_stream_of_authorizations_is_decided_the_same_at_both_issuers() {
    let mut chance = StdRng::seed_from_u64(11);
    let [mut finci, mut bfinance] = issuers();
    let mut seen = BTreeMap::<_, usize>::new();
    for (begin, days) in SPANS {
        let mut at = begin;
        let end = begin + days * 24 * 60 * 60 * 1000;
        while at < end {
            at += chance.random_range(60_000..3 * 60 * 60 * 1000);
            let paid = Paid {
                cents: chance.random_range(1..=5000),
                mcc: ["5411", "7995", "3001", "5812"][chance.random_range(0..4)],
                merchant: ["SHOP", "CAFE", "AIR"][chance.random_range(0..3)],
                country: [["LT", "LTU"], ["US", "USA"], ["BR", "BRA"]][chance.random_range(0..3)],
            };
            let (id, at) = (at.to_string(), Timestamp::from_millis(at));
            let one = finci.asked(&paid, &id, at);
            assert_eq!(one, bfinance.asked(&paid, &id, at), "at {at}");
            for reason in one {
                *seen.entry(reason).or_default() += 1;
            }
        }
    }
    // The stream has met what it was made for.
    assert!(finci.paid.len() > 50, "{seen:?}");
    for reason in [
        DeclineReason::SpendLimit,
        DeclineReason::MccBlocked,
        DeclineReason::CountryBlocked,
    ] {
        assert!(seen.contains_key(&reason), "{reason}: {seen:?}");
    }
}
