//! How this emulator is set up, and the quirks that can be switched.

/// Which of the two contracts [`crate::start`]'s client settings and webhooks are for. The server
/// itself always answers both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// The FinHub BFF: bearer token and context headers (dossier 1.1).
    #[default]
    Finhub,
    /// The upstream vendor: API key and RSA signatures (dossier 1.2).
    Upstream,
}

impl Dialect {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Finhub => "finhub",
            Self::Upstream => "upstream",
        }
    }
}

#[derive(Debug, Clone)]
pub struct FincardOptions {
    pub dialect: Dialect,
    /// RSA size of both key pairs. The platform's real key is 1024 bits (W-prod).
    pub key_bits: usize,
    /// From acceptance to the final state, of orders and cardholder audits, in emulated milliseconds (real ones at scale 1.0).
    pub order_delay_ms: u64,
    pub quirks: Quirks,
}

impl Default for FincardOptions {
    fn default() -> Self {
        Self {
            dialect: Dialect::Finhub,
            key_bits: 1024,
            order_delay_ms: 300,
            quirks: Quirks::default(),
        }
    }
}

impl FincardOptions {
    /// Options for a client whose settings table is this one: only its `dialect` matters here.
    pub fn from_settings(settings: &serde_json::Value) -> Self {
        let upstream =
            settings.get("dialect").and_then(serde_json::Value::as_str) == Some("upstream");
        let dialect = if upstream {
            Dialect::Upstream
        } else {
            Dialect::Finhub
        };
        Self {
            dialect,
            ..Self::default()
        }
    }
}

/// Behaviour the sources disagree about. The defaults follow the narrative pages (F-doc).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quirks {
    pub amounts: Amounts,
    pub spelling: Spelling,
    /// `cardNo` is null in order objects until success (a W-int note) instead of present at once
    /// (F-doc, W-doc).
    pub card_no_after_success: bool,
    /// `receivedAmount` is null until success instead of `0`.
    pub received_amount_after_success: bool,
    /// Whether upstream answers carry `X-WSB-SIGNATURE`; W-int warns that a sandbox may omit it.
    pub sign_answers: bool,
    /// The webhook's signature header. The dialect's own when absent: `X-FC-SIGNATURE` for FinHub
    /// (narrative pages; F-ref and F-pm say `X-WSB-SIGNATURE`), `X-WSB-SIGNATURE` upstream.
    pub webhook_signature_header: Option<String>,
    /// Whether FinHub's webhooks carry `X-FC-CATEGORY`: no page mentions it, it is only plausible.
    pub finhub_category_header: bool,
    /// Webhook bodies are `{eventId, eventType, tenantId, createTime, data}` (F-pm) instead of bare.
    pub wrapped_webhooks: bool,
    /// Card numbers and codes are encrypted under the merchant's key; a Playground may show them.
    pub encrypt_secrets: bool,
    /// A gift card's `activateUrl` is encrypted like the rest; F-doc's table does not say so of it.
    pub encrypt_activate_url: bool,
    /// Activations are in the operation query too. Its documented list of types lacks them.
    pub activations_in_query: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            amounts: Amounts::Numbers,
            spelling: Spelling::Narrative,
            card_no_after_success: false,
            received_amount_after_success: true,
            sign_answers: true,
            webhook_signature_header: None,
            finhub_category_header: false,
            wrapped_webhooks: false,
            encrypt_secrets: true,
            encrypt_activate_url: true,
            activations_in_query: false,
        }
    }
}

/// How money is written in answers (dossier 1.5: both occur).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amounts {
    Numbers,
    Strings,
}

/// Whose field names answers use (dossier 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// `cardNo`, `orderNo`, `status` … (F-doc and upstream).
    Narrative,
    /// `cardId`, `transactionId`, `operationStatus`, `cardStatus` … (F-ref). Requests may then use
    /// `cardId` too. Status *values* keep the narrative words: no full list of the others is public.
    Reference,
}
