//! Changes of cards: what is allowed, and what it comes to.

use cardmux_domain::card::{CardForm, CardStatus};
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::challenge::ChallengeKind;
use cardmux_domain::controls::{Controls, SpendLimit, SpendRule};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{OperationReport, ProviderError};
use cardmux_domain::secret::{ExposeSecret, SecretString};

use super::cards::{Card, total};
use super::operations::Work;
use super::{Ledger, amounts};
use crate::error::Refusal;

/// What is done to a card.
#[derive(Clone)]
pub(crate) enum Effect {
    Issue,
    Deposit,
    Withdraw,
    Freeze,
    Unfreeze,
    Cancel,
    /// With the amount that needs no PIN.
    Activate(Option<Decimal>),
    /// The PIN itself is kept nowhere.
    SetPin,
    Control(Controls),
    Note(Option<String>),
}

impl Effect {
    pub(super) fn kind(&self) -> OperationKind {
        match self {
            Self::Issue => OperationKind::Issue,
            Self::Deposit => OperationKind::Deposit,
            Self::Withdraw => OperationKind::Withdraw,
            Self::Freeze => OperationKind::Freeze,
            Self::Unfreeze => OperationKind::Unfreeze,
            Self::Cancel => OperationKind::Cancel,
            Self::Activate(_) => OperationKind::Activate,
            Self::SetPin => OperationKind::SetPin,
            Self::Control(_) => OperationKind::UpdateControls,
            Self::Note(_) => OperationKind::UpdateNote,
        }
    }
}

/// What is to be done to a card that exists.
pub(crate) struct Change<'a> {
    pub(crate) reference: &'a Reference,
    pub(crate) card_ref: &'a str,
    pub(crate) effect: Effect,
    pub(crate) amount: Option<Money>,
    pub(crate) pin: Option<&'a SecretString>,
    pub(crate) code: Option<&'a SecretString>,
}

impl<'a> Change<'a> {
    /// One that needs nothing beside the card.
    pub(crate) fn plain(reference: &'a Reference, card_ref: &'a str, effect: Effect) -> Self {
        Self {
            reference,
            card_ref,
            effect,
            amount: None,
            pin: None,
            code: None,
        }
    }
}

impl Ledger {
    pub(crate) fn change(&mut self, change: &Change<'_>) -> Result<OperationReport, ProviderError> {
        if let Some(first) = self.seen(change.reference, change.effect.kind())? {
            return Ok(first);
        }
        let place = self.card_place(change.card_ref)?;
        let fee = self.check(self.card(change.card_ref)?, change)?;
        let effect = change.effect.clone();
        let work = Work::Card { place, effect };
        Ok(self.accept(change.reference, work, change.amount, fee))
    }

    /// Whether the card and its type allow it; the fee.
    fn check(&self, card: &Card, change: &Change<'_>) -> Result<Option<Money>, Refusal> {
        let card_type = self.types.get(&card.type_ref).ok_or(Refusal::UnknownType)?;
        let kind = change.effect.kind();
        if !card_type.capabilities.contains(&kind) {
            return Err(Refusal::NotOfThisType);
        }
        // Freezing what is frozen brings about nothing new and is no mistake.
        let already = kind == OperationKind::Freeze && card.status == CardStatus::Frozen
            || kind == OperationKind::Unfreeze && card.status == CardStatus::Active;
        if !already && !card.status.allows().contains(&kind) {
            return Err(Refusal::BadStatus);
        }
        match &change.effect {
            Effect::Deposit => self.check_deposit(card, card_type, change.amount),
            Effect::Withdraw => check_withdrawal(card, card_type, change.amount).map(|()| None),
            Effect::Control(controls) => check_controls(card_type, controls).map(|()| None),
            Effect::SetPin => check_pin(card_type, change.pin).map(|()| None),
            Effect::Activate(no_pin_limit) => {
                check_no_pin(card_type, *no_pin_limit)?;
                check_pin(card_type, change.pin)?;
                check_code(card, change.code).map(|()| None)
            }
            Effect::Issue
            | Effect::Freeze
            | Effect::Unfreeze
            | Effect::Cancel
            | Effect::Note(_) => Ok(None),
        }
    }

    fn check_deposit(
        &self,
        card: &Card,
        card_type: &CardTypeSpec,
        amount: Option<Money>,
    ) -> Result<Option<Money>, Refusal> {
        let amount = amount.ok_or(Refusal::BadAmount)?;
        amounts::check(amount, card_type, card_type.deposit.as_ref())?;
        let rule = card_type.deposit_fee.as_ref();
        let fee = rule.map(|rule| amounts::fee(rule, amount));
        if let Some(budget) = card.budget {
            self.check_funds(budget, total(Some(amount), fee))?;
        }
        Ok(fee)
    }

