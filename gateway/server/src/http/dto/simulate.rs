//! What can be made to happen in the playground.

use cardmux_domain::challenge::ChallengeKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MerchantDto, MoneyDto, open};
use crate::app::{AppError, FieldProblem};

/// It happened at the provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Simulated)]
pub struct SimulatedDto {
    /// The provider's id of the transaction or challenge this made, where it made one; it arrives as
    /// every other one.
    pub provider_ref: Option<String>,
}

/// A reviewer's rejection to simulate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulateRejection, example = json!({"correctable": true, "reason": "the document cannot be read"}))]
pub struct RejectBody {
    /// Whether corrected data can be handed in.
    pub correctable: bool,
    pub reason: Option<String>,
}

/// An issuer's decision to simulate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulateDecision, example = json!({"accept": true}))]
pub struct DecideDisputeBody {
    /// For the cardholder: the money comes back.
    pub accept: bool,
}

/// A use of a card to simulate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulateAuthorization, example = json!({"amount": {"amount": "12.00", "currency": "USD"}, "merchant": {"name": "Example Software", "mcc": "5734", "country": "US"}}))]
pub struct AuthorizeBody {
    /// In the merchant's currency.
    pub amount: MoneyDto,
    #[serde(default)]
    pub merchant: MerchantDto,
    /// A verification of the card instead of a purchase.
    #[serde(default)]
    pub verification: bool,
    /// Declined, for this reason.
    pub decline: Option<String>,
}

/// A charge to simulate that nobody asks about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulateCharge, example = json!({"amount": {"amount": "12.00", "currency": "USD"}, "merchant": {"name": "Example Software", "mcc": "5734", "country": "US"}}))]
pub struct ChargeBody {
    /// In the merchant's currency.
    pub amount: MoneyDto,
    #[serde(default)]
    pub merchant: MerchantDto,
}

/// An amount to simulate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulateAmount, example = json!({"amount": {"amount": "1.00", "currency": "USD"}}))]
pub struct AmountBody {
    pub amount: MoneyDto,
}

/// A fee that the card could not pay and the funding account did.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SimulateFeePatch, example = json!({"amount": {"amount": "0.50", "currency": "USD"}}))]
pub struct FeePatchBody {
    pub amount: MoneyDto,
    /// The transaction it is charged for.
    #[schema(example = "txn_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub transaction_id: Option<String>,
}

/// A challenge to simulate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SimulateChallenge, example = json!({"kind": "otp", "merchantName": "Example Software"}))]
pub struct ChallengeBody {
    #[schema(value_type = open::ChallengeKind)]
    pub kind: String,
    /// What the cardholder is asked to approve.
    pub amount: Option<MoneyDto>,
    pub merchant_name: Option<String>,
}

/// What to do with a transaction: all of it, or an amount.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulatePart, example = json!({"amount": {"amount": "5.00", "currency": "USD"}}))]
pub struct PartBody {
    /// The transaction's own amount where left out.
    pub amount: Option<MoneyDto>,
}

impl ChallengeBody {
    pub fn kind(&self) -> Result<ChallengeKind, AppError> {
        self.kind.parse().map_err(|_| {
            let detail = "must be `otp`, `approval_url` or `activation_code`";
            AppError::Invalid(vec![FieldProblem::body("/kind", "bad_value", detail)])
        })
    }
}
