//! What everybody has to be answered; see [`super`].

use Foreign::{Empty, Field, Hidden, Item, Own};

/// What a stranger is answered who names what is the owner's.
#[derive(Clone, Copy)]
pub enum Foreign {
    /// 404, as for what does not exist.
    Hidden,
    /// An empty list.
    Empty,
    /// 422 about that pointer or parameter.
    Field(&'static str),
    /// A batch whose only item fails about that pointer.
    Item(&'static str),
    /// Nothing of the owner's is named; the answer is about the asker's own.
    Own,
}

pub struct Row {
    pub operation: &'static str,
    /// `operator`: no tenant gets in, and the rest is not asked.
    pub scope: &'static str,
    pub foreign: Foreign,
    pub query: &'static str,
    pub body: &'static str,
}

/// The body of an upload.
pub const PICTURE: &str = "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"id.png\"\r\n\
    Content-Type: image/png\r\n\r\nno picture at all\r\n--part--\r\n";

/// A public key to encrypt to: the one of RFC 7517, appendix A.1.
const RECIPIENT: &str = r#"{"publicKey":{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}}"#;

const fn row(
    operation: &'static str,
    scope: &'static str,
    foreign: Foreign,
    query: &'static str,
    body: &'static str,
) -> Row {
    Row {
        operation,
        scope,
        foreign,
        query,
        body,
    }
}

#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row("list_authorizations", "cards:read", Empty, "", ""),
    row("list_authorizations", "cards:read", Empty, "?cardId={card_id}", ""),
    row("get_authorization", "cards:read", Hidden, "", ""),
    row("list_budgets", "cards:read", Empty, "", ""),
    row("create_budget", "funds:write", Field("/instance"), "", r#"{"name":"Mine","currency":"EUR","instance":"bfinance_main"}"#),
    row("get_budget", "cards:read", Hidden, "", ""),
    row("list_card_entries", "cards:read", Hidden, "", ""),
    row("explain_route", "cards:read", Field("/customerId"), "", r#"{"want":{},"customerId":"{customer_id}"}"#),
    row("explain_route", "cards:read", Field("/budgetId"), "", r#"{"want":{},"budgetId":"{budget_id}"}"#),
    row("explain_route", "cards:read", Field("/typeId"), "", r#"{"typeId":"{card_type_id}"}"#),
    row("list_budget_entries", "cards:read", Hidden, "", ""),
    row("fund_budget", "funds:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"EUR"}}"#),
    row("withdraw_budget", "funds:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"EUR"}}"#),
    row("list_card_batches", "cards:read", Empty, "", ""),
    row("create_card_batch", "cards:write", Item("/customerId"), "", r#"{"items":[{"typeId":"{shared_type}","customerId":"{customer_id}","initialBalance":{"amount":"10.00","currency":"USD"}}]}"#),
    row("create_card_batch", "cards:write", Item("/typeId"), "", r#"{"items":[{"typeId":"{card_type_id}"}]}"#),
    row("get_card_batch", "cards:read", Hidden, "", ""),
    row("cancel_card_batch", "cards:write", Hidden, "", ""),
    row("list_card_batch_items", "cards:read", Hidden, "", ""),
    row("list_card_types", "cards:read", Own, "?limit=200", ""),
    row("list_card_types", "cards:read", Empty, "?instance=bfinance_main", ""),
    row("get_card_type", "cards:read", Hidden, "", ""),
    row("list_cards", "cards:read", Empty, "", ""),
    row("list_cards", "cards:read", Empty, "?customerId={customer_id}", ""),
    row("issue_card", "cards:write", Field("/customerId"), "", r#"{"typeId":"{shared_type}","customerId":"{customer_id}"}"#),
    row("issue_card", "cards:write", Field("/budgetId"), "", r#"{"typeId":"{shared_type}","budgetId":"{budget_id}"}"#),
    row("issue_card", "cards:write", Field("/typeId"), "", r#"{"typeId":"{card_type_id}"}"#),
    row("get_card", "cards:read", Hidden, "", ""),
    row("get_card", "cards:read", Hidden, "?include=provider", ""),
    row("update_card", "cards:write", Hidden, "", r#"{"label":"Mine"}"#),
    row("activate_card", "cards:write", Hidden, "", r#"{"activationCode":"123456","pin":"258013"}"#),
    row("get_card_balance", "cards:read", Hidden, "", ""),
    row("cancel_card", "cards:write", Hidden, "", r#"{}"#),
    row("list_card_challenges", "cards:reveal", Hidden, "", ""),
    row("set_card_controls", "cards:write", Hidden, "", r#"{"blockedMccs":["7995"]}"#),
    row("deposit_card", "funds:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"USD"}}"#),
    row("withdraw_card", "funds:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"USD"}}"#),
    row("freeze_card", "cards:write", Hidden, "", r#"{}"#),
    row("unfreeze_card", "cards:write", Hidden, "", r#"{}"#),
    row("set_card_note", "cards:write", Hidden, "", r#"{"note":"Mine"}"#),
    row("order_physical_card", "cards:write", Hidden, "", r#"{"firstName":"Ada","lastName":"Lovelace","email":"ada@example.com","phoneCode":"+49","phone":"15112345678","line1":"Example Street 1","city":"Berlin","state":"BE","postalCode":"10115","country":"DE"}"#),
    row("set_card_pin", "cards:write", Hidden, "", r#"{"pin":"258013"}"#),
    row("reveal_card", "cards:reveal", Hidden, "", RECIPIENT),
    row("list_card_transactions", "cards:read", Hidden, "", ""),
    row("list_customers", "customers:read", Empty, "", ""),
    row("create_customer", "customers:write", Own, "", r#"{"kind":"individual","firstName":"Eve","lastName":"Other"}"#),
    row("get_customer", "customers:read", Hidden, "", ""),
    row("update_customer", "customers:write", Hidden, "", r#"{"firstName":"Eve"}"#),
    row("delete_customer", "customers:write", Hidden, "", ""),
    row("upload_document", "customers:write", Hidden, "?instance=fincard_main", PICTURE),
    row("list_customer_enrolments", "customers:read", Hidden, "", ""),
    row("enrol_customer", "customers:write", Hidden, "", r#"{"typeId":"{shared_type}"}"#),
    row("list_disputes", "cards:read", Empty, "", ""),
    row("list_disputes", "cards:read", Empty, "?transactionId={transaction_id}", ""),
    row("open_dispute", "cards:write", Field("/transactionId"), "", r#"{"transactionId":"{transaction_id}","evidence":"The goods never arrived; the merchant does not answer."}"#),
    row("get_dispute", "cards:read", Hidden, "", ""),
    row("cancel_dispute", "cards:write", Hidden, "", ""),
    row("list_enrolments", "customers:read", Empty, "", ""),
    row("list_enrolments", "customers:read", Empty, "?customerId={customer_id}", ""),
    row("get_enrolment", "customers:read", Hidden, "", ""),
    row("update_enrolment", "customers:write", Hidden, "", r#"{}"#),
    row("list_events", "events:read", Own, "?limit=200", ""),
    row("list_events", "events:read", Empty, "?cardId={card_id}", ""),
    row("list_funding_accounts", "cards:read", Own, "", ""),
    row("list_funding_accounts", "cards:read", Empty, "?instance=bfinance_main", ""),
    row("list_operations", "cards:read", Empty, "", ""),
    row("list_operations", "cards:read", Empty, "?cardId={card_id}", ""),
    row("get_operation", "cards:read", Hidden, "", ""),
    row("list_cities", "customers:read", Own, "", ""),
    row("list_cities", "customers:read", Field("instance"), "?instance=bfinance_main", ""),
    row("list_dial_codes", "customers:read", Own, "", ""),
    row("list_dial_codes", "customers:read", Field("instance"), "?instance=bfinance_main", ""),
    row("list_occupations", "customers:read", Own, "", ""),
    row("list_occupations", "customers:read", Field("instance"), "?instance=bfinance_main", ""),
    row("list_regions", "customers:read", Own, "", ""),
    row("list_regions", "customers:read", Field("instance"), "?instance=bfinance_main", ""),
    row("simulate_advise", "cards:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"USD"},"merchant":{"name":"SHOP","mcc":"5999","country":"DEU","city":"Berlin"}}"#),
    row("simulate_authorize", "cards:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"USD"},"merchant":{"name":"SHOP","mcc":"5999","country":"DEU","city":"Berlin"}}"#),
    row("simulate_block", "cards:write", Hidden, "", ""),
    row("simulate_challenge", "cards:write", Hidden, "", r#"{"kind":"otp"}"#),
    row("simulate_fee_patch", "cards:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"USD"}}"#),
    row("simulate_maintenance_fee", "cards:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"USD"}}"#),
    row("simulate_overdraft", "cards:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"USD"}}"#),
    row("simulate_present", "cards:write", Hidden, "", r#"{"amount":{"amount":"1.00","currency":"USD"},"merchant":{"name":"SHOP","mcc":"5999","country":"DEU","city":"Berlin"}}"#),
    row("simulate_decide_dispute", "cards:write", Hidden, "", r#"{"accept":false}"#),
    row("simulate_approve_enrolment", "cards:write", Hidden, "", ""),
    row("simulate_reject_enrolment", "cards:write", Hidden, "", r#"{"correctable":true}"#),
    row("simulate_refund", "cards:write", Hidden, "", r#"{}"#),
    row("simulate_settle", "cards:write", Hidden, "", r#"{}"#),
    row("simulate_void", "cards:write", Hidden, "", r#"{}"#),
    row("list_spend_controls", "cards:read", Empty, "", ""),
    row("create_spend_control", "cards:write", Field("/scope/cardId"), "", r#"{"scope":{"cardId":"{card_id}"},"rules":{"blockedMccs":["7995"]}}"#),
    row("backtest_spend_controls", "cards:read", Own, "", r#"{"from":"2026-01-01T00:00:00Z","to":"2036-01-01T00:00:00Z"}"#),
    row("get_spend_control", "cards:read", Hidden, "", ""),
    row("update_spend_control", "cards:write", Hidden, "", r#"{"name":"Mine"}"#),
    row("delete_spend_control", "cards:write", Hidden, "", ""),
    row("list_transactions", "cards:read", Empty, "", ""),
    row("list_transactions", "cards:read", Empty, "?cardId={card_id}", ""),
    row("get_transaction", "cards:read", Hidden, "", ""),
    row("list_tenants", "operator", Hidden, "", ""),
    row("list_api_keys", "operator", Hidden, "", ""),
    row("create_api_key", "operator", Hidden, "", r#"{"name":"Mine","scopes":["cards:read"]}"#),
    row("rotate_api_key", "operator", Hidden, "", r#"{}"#),
    row("revoke_api_key", "operator", Hidden, "", ""),
    row("list_instances", "operator", Hidden, "", ""),
    row("list_all_operations", "operator", Hidden, "", ""),
    row("decide_operation", "operator", Hidden, "?tenant={tenant}", r#"{"happened":false}"#),
    row("get_config", "operator", Hidden, "", ""),
    row("reload_config", "operator", Hidden, "", ""),
    row("list_audit_records", "operator", Hidden, "?tenant={tenant}", ""),
];