    /// The effect on a card, and what arrived at the other end.
    pub(super) fn apply(
        &mut self,
        place: usize,
        effect: &Effect,
        report: &OperationReport,
    ) -> Result<Option<Money>, Refusal> {
        let card = self.card_mut(place)?;
        if card.status.is_terminal() {
            return Err(Refusal::BadStatus);
        }
        let moved = report.amount.map_or(Decimal::ZERO, |money| money.amount);
        let budget = card.budget;
        match effect {
            Effect::Issue | Effect::Deposit => {
                let paid = total(report.amount, report.fee);
                self.take_from_budget(budget, paid, report)?;
                self.card_mut(place)?.balance.amount += moved;
                if matches!(effect, Effect::Issue) {
                    self.make_usable(place)?;
                }
            }
            Effect::Withdraw => {
                if moved > card.balance.amount {
                    return Err(Refusal::TooLittleLeft);
                }
                card.balance.amount -= moved;
                self.return_to_budget(budget, moved, report)?;
            }
            Effect::Cancel => {
                card.status = CardStatus::Cancelled;
                let (rest, enrolment) = (card.balance, card.enrolment);
                card.balance.amount = Decimal::ZERO;
                self.uncount_card(enrolment);
                self.return_to_budget(budget, rest.amount, report)?;
                self.book_operation(place, effect, Some(rest), report)?;
                return Ok(Some(rest));
            }
            Effect::Freeze => card.status = CardStatus::Frozen,
            Effect::Unfreeze => card.status = CardStatus::Active,
            Effect::Activate(no_pin_limit) => {
                card.status = CardStatus::Active;
                card.controls.no_pin_limit = no_pin_limit.or(card.controls.no_pin_limit);
            }
            Effect::SetPin => {}
            Effect::Control(controls) => card.controls.apply(controls),
            Effect::Note(note) => card.note.clone_from(note),
        }
        self.book_operation(place, effect, report.amount, report)?;
        Ok(report.amount)
    }

    /// A plastic card first has to reach its holder.
    fn make_usable(&mut self, place: usize) -> Result<(), Refusal> {
        let card = self.card_mut(place)?;
        if card.form == CardForm::Virtual {
            card.status = CardStatus::Active;
            return Ok(());
        }
        card.status = CardStatus::Inactive;
        self.challenge(place, ChallengeKind::ActivationCode, None, None)
    }
}

fn check_withdrawal(
    card: &Card,
    card_type: &CardTypeSpec,
    amount: Option<Money>,
) -> Result<(), Refusal> {
    let amount = amount.ok_or(Refusal::BadAmount)?;
    amounts::check(amount, card_type, None)?;
    if amount.amount > card.balance.amount {
        return Err(Refusal::TooLittleLeft);
    }
    Ok(())
}

fn check_controls(card_type: &CardTypeSpec, controls: &Controls) -> Result<(), Refusal> {
    let Controls {
        spend_limits,
        allowed_mccs,
        blocked_mccs,
        no_pin_limit,
    } = controls;
    let rules = &card_type.controls;
    let intervals_fit = spend_limits.iter().flatten().all(|limit| {
        let SpendLimit {
            channel,
            interval,
            amount,
        } = *limit;
        rules
            .spend_limits
            .contains(&SpendRule { channel, interval })
            && amount.is_sign_positive()
    });
    let lists_fit = match (allowed_mccs, blocked_mccs) {
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => rules.mcc_lists,
        (Some(_), Some(_)) => false,
    };
    if controls.is_empty() || !intervals_fit || !lists_fit {
        return Err(Refusal::BadControls);
    }
    check_no_pin(card_type, *no_pin_limit)
}

fn check_no_pin(card_type: &CardTypeSpec, limit: Option<Decimal>) -> Result<(), Refusal> {
    let Some(limit) = limit else {
        return Ok(());
    };
    let rule = card_type.controls.no_pin_limit.as_ref();
    let rule = rule.ok_or(Refusal::BadControls)?;
    let fits = rule.min.is_none_or(|min| limit >= min) && rule.max.is_none_or(|max| limit <= max);
    if fits {
        Ok(())
    } else {
        Err(Refusal::BadControls)
    }
}

fn check_pin(card_type: &CardTypeSpec, pin: Option<&SecretString>) -> Result<(), Refusal> {
    let (Some(rule), Some(pin)) = (card_type.pin, pin) else {
        return Err(Refusal::BadPin);
    };
    rule.check(pin.expose_secret())
        .map_err(|_weak| Refusal::BadPin)
}

fn check_code(card: &Card, code: Option<&SecretString>) -> Result<(), Refusal> {
    let of_activation = |kind| kind == ChallengeKind::ActivationCode;
    let mut challenges = card.challenges.iter().rev();
    let sent = challenges.find(|challenge| of_activation(challenge.notice.kind));
    match (sent, code) {
        (Some(sent), Some(code)) if sent.value.expose_secret() == code.expose_secret() => Ok(()),
        (Some(_) | None, Some(_) | None) => Err(Refusal::BadCode),
    }
}
