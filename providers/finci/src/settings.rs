//! The settings of an instance; the README explains each. Whatever the documents leave open
//! (dossier section 13) is one of them.

mod paths;
mod products;
#[cfg(test)]
mod tests;
mod values;

use std::time::Duration;

use cardmux_domain::secret::SecretString;
use cardmux_provider_kit::settings::{SettingsProblem, Table};
use cardmux_provider_kit::transport::Url;

pub use self::paths::Paths;
pub use self::products::{OwnerKind, Product, Products};
use self::values::{Companies, Texts};
pub use self::values::{DeliveryAddress, MessageKind, MessageWords, Scalar};
use crate::signing::{Canonical, HexCase, Signer};

/// Where the API lies under the host: the reference pages (D); the authentication guide shows
/// `/api/v1` (D).
const DEFAULT_PREFIX: &str = "/v1";
/// Our choice: nothing is documented about how soon a card is listed.
const SETTLE_MS: u64 = 60_000;
/// Our choice; shorter than any sensible time for a whole attempt.
const CONNECT_TIMEOUT_MS: u64 = 3_000;
/// How long FINCI waits for a decision (D).
const DEADLINE_MS: u64 = 3_000;
/// What is embossed on a card of ISO/IEC 7811-1 and 7813: 26 characters. No page says it (C).
const EMBOSSING_LENGTH: u64 = 26;
/// The alphabet is missing from the readable pages; letters are case-insensitive (D).
const EMBOSSING_CHARACTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -.'/";
/// Longer than any card is valid.
const MAX_VALIDITY_MONTHS: u64 = 120;

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
    pub paths: Paths,
    pub token: SecretString,
    pub signer: Signer,
    pub codes: ErrorCodes,
    pub connect_timeout: Duration,
}

/// Error codes with a meaning of their own. FINCI's catalogue is not known: all are ours (C).
#[derive(Debug)]
pub struct ErrorCodes {
    pub duplicate: Vec<String>,
    pub account_exists: Vec<String>,
    pub not_found: Vec<String>,
    pub unauthorized: Vec<String>,
}

/// What the documents leave open.
#[derive(Debug)]
pub struct Rules {
    pub products: Products,
    /// Where plastic goes, and what every creation of a card must name (D).
    pub delivery_address: DeliveryAddress,
    /// Sent as it is: its type is not documented.
    pub express_delivery: Scalar,
    /// Told at creation, where it is set: whether it may be left out is not documented.
    pub validity_months: Option<u32>,
    pub embossing: Embossing,
    /// Companies that exist at FINCI, by their number in the register.
    pub companies: Companies,
    /// Accounts are made by us; in some set-ups they come with the owner (D, partial).
    pub creates_accounts: bool,
    /// Listing without an owner lists every card: not documented.
    pub lists_without_owner: bool,
    pub plastic: PlasticGoes,
    pub words: MessageWords,
    pub approved_codes: Vec<String>,
    pub amount_unit: AmountUnit,
    pub decline_status: u16,
    pub deadline: Duration,
    pub settle_time: Duration,
    /// The other end is our emulator, and may be told what happens in its world.
    pub simulator: bool,
}

#[derive(Debug)]
pub struct Embossing {
    pub characters: String,
    pub max_length: u64,
}

/// The order of plastic has no address (D): it goes where the creation of the card said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PlasticGoes {
    /// An order with another address than the programme's is refused.
    #[default]
    Asked,
    /// Every order goes to the programme's address, whatever was asked for.
    Programme,
}

/// How amounts are written in webhooks: not documented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AmountUnit {
    #[default]
    Major,
    Minor,
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
        let paths = table.or("paths", Paths::default());
        let token = table.required("token");
        let secret = table.required::<SecretString>("secret");
        let canonical = table.or("canonical", Canonical::default());
        let cases = [("lower", HexCase::Lower), ("upper", HexCase::Upper)];
        let case = table.choice("signature_hex", &cases);
        let codes = ErrorCodes::take(table);
        let connect = millis(table, "connect_timeout_ms", CONNECT_TIMEOUT_MS);
        let (base_url, path_prefix) = address?;
        Some(Self {
            base_url,
            path_prefix,
            paths,
            token: token?,
            signer: Signer::new(&secret?, canonical, case?),
            codes,
            connect_timeout: connect,
        })
    }
}

