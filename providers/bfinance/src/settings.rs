//! The settings of an instance; the README explains each.

mod types;
mod words;

use std::time::Duration;

use cardmux_domain::money::{Currency, Decimal, parse_amount};
use cardmux_domain::pin::PinRule;
use cardmux_domain::secret::SecretString;
use cardmux_provider_kit::settings::{SettingsProblem, Table};
use cardmux_provider_kit::transport::Url;

pub use types::{CustomerForm, CustomerNeed, TypeRule, TypeRules};
pub use words::Words;

/// Where the API lies under the host (D).
const DEFAULT_PREFIX: &str = "/external/api";

/// Our choice: nothing is documented about how soon a change shows.
const SETTLE_MS: u64 = 60_000;

/// Our choice; shorter than any sensible time for a whole attempt.
const CONNECT_TIMEOUT_MS: u64 = 3_000;

/// Our choice: webhooks are best effort (D), so cards are read again.
const POLL_FASTEST_MS: u64 = 2_000;
const POLL_SLOWEST_MS: u64 = 900_000;

/// The documented default (S2). No maximum is documented, and a server that silently gives less
/// than was asked for would look like the end of a list.
const PAGE_LIMIT: u64 = 10;

/// Minimum top-up in USD (D).
const MIN_TOP_UP: &str = "1.01";

/// Documented (D, dossier 7.2).
const AUTHORIZATION_DEADLINE_MS: u64 = 1_200;

/// A transaction has one date, and none of its last change (S2): how far back changes are looked
/// for. Our choice; authorizations are settled within a month.
const LOOKBACK_DAYS: u64 = 30;

const SECONDS_PER_DAY: u64 = 86_400;

#[derive(Debug)]
pub struct Settings {
    pub access: Access,
    pub rules: Rules,
}

/// What a call needs.
#[derive(Debug)]
pub struct Access {
    pub base_url: Url,
    pub path_prefix: String,
    pub token: SecretString,
    pub connect_timeout: Duration,
}

/// What the documents leave open.
#[derive(Debug)]
pub struct Rules {
    /// The first segment of calls about plain cards: `cards` (D, S2) or `prepaid-cards` (S1).
    pub card_prefix: &'static str,
    pub types: TypeRules,
    pub pin_policy: PinPolicy,
    pub customer_shape: CustomerShape,
    pub customer_level: Option<&'static str>,
    pub transaction_ref: TransactionRef,
    pub words: Words,
    /// Of the price of a card, and of budgets.
    pub price_currency: Currency,
    pub min_top_up: Decimal,
    pub min_initial_balance: Decimal,
    pub page_limit: u32,
    pub lookback: Duration,
    /// Whether the program is partner-managed: it asks us before a budget card is charged.
    pub partner_managed: bool,
    /// How long it waits for our decision.
    pub authorization_deadline: Duration,
    pub idempotency_header: bool,
    pub read_limits: bool,
    pub settle_time: Duration,
    pub poll_fastest: Duration,
    pub poll_slowest: Duration,
    /// The other end is our emulator, and may be told what happens in its world.
    pub simulator: bool,
}

/// Guide and API reference disagree about PINs (dossier section 4.7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PinPolicy {
    /// What satisfies both.
    #[default]
    Strict,
    /// Four to twelve digits, as the guide has it.
    Guide,
}

impl PinPolicy {
    /// The rule as data; the guide's range of lengths cannot be said in it.
    pub fn rule(self) -> Option<PinRule> {
        match self {
            // Stricter than documented: not only steps by one are refused.
            Self::Strict => Some(PinRule {
                digits: 4,
                max_run: 3,
                no_sequence: true,
                no_repeated_block: false,
                at_activation: false,
            }),
            Self::Guide => None,
        }
    }
}

/// Which of the two documented creations of a customer (dossier section 2.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CustomerShape {
    /// S2.
    #[default]
    New,
    /// S1.
    Old,
}

/// Which of a transaction's two ids names it, also in disputes: no page says (dossier section 6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TransactionRef {
    #[default]
    Id,
    TransactionId,
}

impl Settings {
    pub fn read(settings: serde_json::Value) -> Result<Self, Vec<SettingsProblem>> {
        let mut table = Table::new(settings);
        let access = Access::take(&mut table);
        let rules = Rules::take(&mut table);
        let parsed = access
            .zip(rules)
            .map(|(access, rules)| Self { access, rules });
        table.finish(parsed)
    }
}

impl Access {
    fn take(table: &mut Table) -> Option<Self> {
        let address = address(table);
        let token = table.required("token");
        let connect = millis(table, "connect_timeout_ms", CONNECT_TIMEOUT_MS);
        let (base_url, path_prefix) = address?;
        Some(Self {
            base_url,
            path_prefix,
            token: token?,
            connect_timeout: connect,
        })
    }
}

