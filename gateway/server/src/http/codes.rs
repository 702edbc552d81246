//! Every problem `code` a client can see: stable, and documented under `docs/errors/`.

/// A published problem code.
pub struct Code {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
    /// The page in Markdown; served at `/docs/errors/{code}`.
    pub page: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $status:literal, $title:literal;)+) => {
        $(pub const $name: &Code = &Code {
            code: $code,
            status: $status,
            title: $title,
            page: include_str!(concat!("../../docs/errors/", $code, ".md")),
        };)+
        /// All of them, in the order of their status.
        pub const ALL: &[&Code] = &[$($name),+];
    };
}

codes! {
    INVALID_HEADER = "invalid_header", 400, "A header cannot be used";
    INVALID_JSON = "invalid_json", 400, "The body is not JSON";
    INVALID_QUERY = "invalid_query", 400, "A query parameter cannot be used";
    UNAUTHENTICATED = "unauthenticated", 401, "No valid API key";
    WEBHOOK_REFUSED = "webhook_refused", 401, "The delivery is not believed";
    FORBIDDEN = "forbidden", 403, "The API key lacks a scope";
    NOT_FOUND = "not_found", 404, "There is no such route";
    RESOURCE_NOT_FOUND = "resource_not_found", 404, "There is no such resource";
    METHOD_NOT_ALLOWED = "method_not_allowed", 405, "The route does not take this method";
    CARD_BUSY = "card_busy", 409, "Another operation of this card is under way";
    CARD_CLOSED = "card_closed", 409, "The card is closed for good";
    CARD_NOT_ACTIVE = "card_not_active", 409, "The card's status does not allow this";
    CARD_NOT_FROZEN = "card_not_frozen", 409, "The card is not frozen";
    CARD_NOT_INACTIVE = "card_not_inactive", 409, "The card does not wait for activation";
    CUSTOMER_IN_USE = "customer_in_use", 409, "The customer is needed by something under way";
    ENROLMENT_EXISTS = "enrolment_exists", 409, "The customer is enrolled for this card type already";
    ENROLMENT_NOT_APPROVED = "enrolment_not_approved", 409, "The customer's enrolment is not approved";
    ENROLMENT_NOT_UPDATABLE = "enrolment_not_updatable", 409, "The enrolment cannot be corrected";
    ISSUING_PAUSED = "issuing_paused", 409, "The operator has paused issuing";
    API_KEY_NOT_ACTIVE = "api_key_not_active", 409, "The API key does not work any more";
    BUDGET_NOT_ACTIVE = "budget_not_active", 409, "The budget cannot be used";
    DISPUTE_EXISTS = "dispute_exists", 409, "There is an open dispute about the transaction";
    DISPUTE_NOT_OPEN = "dispute_not_open", 409, "The dispute cannot be taken back any more";
    OPERATION_NOT_OPEN = "operation_not_open", 409, "The operation asks for nobody";
    TRANSACTION_NOT_SETTLED = "transaction_not_settled", 409, "The transaction is not settled";
    RESOURCE_BUSY = "resource_busy", 409, "Another operation of this resource is under way";
    IDEMPOTENCY_KEY_IN_USE = "idempotency_key_in_use", 409, "The first request with this key is still running";
    PRECONDITION_FAILED = "precondition_failed", 412, "The resource has changed";
    BODY_TOO_LARGE = "body_too_large", 413, "The body is too large";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", 415, "The body is not declared as what is taken";
    CONFIG_REFUSED = "config_refused", 422, "The configuration is refused";
    CONTROL_NOT_ENFORCEABLE = "control_not_enforceable", 422, "Nobody would see to the control";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", 422, "The key belongs to another request";
    INSUFFICIENT_FUNDS = "insufficient_funds", 422, "The funding account has too little";
    INVALID_REQUEST = "invalid_request", 422, "The request does not fit the rules";
    NO_ROUTE = "no_route", 422, "No issuer can serve the request";
    PROVIDER_REFUSED = "provider_refused", 422, "The provider refused";
    INTERNAL = "internal", 500, "The gateway failed";
    SIMULATION_UNAVAILABLE = "simulation_unavailable", 501, "Nothing is simulated outside the playground";
    CAPABILITY_UNSUPPORTED = "capability_unsupported", 501, "The provider cannot do this";
    PROVIDER_MISCONFIGURED = "provider_misconfigured", 502, "The provider does not accept the gateway";
    PROVIDER_UNREADABLE = "provider_unreadable", 502, "The provider's answer cannot be read";
    RATE_LIMITED = "rate_limited", 429, "Too many requests";
    OVERLOADED = "overloaded", 503, "The gateway has too much to do";
    PROVIDER_RATE_LIMITED = "provider_rate_limited", 503, "The provider asks to slow down";
    NO_ROUTE_NOW = "no_route_now", 503, "No issuer can serve the request now";
    PROVIDER_UNAVAILABLE = "provider_unavailable", 503, "The provider cannot be reached";
    STORE_UNAVAILABLE = "store_unavailable", 503, "The database cannot be reached";
    TIMEOUT = "timeout", 503, "The request took too long";
}

/// The code of that name; `internal` for one that does not exist.
pub fn by_name(name: &str) -> &'static Code {
    ALL.iter()
        .copied()
        .find(|code| code.code == name)
        .unwrap_or(INTERNAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_pages_are_the_same_list() {
        let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors");
        let mut names: Vec<String> = std::fs::read_dir(pages)
            .unwrap()
            .map(|entry| {
                entry
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .replace(".md", "")
            })
            .collect();
        names.sort();
        let mut codes: Vec<&str> = ALL.iter().map(|c| c.code).collect();
        codes.sort_unstable();
        assert_eq!(codes, names);
    }

    #[test]
    fn codes_pages_begin_with_status_and_title() {
        for code in ALL {
            let head = format!("# {} ({})\n\n{}.\n", code.code, code.status, code.title);
            assert!(
                code.page.starts_with(&head),
                "docs/errors/{}.md must begin with\n{head}",
                code.code
            );
        }
    }
}
