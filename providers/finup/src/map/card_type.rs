//! From a BIN to a card type.

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{AmountRule, CardTypeSpec, FeeRule};
use cardmux_domain::controls::ControlRules;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::ProviderError;

use super::{currency, malformed};
use crate::settings::{CardTypeName, Choices, DepositFee};
use crate::wire::account::Fees;
use crate::wire::card_type::CardType;

pub fn spec(
    card_type: CardType,
    fees: &Fees,
    choices: &Choices,
) -> Result<CardTypeSpec, ProviderError> {
    let CardType {
        id,
        status,
        bin,
        category,
        currency: code,
        three_ds,
        digital_wallet,
    } = card_type;
    let provider_ref = id.ok_or_else(|| malformed("a card type without id"))?;
    let code = code.ok_or_else(|| malformed("a card type without currency"))?;
    let CardTypeName {
        name,
        brand,
        country,
        deposit_min,
        deposit_max,
    } = choices.card_types.of(&provider_ref);
    let (issuing, depositing) = fees_of(category.as_deref(), fees);
    // `Active` is the only status shown (O); nothing is issued by mistake from any other.
    let online = status.is_some_and(|word| word.eq_ignore_ascii_case("active"));
    let generic = [category.clone(), bin.clone()];
    let generic: Vec<_> = generic.into_iter().flatten().collect();
    Ok(CardTypeSpec {
        name: name
            .or_else(|| Some(generic.join(" ")).filter(|name| !name.is_empty()))
            .unwrap_or_else(|| provider_ref.clone()),
        provider_ref,
        description: described(three_ds, digital_wallet),
        // The only model and form anything is said about: a PAN, a CVV and a balance of its own (D).
        model: CardModel::Card,
        form: CardForm::Virtual,
        brand,
        country,
        currency: currency(&code)?,
        bin,
        online,
        issue_fee: issuing
            .filter(|_| choices.issue_fee)
            .map(|fee| Money::new(fee, choices.fee_currency)),
        // Cards are issued without money (D): an amount is refused here, not silently dropped.
        initial_deposit: Some(AmountRule {
            required: false,
            min: None,
            max: Some(Decimal::ZERO),
            decimals: None,
        }),
        deposit: Some(AmountRule {
            required: true,
            min: deposit_min,
            max: deposit_max,
            decimals: None,
        }),
        deposit_fee: depositing.and_then(|fee| deposit_fee(fee, choices.deposit_fee)),
        retained_balance: None,
        capabilities: capabilities(online, choices.freeze),
        requirements: Vec::new(),
        enrolment: None,
        controls: ControlRules::default(),
        pin: None,
    })
}

/// Those of issuing and deposit. Cards know a category `Business` (D), fees do not (O).
fn fees_of(category: Option<&str>, fees: &Fees) -> (Option<Decimal>, Option<Decimal>) {
    match category {
        Some("Universal") => (fees.universal_issuing_fee, fees.universal_deposit_fee),
        Some("Platinum") => (fees.platinum_issuing_fee, fees.platinum_deposit_fee),
        Some(_) | None => (None, None),
    }
}

fn deposit_fee(fee: Decimal, unit: DepositFee) -> Option<FeeRule> {
    let rate_percent = match unit {
        DepositFee::Unknown => return None,
        DepositFee::Ratio => fee.checked_mul(Decimal::ONE_HUNDRED)?,
        DepositFee::Percent => fee,
    };
    Some(FeeRule {
        rate_percent: rate_percent.normalize(),
        fixed: Decimal::ZERO,
    })
}

/// What a person choosing a type wants to know and the API has no field for.
fn described(three_ds: Option<bool>, digital_wallet: Option<bool>) -> Option<String> {
    let words = [
        three_ds.unwrap_or(false).then_some("3-D Secure"),
        digital_wallet.unwrap_or(false).then_some("digital wallets"),
    ];
    let words: Vec<_> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn capabilities(online: bool, freezes: bool) -> Vec<OperationKind> {
    [
        (OperationKind::Issue, online),
        (OperationKind::Deposit, true),
        (OperationKind::Withdraw, true),
        (OperationKind::Freeze, freezes),
        (OperationKind::Unfreeze, freezes),
        (OperationKind::Cancel, true),
    ]
    .into_iter()
    .filter_map(|(kind, able)| able.then_some(kind))
    .collect()
}