impl ErrorCodes {
    fn take(table: &mut Table) -> Self {
        let mut codes = |key, defaults: &[&str]| table.or(key, Texts::of(defaults)).0;
        let signature = ["SIGNATURE_INVALID", "TIMESTAMP_INVALID", "TOKEN_INVALID"];
        Self {
            duplicate: codes("duplicate_codes", &["EXTERNAL_ID_EXISTS"]),
            account_exists: codes("account_exists_codes", &["ACCOUNT_EXISTS"]),
            not_found: codes("not_found_codes", &["NOT_FOUND"]),
            unauthorized: codes("unauthorized_codes", &signature),
        }
    }
}

/// The base URL with its path, or only its host and the path apart: then the documented one is added.
fn address(table: &mut Table) -> Option<(Url, String)> {
    let url = table.required::<Url>("base_url");
    let given = table.optional::<String>("path_prefix");
    let url = url?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let plain = url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if !(web && plain && anonymous) {
        let problem = "must be scheme, host and path only, such as https://host:5500/v1";
        table.problem("base_url", problem);
        return None;
    }
    let own = url.path().trim_end_matches('/').to_owned();
    let prefix = match (own.is_empty(), given) {
        (false, Some(_)) => {
            table.problem("path_prefix", "is given twice: base_url has a path already");
            return None;
        }
        (false, None) => own,
        (true, given) => given.unwrap_or_else(|| DEFAULT_PREFIX.to_owned()),
    };
    if !paths::is_path(&prefix) {
        table.problem("path_prefix", "must be a path such as /v1");
        return None;
    }
    Some((url, prefix))
}

fn millis(table: &mut Table, key: &'static str, default: u64) -> Duration {
    Duration::from_millis(table.or(key, default))
}

/// A number within bounds; `None` was reported.
fn within(
    table: &mut Table,
    key: &'static str,
    default: u64,
    (min, max): (u64, u64),
) -> Option<u64> {
    let number = table.or(key, default);
    if number < min || number > max {
        table.problem(key, format!("must be from {min} to {max}"));
        return None;
    }
    Some(number)
}

impl Rules {
    fn take(table: &mut Table) -> Option<Self> {
        let products = products::take(table);
        let delivery_address = table.required("delivery_address");
        let express_delivery = table.or("express_delivery", Scalar::default());
        let validity_months = validity(table);
        let embossing = Embossing::take(table);
        let companies = table.or("companies", Companies::default());
        let creates_accounts = table.or("creates_accounts", true);
        let lists_without_owner = table.or("lists_without_owner", false);
        let goes = [
            ("asked", PlasticGoes::Asked),
            ("programme", PlasticGoes::Programme),
        ];
        let plastic = table.choice("plastic_goes", &goes);
        let words = table.or("message_types", MessageWords::default());
        let approved = table.or("approved_codes", Texts::of(&["Approved"])).0;
        let units = [("major", AmountUnit::Major), ("minor", AmountUnit::Minor)];
        let amount_unit = table.choice("amount_unit", &units);
        let decline_status = within(table, "decline_status", 200, (200, 599));
        let deadline = millis(table, "authorization_deadline_ms", DEADLINE_MS);
        let settle_time = millis(table, "settle_ms", SETTLE_MS);
        let simulator = table.or("simulator", false);
        Some(Self {
            products: products?,
            delivery_address: delivery_address?,
            express_delivery,
            validity_months: validity_months?,
            embossing: embossing?,
            companies,
            creates_accounts,
            lists_without_owner,
            plastic: plastic?,
            words,
            approved_codes: approved,
            amount_unit: amount_unit?,
            decline_status: u16::try_from(decline_status?).ok()?,
            deadline,
            settle_time,
            simulator,
        })
    }
}

fn validity(table: &mut Table) -> Option<Option<u32>> {
    if !table.has("validity_months") {
        table.ignore(&["validity_months"]);
        return Some(None);
    }
    let months = within(table, "validity_months", 0, (1, MAX_VALIDITY_MONTHS))?;
    u32::try_from(months).ok().map(Some)
}

impl Embossing {
    fn take(table: &mut Table) -> Option<Self> {
        let characters = table.or("embossing_characters", EMBOSSING_CHARACTERS.to_owned());
        let max_length = within(table, "embossing_length", EMBOSSING_LENGTH, (1, 100));
        Some(Self {
            // Case-insensitive (D).
            characters: characters.to_uppercase(),
            max_length: max_length?,
        })
    }
}
