//! What the dossier's section 13 lists as contradictory or unknown, and the switches of our list of
//! choices. Numbers in the comments are the contradictions of section 13.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Quirks {
    /// `/v1` (reference) against `/api/v1` (guide) (1).
    pub path_prefix: String,
    /// What is signed (2): `{timestamp}`, `{method}`, `{path}`, `{body}` in any order.
    pub signature_template: String,
    pub signature_hex: HexCase,
    /// Seconds a timestamp may be off, either way.
    pub timestamp_window: u64,
    /// A signature that was accepted once is refused the second time.
    pub replays_refused: bool,
    /// A refusal's HTTP status; tokens, rate limit and server errors keep theirs.
    pub errors: ErrorStyle,
    /// `errors` of a success.
    pub success_errors: SuccessErrors,
    /// `EXTERNAL_ID_EXISTS` carries the existing record's id in its usual field.
    pub duplicate_shows_id: bool,
    /// The word for a private individual in field names.
    pub person_word: PersonWord,
    /// `create-corporate` opens a EUR account as well and answers its `account_id`.
    pub corporate_account: bool,
    /// A second account of one owner and currency is opened instead of refused.
    pub many_accounts: bool,
    /// A corporate may hold a card itself (11: the older text's owner records).
    pub corporate_holder: bool,
    /// Whether `create-card` takes the owner's account by itself or wants `account_id`.
    pub card_account: CardAccount,
    /// Whether the members of addresses are looked at.
    pub address_members: AddressMembers,
    pub express_delivery: ExpressForm,
    pub embossing_max: usize,
    pub embossing_alphabet: Alphabet,
    /// `embossing_name` in `get-cards`; it is case-insensitive (D).
    pub embossing_echo: Echo,
    pub expiration_required: bool,
    /// `get-cards` without any id.
    pub empty_filter: EmptyFilter,
    /// `get-cards` with both ids.
    pub both_filters: BothFilters,
    /// `get-cards` shows so many cards at most, while `total` counts all of them.
    pub list_cut: Option<usize>,
    /// (3) newer: permanent.
    pub blocked: Lasting,
    /// (4) newer: temporary.
    pub deactivated: Lasting,
    /// (5) whether a card in `referral` declines by itself, or is asked about.
    pub referral: Referral,
    /// The working model's arrows, or anything goes (there is no formal contract (D)).
    pub transitions: Transitions,
    /// (10) `plastic_delivered` may be set by the API.
    pub delivered_settable: bool,
    /// A card that is not active: decline without asking, or ask first and decline then.
    pub inactive_asks: bool,
    /// The `response_code` of FINCI's own refusal; an open word.
    pub own_decline_code: String,
    /// The `response_code` when we decline (`InsufficientFunds` (D)).
    pub decline_code: String,
    /// (8) no answer in time: declined (D newer), or the older text's fallback decision.
    pub no_answer: NoAnswer,
    /// (7) the word in our answer's `status`.
    pub answer_words: AnswerWords,
    /// Everything goes to `<webhook url>/authorizations`.
    pub one_url: bool,
    /// (6) how an advice differs from its request.
    pub advice_marker: AdviceMarker,
    pub reversal_id: ReversalId,
    /// (9) `authorization_id` of a deferred presentment.
    pub deferred_authorization_id: DeferredId,
    /// What a linked return names.
    pub return_links: ReturnLinks,
    pub amount_form: AmountForm,
    pub currency_form: CurrencyForm,
    pub time_form: TimeForm,
    /// Webhooks carry the masked `card_number`.
    pub masked_pan: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            path_prefix: "/v1".into(),
            signature_template: "{timestamp}{method}{path}{body}".into(),
            signature_hex: HexCase::Lower,
            timestamp_window: 300,
            replays_refused: false,
            errors: ErrorStyle::InEnvelope,
            success_errors: SuccessErrors::Empty,
            duplicate_shows_id: false,
            person_word: PersonWord::Person,
            corporate_account: false,
            many_accounts: false,
            corporate_holder: false,
            card_account: CardAccount::Sole,
            address_members: AddressMembers::Checked,
            express_delivery: ExpressForm::Boolean,
            embossing_max: 26,
            embossing_alphabet: Alphabet::Restricted,
            embossing_echo: Echo::Upper,
            expiration_required: false,
            empty_filter: EmptyFilter::Refused,
            both_filters: BothFilters::Refused,
            list_cut: None,
            blocked: Lasting::Permanent,
            deactivated: Lasting::Temporary,
            referral: Referral::Declines,
            transitions: Transitions::Model,
            delivered_settable: false,
            inactive_asks: false,
            own_decline_code: "CardNotActive".into(),
            decline_code: "InsufficientFunds".into(),
            no_answer: NoAnswer::Decline,
            answer_words: AnswerWords::SuccessError,
            one_url: false,
            advice_marker: AdviceMarker::Flag,
            reversal_id: ReversalId::Own,
            deferred_authorization_id: DeferredId::Absent,
            return_links: ReturnLinks::Both,
            amount_form: AmountForm::Decimal,
            currency_form: CurrencyForm::Alpha,
            time_form: TimeForm::Rfc3339,
            masked_pan: false,
        }
    }
}

impl Quirks {
    /// The field that names a private individual.
    pub fn person_field(&self) -> &'static str {
        match self.person_word {
            PersonWord::Person => "person_id",
            PersonWord::Client => "client_id",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HexCase {
    Lower,
    Upper,
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorStyle {
    /// HTTP 200 with `status: error`.
    InEnvelope,
    /// 409 for what exists already and illegal statuses, else 400.
    Http,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuccessErrors {
    Empty,
    Null,
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonWord {
    Person,
    Client,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardAccount {
    /// The owner's account in the product's currency, the first one where there are several.
    Sole,
    /// `account_id` is required.
    Named,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressMembers {
    Checked,
    Free,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpressForm {
    Boolean,
    /// Also the texts `true` and `false`.
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alphabet {
    /// Latin letters, digits, space and `. - ' / &`.
    Restricted,
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Echo {
    Upper,
    AsSent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyFilter {
    Refused,
    All,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BothFilters {
    Refused,
    /// The cards of either.
    Either,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lasting {
    Permanent,
    Temporary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Referral {
    Declines,
    Asks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transitions {
    Model,
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    Decline,
    Approve,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerWords {
    SuccessError,
    ApproveDecline,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdviceMarker {
    /// `"advice": true` beside `response_code`.
    Flag,
    /// No `advice` member at all.
    CodeOnly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReversalId {
    /// With `original_id`.
    Own,
    /// The authorization's own id, and no `original_id`.
    Same,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeferredId {
    Absent,
    Empty,
    /// An id that was never told.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnLinks {
    Both,
    Authorization,
    Transaction,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountForm {
    Decimal,
    Number,
    /// Whole minor units.
    Minor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurrencyForm {
    Alpha,
    /// ISO 4217's three digits, as text.
    Numeric,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeForm {
    Rfc3339,
    /// Whole seconds, as a number.
    Epoch,
}
