//! The settings of an instance; the README explains each.

mod lists;
#[cfg(test)]
mod tests;

use std::time::Duration;

use cardmux_domain::money::Currency;
use cardmux_domain::provider::Polling;
use cardmux_domain::secret::SecretString;
use cardmux_provider_kit::settings::{SettingsProblem, Table};
use cardmux_provider_kit::transport::Url;

pub use self::lists::{CardTypeName, CardTypeNames, Codes, PaymentStatuses, PaymentTypes};
use crate::pages::{Paging, Step};
use crate::tag::{TagIn, Tagging};

/// How long after a call a card the list does not show counts as not issued. Nothing is documented:
/// our choice.
const SETTLE_MS: u64 = 60_000;
/// Our choice; shorter than any sensible time for a whole attempt.
const CONNECT_TIMEOUT_MS: u64 = 3_000;
/// Between two readings of a card. No rate limit is published: our choice.
const POLL_FASTEST_MS: u64 = 2_000;
const POLL_SLOWEST_MS: u64 = 15 * 60 * 1_000;
/// Where the paging is named at all: our choice.
const PAGE_SIZE: u64 = 100;
/// The only currency of a wallet that any sample shows (O).
const FEE_CURRENCY: &str = "USD";
/// The source of a card's payments. Not documented, only `Wallet` is (O): inferred.
const CARD_SOURCE: &str = "Card";

#[derive(Debug)]
pub struct Settings {
    pub access: Access,
    pub choices: Choices,
    pub settle_time: Duration,
    pub polling: Polling,
}

/// How the account is reached.
#[derive(Debug)]
pub struct Access {
    pub base_url: Url,
    /// Before every path: nothing, or `/backend`; the official pages show both (D).
    pub base_path: String,
    pub account_id: String,
    pub api_key: SecretString,
    /// The OpenAPI document also declares a bearer scheme (O), the pages do not (D).
    pub bearer: Option<SecretString>,
    pub insufficient_funds_codes: Codes,
    pub connect_timeout: Duration,
}

/// What the documents leave open or contradict each other about.
#[derive(Debug)]
pub struct Choices {
    pub tagging: Tagging,
    pub paging: Paging,
    pub status_from: StatusFrom,
    /// Whether `deposit` and `withdraw` of a card are running totals of just that (I).
    pub totals: bool,
    /// Whether this key may freeze cards: the call is summarised as the support's (O).
    pub freeze: bool,
    pub issue_fee: bool,
    pub deposit_fee: DepositFee,
    pub fee_currency: Currency,
    pub card_types: CardTypeNames,
    pub card_source: String,
    pub payment_types: PaymentTypes,
    pub payment_statuses: PaymentStatuses,
    pub payment_filters: PaymentFilters,
    /// The other end is our emulator, and may be told what happens in its world.
    pub simulator: bool,
}

/// Which call reads one card.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StatusFrom {
    /// `GET /cards/{id}`, which also moves the card's number over the wire (D).
    #[default]
    Get,
    /// The list, which does not but has no filter for an id: it is walked.
    List,
}

/// What the number in `…_deposit_fee` is; its unit is nowhere stated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DepositFee {
    #[default]
    Unknown,
    /// 0.02 is 2 %.
    Ratio,
    /// 2 is 2 %.
    Percent,
}

/// Which filters the payments list wants to see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PaymentFilters {
    /// Only those that say something (I).
    #[default]
    Used,
    /// All eight, as O marks them.
    All,
}

impl Settings {
    pub fn read(settings: serde_json::Value) -> Result<Self, Vec<SettingsProblem>> {
        let mut table = Table::new(settings);
        let parsed = Self::take(&mut table);
        table.finish(parsed)
    }

    fn take(table: &mut Table) -> Option<Self> {
        let access = Access::take(table);
        let choices = Choices::take(table);
        let settle = table.or("settle_ms", SETTLE_MS);
        let fastest = table.or("poll_fastest_ms", POLL_FASTEST_MS);
        let slowest = table.or("poll_slowest_ms", POLL_SLOWEST_MS);
        if fastest == 0 || slowest < fastest {
            let problem = "must be at least poll_fastest_ms, and that more than 0";
            table.problem("poll_slowest_ms", problem);
        }
        Some(Self {
            access: access?,
            choices: choices?,
            settle_time: Duration::from_millis(settle),
            polling: Polling {
                fastest: Duration::from_millis(fastest),
                slowest: Duration::from_millis(slowest),
            },
        })
    }
}

