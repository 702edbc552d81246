//! Behaviour the dossier lists as contradictory or unknown. The defaults are the documented shapes;
//! where nothing is documented, the field says what was chosen.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Quirks {
    /// `GET /budget-cards/{id}`: a bare object (D) or in the envelope (S1).
    pub budget_details: Envelope,
    /// The card number in the answer to an issue (D: text).
    pub pan_issue: PanForm,
    /// In card details, where they show it at all.
    pub pan_details: PanForm,
    /// In a reveal. Go's SDK accepts a JSON number there (S1).
    pub pan_reveal: PanForm,
    /// In every answer about a budget card (D: with spaces).
    pub pan_budget: PanForm,
    /// Which PINs are refused: API reference and guide together, the guide alone, none (unknown 9).
    pub pin_policy: PinPolicy,
    /// `Idempotency-Key` on top-up and withdrawal replays the first success (unknown 5).
    pub idempotency: bool,
    /// `sensetive` in card details (unknown 11).
    pub details_secrets: Secrets,
    /// A refusal by HTTP status, or a 200 with `status: "error"` (S1 SDKs expect both). Tokens,
    /// rate limit and server errors keep their status.
    pub errors: ErrorStyle,
    /// On which paths an external id stands for the internal one (unknown 6; D: details).
    pub external_ids: ExternalIds,
    /// A second card with the same `externalId` is a 409 (unknown 6).
    pub external_id_unique: bool,
    /// `externalId` is required: the schema's mark, against its description (unknown 6).
    pub external_id_required: bool,
    /// Names are required beside `customerId` as well: schema against guide (unknown 7).
    pub names_always_required: bool,
    /// `configuration.address` (unknown 8; D object, S2 text).
    pub address: AddressForm,
    /// `/cards`, `/prepaid-cards` or both (unknown 4).
    pub prefixes: Prefixes,
    /// How list filters carry several values (4.3 does not say).
    pub list_filters: ListFilters,
    /// New cards are `pending` for the settle time, then `active` (unknown 13).
    pub pending_first: bool,
    /// A physical card is `pending` until it is activated; no document gives it a status of its own.
    pub physical_pending: bool,
    /// An `initialBalance` of 0 is taken; no minimum is documented.
    pub zero_initial_balance: bool,
    /// `status` and `externalCardId` in a card's issue answer: the guide against the schema.
    pub issue_answer_status: bool,
    /// Number and code in a reissue answer: a README against the types.
    pub reissue_shows_secrets: bool,
    /// Who pays one percent on top-up and withdrawal, and how (unknown 15).
    pub transfer_fee: TransferFee,
    /// Deleting a card that still has money (unknown 17; D: withdraw first).
    pub delete_remainder: DeleteRemainder,
    /// The sign of a purchase (unknown 12).
    pub purchase_sign: Sign,
    /// Limits of a frozen card are a 400 (seen in S1's tests).
    pub frozen_limits_refused: bool,
    /// The largest `limit` (unknown 14); none is documented.
    pub max_limit: Option<usize>,
    /// What becomes of a larger one.
    pub over_limit: OverLimit,
    /// The card list has no `totalPages` (S1).
    pub totals_missing: bool,
    /// A card type's `price` (S2: text).
    pub price: PriceForm,
    /// `sensetive` for cards and `sensitive` for budget cards (D, S2), or one of them on both.
    pub spelling: Spelling,
    /// The status of a missing or wrong token.
    pub token_refusal: TokenRefusal,
    /// Which of the two shapes `POST /customers` takes.
    pub customer_fields: CustomerFields,
    /// Placeholder names are rejected automatically (D: they tend to be).
    pub reject_placeholder_names: bool,
    /// Until when a dispute can be cancelled: SDK notes against the guide.
    pub dispute_cancel: DisputeCancel,
    /// `files` is required on a dispute: the guide against the schema.
    pub dispute_files_required: bool,
    /// The program is partner-managed (7.2): we are asked before a budget card's purchase.
    pub partner_managed: bool,
    /// What `amount` of that question is in: what is reserved, or what the list will show.
    pub authorization_currency: AuthorizationCurrency,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            budget_details: Envelope::Bare,
            pan_issue: PanForm::String,
            pan_details: PanForm::String,
            pan_reveal: PanForm::String,
            pan_budget: PanForm::Spaced,
            pin_policy: PinPolicy::Strict,
            idempotency: false,
            details_secrets: Secrets::Masked,
            errors: ErrorStyle::Http,
            external_ids: ExternalIds::DetailsOnly,
            external_id_unique: false,
            external_id_required: false,
            names_always_required: false,
            address: AddressForm::Object,
            prefixes: Prefixes::Both,
            list_filters: ListFilters::Comma,
            pending_first: false,
            physical_pending: false,
            zero_initial_balance: true,
            issue_answer_status: false,
            reissue_shows_secrets: false,
            transfer_fee: TransferFee::None,
            delete_remainder: DeleteRemainder::Refused,
            purchase_sign: Sign::Positive,
            frozen_limits_refused: true,
            max_limit: None,
            over_limit: OverLimit::Refused,
            totals_missing: false,
            price: PriceForm::String,
            spelling: Spelling::Documented,
            token_refusal: TokenRefusal::Unauthorized,
            customer_fields: CustomerFields::Either,
            reject_placeholder_names: false,
            dispute_cancel: DisputeCancel::PendingOnly,
            dispute_files_required: false,
            partner_managed: false,
            authorization_currency: AuthorizationCurrency::Budget,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Envelope {
    Bare,
    Wrapped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PanForm {
    String,
    Spaced,
    Number,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinPolicy {
    /// Exactly 4 digits, no sequence, not one digit repeated.
    Strict,
    /// 4 to 12 digits.
    Guide,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrets {
    Masked,
    Clear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorStyle {
    Http,
    InEnvelope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExternalIds {
    Everywhere,
    DetailsOnly,
    Nowhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressForm {
    Object,
    String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefixes {
    Both,
    Cards,
    Prepaid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListFilters {
    /// `statuses=active,frozen`; of a repeated parameter the first counts.
    Comma,
    /// `statuses=active&statuses=frozen`; a comma is part of the value.
    Repeated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferFee {
    None,
    /// The paying side pays it beside the amount.
    OnTop,
    /// The receiving side gets that much less.
    FromAmount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeleteRemainder {
    Refused,
    Forfeits,
    /// To the organisation.
    Returns,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    Positive,
    Negative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverLimit {
    Refused,
    /// The answer is as large as allowed, and echoes that `limit`.
    Cut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceForm {
    String,
    Number,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    Documented,
    Sensetive,
    Sensitive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenRefusal {
    Unauthorized,
    Forbidden,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerFields {
    /// The old shape when the address speaks of `country` or `zipCode`, else the new one.
    Either,
    New,
    Old,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeCancel {
    PendingOnly,
    BeforeDecision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationCurrency {
    /// USD, like the pools.
    Budget,
    Card,
}
