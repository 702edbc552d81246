use cardmux_domain::transaction::Transaction;
use cardmux_provider_kit::json;

use super::*;

/// The dossier's section 8.3, invented values.
const AUTH: &str = r#"{"cardNo": "FC1", "tradeNo": "TRN9", "originTradeNo": null,
    "currency": "EUR", "amount": 18.40, "authorizedAmount": 20.11, "authorizedCurrency": "USD",
    "fee": 0.3, "feeCurrency": "USD", "crossBoardFee": 0, "crossBoardFeeCurrency": null,
    "settleAmount": 0, "settleCurrency": null, "settleDate": null, "authorizationCode": "004217",
    "merchantName": "EXAMPLE SHOP", "merchantData": {"name": "EXAMPLE SHOP", "categoryCode": "5999",
    "country": "DEU", "city": "BERLIN"}, "type": "auth", "status": "authorized",
    "description": "Auth", "transactionTime": 1782900123456}"#;

const CREATE: &str = r#"{"orderNo": "2071", "merchantOrderNo": "ref1", "cardNo": "FC1",
    "currency": "USD", "amount": "50", "fee": "5", "receivedAmount": "0", "receivedCurrency": null,
    "type": "create", "status": "success", "description": null, "transactionTime": 1782900000000}"#;

const PURCHASE: &str = r#"{"orderNo": "2071", "merchantOrderNo": "ref1", "cardTypeId": 111001,
    "currency": "USD", "cardFee": 5, "depositAmount": 50, "status": "success",
    "transactionTime": 1782900000000}"#;

fn auth(json: &str) -> Result<TransactionReport, ProviderError> {
    of_authorization(json::parse(json.as_bytes()).unwrap())
}

fn order(json: &str) -> Option<TransactionReport> {
    of_order(&json::parse(json.as_bytes()).unwrap()).unwrap()
}

fn text(money: Option<Money>) -> String {
    money.map(|money| money.to_string()).unwrap_or_default()
}

#[test]
fn authorization_is_told_whole() {
    let report = auth(AUTH).unwrap();
    assert_eq!(report.provider_ref, "TRN9");
    assert_eq!(report.card_ref.as_deref(), Some("FC1"));
    assert_eq!(
        (report.kind, report.status),
        (TransactionKind::Purchase, TransactionStatus::Pending)
    );
    assert_eq!(text(report.amount), "18.40 EUR");
    assert_eq!(text(report.billing_amount), "20.11 USD");
    assert_eq!(text(report.fee), "0.30 USD");
    assert_eq!(
        (report.cross_border_fee, report.settled_amount),
        (None, None)
    );
    assert_eq!(report.charged_to, ChargedTo::Card);
    let merchant = report.merchant.unwrap();
    assert_eq!(merchant.mcc.as_deref(), Some("5999"));
    assert_eq!(merchant.country.as_deref(), Some("DEU"));
}