impl Access {
    fn take(table: &mut Table) -> Option<Self> {
        let base_url = base_url(table);
        let base_path = table.optional::<String>("base_path").unwrap_or_default();
        let account_id = table.required("account_id");
        let api_key = table.required("api_key");
        let bearer = table.optional("bearer");
        let codes = table.or("insufficient_funds_codes", Codes::default());
        let connect = table.or("connect_timeout_ms", CONNECT_TIMEOUT_MS);
        Some(Self {
            base_url: base_url?,
            base_path,
            account_id: account_id?,
            api_key: api_key?,
            bearer,
            insufficient_funds_codes: codes,
            connect_timeout: Duration::from_millis(connect),
        })
    }
}

/// Mandatory: no sandbox is documented, so the URL alone decides whether real money moves.
fn base_url(table: &mut Table) -> Option<Url> {
    let url = table.required::<Url>("base_url")?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if web && bare && anonymous {
        return Some(url);
    }
    table.problem(
        "base_url",
        "must be scheme and host only, such as https://host; see base_path",
    );
    None
}

impl Choices {
    fn take(table: &mut Table) -> Option<Self> {
        let tagging = tagging(table);
        let paging = paging(table);
        let status_from = table.choice(
            "status_from",
            &[("get", StatusFrom::Get), ("list", StatusFrom::List)],
        );
        let totals = table.or("totals", true);
        let freeze = table.or("freeze", true);
        let issue_fee = table.or("issue_fee", true);
        let deposit_fee = table.choice(
            "deposit_fee_unit",
            &[
                ("unknown", DepositFee::Unknown),
                ("ratio", DepositFee::Ratio),
                ("percent", DepositFee::Percent),
            ],
        );
        let fee_currency = fee_currency(table);
        let card_types = table.or("card_types", CardTypeNames::default());
        let payment_filters = table.choice(
            "payment_filters",
            &[("used", PaymentFilters::Used), ("all", PaymentFilters::All)],
        );
        let simulator = table.or("simulator", false);
        let card_source = table.or("card_source", CARD_SOURCE.to_owned());
        let payment_types = table.or("payment_types", PaymentTypes::default());
        let payment_statuses = table.or("payment_statuses", PaymentStatuses::default());
        Some(Self {
            tagging: tagging?,
            paging: paging?,
            status_from: status_from?,
            totals,
            freeze,
            issue_fee,
            deposit_fee: deposit_fee?,
            fee_currency: fee_currency?,
            card_types,
            card_source,
            payment_types,
            payment_statuses,
            payment_filters: payment_filters?,
            simulator,
        })
    }
}

fn fee_currency(table: &mut Table) -> Option<Currency> {
    let code = table.or("fee_currency", FEE_CURRENCY.to_owned());
    code.parse()
        .map_err(|_| table.problem("fee_currency", "must be a currency code such as USD"))
        .ok()
}

fn tagging(table: &mut Table) -> Option<Tagging> {
    let place = table.choice(
        "tag_in",
        &[
            ("notes", TagIn::Notes),
            ("name", TagIn::Name),
            ("both", TagIn::Both),
        ],
    );
    let search_finds_tag = table.or("search_finds_tag", true);
    let notes_required = table.or("notes_required", false);
    let promo_required = table.or("promo_required", false);
    let promo = table.optional("promo");
    Some(Tagging {
        place: place?,
        search_finds_tag,
        notes_required,
        promo_required,
        promo,
    })
}

fn paging(table: &mut Table) -> Option<Paging> {
    let step = table.choice("page_step", &[("page", Step::Page), ("skip", Step::Skip)]);
    let page_field = table.optional::<String>("page_field");
    let limit_field = table.optional::<String>("limit_field");
    if page_field.is_some() != limit_field.is_some() {
        let missing = match page_field {
            Some(_) => "limit_field",
            None => "page_field",
        };
        table.problem(missing, "is missing; both members have a name, or neither");
    }
    let first = number(table, "first_page", 1, 0);
    let size = number(table, "page_size", PAGE_SIZE, 1);
    Some(Paging {
        fields: page_field.zip(limit_field),
        step: step?,
        first: first?,
        size: size?,
    })
}

fn number(table: &mut Table, key: &'static str, default: u64, least: u32) -> Option<u32> {
    let number = u32::try_from(table.or(key, default)).ok();
    let number = number.filter(|number| *number >= least);
    if number.is_none() {
        table.problem(key, "is out of range");
    }
    number
}
