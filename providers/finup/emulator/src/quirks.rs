//! What the sources contradict each other about or do not say (dossier, "Unknown or
//! contradictory"). The defaults follow the documented shapes; where nothing is documented, they
//! are assumptions.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Named in settings and at `PUT /_emulator/quirks` as its fields are here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// The base path served: without `/backend` (issue and get pages), with it (one version of the
    /// list page), or both.
    pub base_path: BasePath,
    /// 201 is documented for every operation; the docs' site may simply say so by default.
    pub success_status: u16,
    /// Calls need `Authorization: Bearer` beside `x-api-key` (O against D).
    pub bearer_required: bool,
    /// What `GET …/bins` accepts: O lists no `x-api-key` there.
    pub bins_auth: BinsAuth,
    /// `notes` is required when issuing (O) rather than optional (D).
    pub notes_required: bool,
    /// `promo` is required when issuing (O) rather than optional (D).
    pub promo_required: bool,
    /// The card list's `result`. `object`: a list of exactly one card is that card, as the sample
    /// has it.
    pub list_result: Shape,
    /// The wallets call's `result`: one object, or an array of all the account's wallets.
    pub wallets_result: Shape,
    /// How `filters.status` must be sent: an array (schema) or a text with a JSON array (sample).
    pub status_filter: StatusFilter,
    /// The statuses' spelling: the filter enum's, or that of the samples and of plain English.
    pub statuses: Spelling,
    /// Every card shows this status instead of its own.
    pub unknown_status: Option<String>,
    /// Cards of category Universal show `Business`, as one sample does.
    pub category_business: bool,
    /// What `filters.currency` matches: the ISO code, or the currency's id, which no operation
    /// returns although the docs ask for it.
    pub currency_filter: CurrencyFilter,
    /// What `filters.bin` matches; digits or ids is not said.
    pub bin_filter: BinFilter,
    /// Where `filters.search` looks; not said.
    pub search: Search,
    /// Which members of `pagination` are understood; its schema is empty.
    pub pagination: Pagination,
    /// The most one page holds; a larger `limit` is cut, an absent one is this.
    pub page_cap: usize,
    /// Members of `pagination` that are not understood are refused with 400 rather than ignored.
    pub pagination_strict: bool,
    /// Lists are oldest first; the order is not said.
    pub oldest_first: bool,
    /// The fill character of `masked_PAN`.
    pub mask: Mask,
    /// The list shows the last four digits, as the get call does.
    pub last4_in_list: bool,
    /// What an error's body is; none is documented.
    pub error_body: ErrorBody,
    /// How money is written: `10`, `10.00` or `10.0000`.
    pub numbers: Numbers,
    /// `past_balance` and `future_balance` bear no relation to the balance: their meaning is unknown.
    pub odd_balances: bool,
    /// Moves of a card's money are in the payments list. Their types are invented (`Assumed…`).
    pub card_payments: bool,
    /// All eight filters of the payments list are required, as O marks them.
    pub payment_filters_required: bool,
    /// The most cards one issuing call makes.
    pub batch_ceiling: usize,
    /// The most `card_ids` one bulk call takes.
    pub card_ids_ceiling: usize,
    /// An issuing call that exceeds the account's card limit makes as many cards as fit.
    pub partial_batch: bool,
    /// The issuing fee is taken when the card becomes usable, not when it is asked for.
    pub fee_at_activation: bool,
    /// Deposit and withdraw fees are taken from `amount` rather than from the wallet beside it.
    pub fee_inside: bool,
    /// The smallest deposit or withdrawal.
    pub amount_min: Option<Decimal>,
    /// The largest deposit or withdrawal.
    pub amount_max: Option<Decimal>,
    /// A closed card keeps its balance instead of giving it back to the wallet.
    pub closed_keeps_balance: bool,
    /// Bulk answers lack the key of an empty list.
    pub bulk_keys_missing: bool,
    /// Where an unknown card id of a bulk call lands.
    pub unknown_ids: UnknownIds,
    /// The key may not freeze: the call is summarised as a support action.
    pub freeze_refused: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            base_path: BasePath::Both,
            success_status: 201,
            bearer_required: false,
            bins_auth: BinsAuth::Either,
            notes_required: false,
            promo_required: false,
            list_result: Shape::Array,
            wallets_result: Shape::Object,
            status_filter: StatusFilter::Either,
            statuses: Spelling::Documented,
            unknown_status: None,
            category_business: false,
            currency_filter: CurrencyFilter::Code,
            bin_filter: BinFilter::Either,
            search: Search::All,
            pagination: Pagination::Any,
            page_cap: 100,
            pagination_strict: false,
            oldest_first: false,
            mask: Mask::Documented,
            last4_in_list: false,
            error_body: ErrorBody::Nest,
            numbers: Numbers::Plain,
            odd_balances: false,
            card_payments: true,
            payment_filters_required: false,
            batch_ceiling: 100,
            card_ids_ceiling: 100,
            partial_batch: false,
            fee_at_activation: false,
            fee_inside: false,
            amount_min: None,
            amount_max: None,
            closed_keeps_balance: false,
            bulk_keys_missing: false,
            unknown_ids: UnknownIds::Unchanged,
            freeze_refused: false,
        }
    }
}

impl Quirks {
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(200..=299).contains(&self.success_status) {
            return Err("success_status must be from 200 to 299".to_owned());
        }
        if self.page_cap == 0 {
            return Err("page_cap must be above 0".to_owned());
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BasePath {
    Both,
    /// Without `/backend`.
    Root,
    Backend,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinsAuth {
    Either,
    ApiKey,
    Bearer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Object,
    Array,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusFilter {
    Either,
    Array,
    JsonText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// `Enabled`, `Freezed`, `Unreezing`, `Closed`, `Processing`.
    Documented,
    /// `Active`, `Unfreezing`, `Canceled`, `Pending`.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurrencyFilter {
    Code,
    Id,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinFilter {
    Either,
    Id,
    Digits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Search {
    /// Name, notes and `finup_id`.
    All,
    Name,
    Notes,
    /// The filter is ignored.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pagination {
    /// `page` and `limit`, or `skip` and `limit`.
    Any,
    /// `page` counts from 1.
    PageLimit,
    SkipLimit,
    /// No member is understood: always the first page.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    /// `*` when issuing, `•` elsewhere.
    Documented,
    Asterisk,
    Bullet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorBody {
    /// `{"statusCode", "message", "error"}`, the default of the framework the handler names suggest.
    Nest,
    Empty,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    Plain,
    TwoDecimals,
    FourDecimals,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownIds {
    /// In the list of unchanged cards.
    Unchanged,
    /// In neither list.
    Omitted,
    /// The whole call is a 404.
    NotFound,
}