/// The base URL as bfinance's pages write it, or only its host: then the documented path is added.
fn address(table: &mut Table) -> Option<(Url, String)> {
    let url = table.required::<Url>("base_url")?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let plain = url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if !(web && plain && anonymous) {
        let problem = "must be scheme, host and path only, such as https://host/external/api";
        table.problem("base_url", problem);
        return None;
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let prefix = if path.is_empty() {
        DEFAULT_PREFIX.to_owned()
    } else {
        path
    };
    Some((url, prefix))
}

fn millis(table: &mut Table, key: &'static str, default: u64) -> Duration {
    Duration::from_millis(table.or(key, default))
}

fn amount(table: &mut Table, key: &'static str, default: &str) -> Option<Decimal> {
    let text = table.or(key, default.to_owned());
    let amount = parse_amount(&text)
        .ok()
        .filter(|amount| !amount.is_sign_negative());
    if amount.is_none() {
        table.problem(key, "must be an amount, not negative");
    }
    amount
}

fn currency(table: &mut Table, key: &'static str) -> Option<Currency> {
    let code = table.or(key, "USD".to_owned());
    code.parse()
        .map_err(|_| table.problem(key, "must be a currency code such as USD"))
        .ok()
}

fn page_limit(table: &mut Table) -> Option<u32> {
    let limit = u32::try_from(table.or("page_limit", PAGE_LIMIT))
        .ok()
        .filter(|limit| *limit > 0);
    if limit.is_none() {
        table.problem("page_limit", "must be a whole number from 1");
    }
    limit
}

impl Rules {
    fn take(table: &mut Table) -> Option<Self> {
        let prefixes = [
            ("cards", CardPrefix::Cards),
            ("prepaid-cards", CardPrefix::PrepaidCards),
        ];
        let prefix = table.choice("card_prefix", &prefixes);
        let types = types::take(table);
        let policies = [("strict", PinPolicy::Strict), ("guide", PinPolicy::Guide)];
        let pin_policy = table.choice("pin_policy", &policies);
        let shapes = [("new", CustomerShape::New), ("old", CustomerShape::Old)];
        let shape = table.choice("customer_shape", &shapes);
        let levels = [
            ("minimum", Some("minimum")),
            ("basic", Some("basic")),
            ("advanced", Some("advanced")),
        ];
        let level = table.choice("customer_level", &levels);
        let ids = [
            ("id", TransactionRef::Id),
            ("transactionId", TransactionRef::TransactionId),
        ];
        let transaction_ref = table.choice("transaction_ref", &ids);
        let words = Words::take(table);
        let price_currency = currency(table, "price_currency");
        let min_top_up = amount(table, "min_top_up", MIN_TOP_UP);
        let min_initial = amount(table, "min_initial_balance", "0");
        let page_limit = page_limit(table);
        let days = table.or("transactions_lookback_days", LOOKBACK_DAYS);
        let partner_managed = table.or("partner_managed", false);
        let deadline = millis(
            table,
            "authorization_deadline_ms",
            AUTHORIZATION_DEADLINE_MS,
        );
        let idempotency_header = table.or("idempotency_header", true);
        let read_limits = table.or("read_limits", true);
        let simulator = table.or("simulator", false);
        let settle_time = millis(table, "settle_ms", SETTLE_MS);
        let poll_fastest = millis(table, "poll_fastest_ms", POLL_FASTEST_MS);
        let poll_slowest = millis(table, "poll_slowest_ms", POLL_SLOWEST_MS);
        if poll_fastest.is_zero() || poll_slowest < poll_fastest {
            let problem = "must not be less than poll_fastest_ms, and that not zero";
            table.problem("poll_slowest_ms", problem);
        }
        Some(Self {
            card_prefix: prefix?.word(),
            types: types?,
            pin_policy: pin_policy?,
            customer_shape: shape?,
            customer_level: level?,
            transaction_ref: transaction_ref?,
            words: words?,
            price_currency: price_currency?,
            min_top_up: min_top_up?,
            min_initial_balance: min_initial?,
            page_limit: page_limit?,
            lookback: Duration::from_secs(days.saturating_mul(SECONDS_PER_DAY)),
            partner_managed,
            authorization_deadline: deadline,
            idempotency_header,
            read_limits,
            settle_time,
            poll_fastest,
            poll_slowest,
            simulator,
        })
    }
}

#[derive(Clone, Copy, Default)]
enum CardPrefix {
    #[default]
    Cards,
    PrepaidCards,
}

impl CardPrefix {
    fn word(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::PrepaidCards => "prepaid-cards",
        }
    }
}

#[cfg(test)]
mod tests;
