use super::*;
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;

const OURS: &str = "01k2n8s4vre0zt6m3q9x5b7c8d";
const ANOTHERS: &str = "01k2n8s4vre0zt6m3q9x5b7c8e";
const SENT: i64 = 1_782_900_000_000;

fn query() -> OperationQuery {
    OperationQuery {
        reference: Reference::from_text(OURS),
        kind: OperationKind::FundBudget,
        subject_ref: Some("7".to_owned()),
        amount: Some(Money::new(5.into(), "USD".parse().unwrap())),
        note: None,
        sent_at: Some(Timestamp::from_millis(SENT)),
        before: None,
        card_type_ref: None,
        known: Vec::new(),
    }
}

fn row(tx: &str, amount: &str, direction: &str, remark: &str, after_sent: i64) -> LedgerRow {
    let time = SENT + after_sent;
    let json = format!(
        r#"{{"txId": "{tx}", "amount": {amount}, "direction": "{direction}", "remark": "{remark}",
            "bizType": "fund_transfer", "createTime": {time}, "orderNo": "2071"}}"#
    );
    json::parse(json.as_bytes()).unwrap()
}

fn found(rows: Vec<LedgerRow>) -> Option<String> {
    match chosen(rows, TransferKind::Transfer, &query()) {
        Choice::Row(row) => row.tx_id,
        Choice::None => None,
        Choice::Several(seen) => panic!("{seen:?}"),
    }
}

#[test]
fn row_that_names_us_is_ours_whatever_else_fits() {
    let named = row("a", "5", "IN", &format!("top-up {OURS}"), -1000);
    let fitting = row("b", "5", "IN", "", 1000);
    assert_eq!(found(vec![fitting, named]).as_deref(), Some("a"));
    let mut by_order = row("c", "5", "IN", "", 1000);
    by_order.order_no = Some(OURS.to_owned());
    assert_eq!(found(vec![by_order]).as_deref(), Some("c"));
}

#[test]
fn only_row_that_fits_and_names_nobody_else_is_ours() {
    let fitting = || row("b", "5.00", "IN", "by hand", 0);
    assert_eq!(found(vec![fitting()]).as_deref(), Some("b"));
    for other in [
        row("x", "5.01", "IN", "", 1000),
        row("x", "5", "OUT", "", 1000),
        row("x", "5", "IN", "", -1),
        row("x", "5", "IN", ANOTHERS, 1000),
        row("x", "5", "IN", &format!("ref:{ANOTHERS}."), 1000),
    ] {
        assert_eq!(found(vec![other]), None);
    }
    let others = row("x", "5", "IN", ANOTHERS, 1000);
    assert_eq!(found(vec![others, fitting()]).as_deref(), Some("b"));
    assert_eq!(found(Vec::new()), None);
}

#[test]
fn several_rows_that_fit_are_shown_to_a_person() {
    let rows = vec![row("a", "5", "IN", "", 1), row("b", "5", "IN", "", 2)];
    match chosen(rows, TransferKind::Transfer, &query()) {
        Choice::Several(seen) => {
            assert_eq!(seen.len(), 2);
            assert!(
                seen[0].contains("`a`") && seen[1].contains("`b`"),
                "{seen:?}"
            );
        }
        other @ (Choice::Row(_) | Choice::None) => panic!("{other:?}"),
    }
}

#[test]
fn collections_are_looked_for_among_collections() {
    let mut out = row("a", "5", "OUT", OURS, 1);
    let rows = || vec![row("b", "5", "IN", OURS, 1)];
    let none = chosen(rows(), TransferKind::Collection, &query());
    assert!(matches!(none, Choice::None));
    out.biz_type = Some("fund_collection".to_owned());
    match chosen(vec![out], TransferKind::Collection, &query()) {
        Choice::Row(row) => assert_eq!(row.tx_id.as_deref(), Some("a")),
        other @ (Choice::None | Choice::Several(_)) => panic!("{other:?}"),
    }
}

#[test]
fn reference_is_told_from_other_words() {
    assert!(names_a_reference(ANOTHERS));
    assert!(names_a_reference("fund 01k2n8s4vre0zt6m3q9x5b7c8e!"));
    for text in [
        "",
        "top-up",
        "2071000000000000001",
        &ANOTHERS.to_uppercase(),
    ] {
        assert!(!names_a_reference(text), "{text}");
    }
}