#[test]
fn repeated_push_with_new_amounts_takes_over() {
    let first = auth(AUTH).unwrap();
    let settled = AUTH
        .replace(r#""authorized""#, r#""succeed""#)
        .replace(
            r#""settleAmount": 0, "settleCurrency": null"#,
            r#""settleAmount": "20.11", "settleCurrency": "USD""#,
        )
        .replace(
            r#""crossBoardFee": 0, "crossBoardFeeCurrency": null"#,
            r#""crossBoardFee": 0.2, "crossBoardFeeCurrency": "USD""#,
        );
    let last = auth(&settled).unwrap();
    assert_eq!(text(last.settled_amount), "20.11 USD");
    assert_eq!(text(last.cross_border_fee), "0.20 USD");
    let mut transaction = transaction(first.clone());
    assert!(transaction.absorb(&last));
    assert!(!transaction.absorb(&first));
    assert_eq!(transaction.report, last);
}

fn transaction(report: TransactionReport) -> Transaction {
    Transaction {
        id: cardmux_domain::id::fresh(),
        tenant: "demo".parse().unwrap(),
        card_id: cardmux_domain::id::fresh(),
        instance: "fincard_main".parse().unwrap(),
        report,
        version: 1,
        created_at: timestamp(1_782_900_000_000),
        updated_at: timestamp(1_782_900_000_000),
    }
}

#[test]
fn kinds_and_statuses_of_authorizations_are_mapped_and_unknown_words_kept() {
    use TransactionKind as K;
    use TransactionStatus as S;
    for (kind, status, expected) in [
        ("auth", "authorized", (K::Purchase, S::Pending)),
        ("auth", "failed", (K::Purchase, S::Declined)),
        ("verification", "succeed", (K::Verification, S::Settled)),
        ("Void", "succeed", (K::Reversal, S::Settled)),
        ("refund", "authorized", (K::Refund, S::Pending)),
        ("maintain_fee", "succeed", (K::Fee, S::Settled)),
        // An order's words are not an authorization's; nobody documented the others.
        ("auth", "success", (K::Purchase, S::Pending)),
        ("chargeback", "arguing", (K::Other, S::Pending)),
    ] {
        let json = AUTH
            .replace(r#""auth""#, &format!(r#""{kind}""#))
            .replace(r#""authorized""#, &format!(r#""{status}""#));
        let report = auth(&json).unwrap();
        assert_eq!((report.kind, report.status), expected, "{kind} {status}");
        assert_eq!(report.provider_kind, kind);
        assert_eq!(report.provider_status, status);
    }
    let linked = auth(&AUTH.replace(r#""originTradeNo": null"#, r#""originTradeNo": "TRN8""#));
    assert_eq!(linked.unwrap().original_ref.as_deref(), Some("TRN8"));
}

#[test]
fn record_without_id_time_or_known_currency_is_an_error() {
    for (from, to) in [
        (r#""tradeNo": "TRN9""#, r#""tradeNo": null"#),
        (
            r#""transactionTime": 1782900123456"#,
            r#""transactionTime": null"#,
        ),
        (r#""EUR""#, r#""SHELLS""#),
    ] {
        assert!(auth(&AUTH.replace(from, to)).is_err(), "{from}");
    }
}

#[test]
fn fee_the_card_could_not_pay_is_the_funding_accounts() {
    let patch = |source: &str, status: &str| {
        let json = format!(
            r#"{{"cardNo": "FC1", "tradeNo": "CAF1", "originTradeNo": "TRN9", "currency": "USD",
                "amount": "0.35", "type": "card_patch_cross_border", "deductionSourceFunds": {source},
                "status": "{status}", "transactionTime": 1782900123456}}"#
        );
        of_fee(json::parse(json.as_bytes()).unwrap()).unwrap()
    };
    let report = patch(r#""wallet""#, "success");
    assert_eq!(report.kind, TransactionKind::Fee);
    assert_eq!(report.charged_to, ChargedTo::FundingAccount);
    assert_eq!(report.original_ref.as_deref(), Some("TRN9"));
    assert_eq!(text(report.billing_amount), "0.35 USD");
    assert_eq!(patch("null", "x").charged_to, ChargedTo::FundingAccount);
    assert_eq!(patch(r#""card""#, "x").charged_to, ChargedTo::Card);
    for (word, status) in [
        ("success", TransactionStatus::Settled),
        ("succeed", TransactionStatus::Settled),
        ("fail", TransactionStatus::Declined),
        ("failed", TransactionStatus::Declined),
        ("processing", TransactionStatus::Pending),
    ] {
        assert_eq!(patch("null", word).status, status, "{word}");
    }
}

#[test]
fn orders_that_move_money_are_transactions() {
    use TransactionKind as K;
    for (word, kind) in [
        ("create", Some(K::Issue)),
        ("deposit", Some(K::Deposit)),
        ("withdraw", Some(K::Withdrawal)),
        ("cancel", Some(K::Cancellation)),
        ("overdraft_statement", Some(K::Overdraft)),
        ("Freeze", None),
        ("UnFreeze", None),
        ("update_pin", None),
        ("card_update", None),
        ("blocked", None),
        ("card_activated", None),
    ] {
        let report = order(&CREATE.replace("create", word));
        assert_eq!(report.as_ref().map(|report| report.kind), kind, "{word}");
        let by_wallet = report.is_some_and(|r| r.charged_to == ChargedTo::FundingAccount);
        assert_eq!(by_wallet, word == "overdraft_statement");
    }
    for (word, status) in [
        ("wait_process", TransactionStatus::Pending),
        ("processing", TransactionStatus::Pending),
        ("fail", TransactionStatus::Declined),
        ("COMPLETED", TransactionStatus::Settled),
    ] {
        let report = order(&CREATE.replace("success", word)).unwrap();
        assert_eq!(report.status, status, "{word}");
    }
    let cancel = CREATE
        .replace("create", "cancel")
        .replace(r#""receivedAmount": "0""#, r#""receivedAmount": "49.5""#);
    assert_eq!(text(order(&cancel).unwrap().settled_amount), "49.50 USD");
    let underway = cancel.replace("success", "processing");
    assert_eq!(order(&underway).unwrap().settled_amount, None);
    let nobodys = CREATE
        .replace("\"ref1\"", "null")
        .replace("\"FC1\"", "null");
    assert_eq!(order(&nobodys), None);
}

#[test]
fn purchase_and_create_order_merge_into_the_same_whatever_came_first() {
    let purchase = of_purchase(json::parse(PURCHASE.as_bytes()).unwrap())
        .unwrap()
        .unwrap();
    let create = order(CREATE).unwrap();
    assert_eq!(purchase.provider_ref, create.provider_ref);
    let mut one = transaction(create.clone());
    one.absorb(&purchase);
    let mut other = transaction(purchase.clone());
    other.absorb(&create);
    assert_eq!(one.report, other.report);
    assert_eq!(one.report.card_ref.as_deref(), Some("FC1"));
    // A purchase recorded later wins, and then tells the same money.
    let later = PURCHASE.replace("1782900000000", "1782900005000");
    let later = of_purchase(json::parse(later.as_bytes()).unwrap())
        .unwrap()
        .unwrap();
    one.absorb(&later);
    let money = |r: &TransactionReport| {
        (
            r.amount,
            r.billing_amount,
            r.fee,
            r.settled_amount,
            r.status,
            r.kind,
        )
    };
    assert_eq!(money(&one.report), money(&create));
    let unled = PURCHASE.replace("\"ref1\"", "null");
    assert_eq!(
        of_purchase(json::parse(unled.as_bytes()).unwrap()).unwrap(),
        None
    );
}
