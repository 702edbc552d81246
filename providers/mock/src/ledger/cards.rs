//! Cards: how they are issued, and what is shown of them.

use cardmux_domain::card::{CardForm, CardFunds, CardModel, CardStatus};
use cardmux_domain::card_type::{CardTypeSpec, Requirement};
use cardmux_domain::challenge::Challenge;
use cardmux_domain::controls::Controls;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CardSecrets, CardSnapshot, IssueCard, OperationReport, ProviderError,
};
use cardmux_domain::secret::{ExposeSecret, SecretString};

use super::operations::Work;
use super::{Effect, Ledger, Sort, amounts, numbers};
use crate::error::Refusal;
use crate::wire::card_word;

pub(super) struct Card {
    pub(super) card_ref: String,
    pub(super) type_ref: String,
    pub(super) model: CardModel,
    pub(super) form: CardForm,
    pub(super) status: CardStatus,
    pub(super) balance: Money,
    /// Absent on gift cards.
    number: Option<SecretString>,
    pub(super) enrolment: Option<usize>,
    /// The budget it draws on.
    pub(super) budget: Option<usize>,
    pub(super) controls: Controls,
    pub(super) note: Option<String>,
    /// Newest last.
    pub(super) challenges: Vec<Challenge>,
}

/// What an issue request leads to, where it is allowed.
struct Draft {
    model: CardModel,
    form: CardForm,
    initial: Option<Money>,
    fee: Option<Money>,
    balance: Money,
    number: Option<String>,
    enrolment: Option<usize>,
    budget: Option<usize>,
}

impl Ledger {
    pub(crate) fn issue(&mut self, request: &IssueCard) -> Result<OperationReport, ProviderError> {
        if let Some(first) = self.seen(&request.reference, OperationKind::Issue)? {
            return Ok(first);
        }
        let draft = self.draft(request)?;
        let place = self.cards.len();
        if let Some(number) = &request.card_number {
            self.printed.insert(number.expose_secret().to_owned());
        }
        if let Some(enrolment) = draft.enrolment {
            self.count_card(enrolment);
        }
        self.cards.push(Card {
            card_ref: self.id(Sort::Card, place),
            type_ref: request.card_type_ref.clone(),
            model: draft.model,
            form: draft.form,
            status: CardStatus::Pending,
            balance: draft.balance,
            number: draft.number.map(Into::into),
            enrolment: draft.enrolment,
            budget: draft.budget,
            controls: Controls::default(),
            note: None,
            challenges: Vec::new(),
        });
        let effect = Effect::Issue;
        let work = Work::Card { place, effect };
        Ok(self.accept(&request.reference, work, draft.initial, draft.fee))
    }

    fn draft(&self, request: &IssueCard) -> Result<Draft, Refusal> {
        let IssueCard {
            reference: _,
            card_type_ref,
            initial_balance,
            enrolment_ref,
            budget_ref,
            card_number,
            cardholder: _,
            label: _,
        } = request;
        let card_type = self.types.get(card_type_ref).ok_or(Refusal::UnknownType)?;
        if !card_type.online {
            return Err(Refusal::TypeOffline);
        }
        let needs = |requirement| card_type.requirements.contains(&requirement);
        let enrolment = match needs(Requirement::Cardholder) {
            true => Some(self.cardholder(enrolment_ref.as_deref(), card_type)?),
            false => None,
        };
        let budget = match needs(Requirement::Budget) {
            true => Some(self.payer(budget_ref.as_deref(), card_type.currency)?),
            false => None,
        };
        let initial = initial_balance.filter(|money| !money.amount.is_zero());
        let rule = card_type.initial_deposit.as_ref();
        match initial {
            Some(money) => amounts::check(money, card_type, rule)?,
            None if rule.is_some_and(|rule| rule.required) => return Err(Refusal::BadAmount),
            None => {}
        }
        let fee = card_type.issue_fee;
        if let Some(budget) = budget {
            self.check_funds(budget, total(initial, fee))?;
        }
        Ok(Draft {
            model: card_type.model,
            form: card_type.form,
            initial,
            fee,
            balance: Money::new(Decimal::ZERO, card_type.currency),
            number: self.number(card_type, card_number.as_ref())?,
            enrolment,
            budget,
        })
    }

    fn number(
        &self,
        card_type: &CardTypeSpec,
        given: Option<&SecretString>,
    ) -> Result<Option<String>, Refusal> {
        let bin = card_type.bin.as_deref().unwrap_or_default();
        if card_type.model == CardModel::Gift {
            return Ok(None);
        }
        if card_type.form == CardForm::Virtual {
            return Ok(Some(numbers::invented(bin, self.cards.len())));
        }
        let given = given.ok_or(Refusal::BadCardNumber)?.expose_secret();
        if !numbers::fits(bin, given) || self.printed.contains(given) {
            return Err(Refusal::BadCardNumber);
        }
        Ok(Some(given.to_owned()))
    }

    pub(super) fn card_place(&self, card_ref: &str) -> Result<usize, Refusal> {
        self.place(Sort::Card, card_ref)
            .filter(|place| *place < self.cards.len())
            .ok_or(Refusal::UnknownCard)
    }

    pub(super) fn card(&self, card_ref: &str) -> Result<&Card, Refusal> {
        let card = self.cards.get(self.card_place(card_ref)?);
        card.ok_or(Refusal::UnknownCard)
    }

    pub(super) fn card_mut(&mut self, place: usize) -> Result<&mut Card, Refusal> {
        self.cards.get_mut(place).ok_or(Refusal::UnknownCard)
    }

    pub(crate) fn snapshot(&self, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        Ok(self.card(card_ref)?.snapshot())
    }

    pub(crate) fn balance(&self, card_ref: &str) -> Result<Money, ProviderError> {
        Ok(self.card(card_ref)?.balance)
    }

    /// Newest first.
    pub(crate) fn challenges(&self, card_ref: &str) -> Result<Vec<Challenge>, ProviderError> {
        let challenges = &self.card(card_ref)?.challenges;
        Ok(challenges.iter().rev().take(100).cloned().collect())
    }

    pub(crate) fn secrets(&self, card_ref: &str) -> Result<CardSecrets, ProviderError> {
        let card = self.card(card_ref)?;
        if card.model == CardModel::Gift {
            let url = format!("https://gift.example/redeem/{card_ref}");
            return Ok(CardSecrets {
                redemption_url: Some(url.into()),
                ..CardSecrets::default()
            });
        }
        if !matches!(card.status, CardStatus::Active | CardStatus::Frozen) {
            return Ok(CardSecrets::default());
        }
        let place = self.card_place(card_ref)?;
        Ok(CardSecrets {
            number: card.number.clone(),
            cvv: Some(format!("{:03}", (place + 1) * 137 % 1000).into()),
            expiry: Some("12/2039".into()),
            redemption_url: None,
        })
    }

    /// Cards from a place on, and the place after the last of them where there are more.
    pub(crate) fn page(&self, from: usize, limit: usize) -> (Vec<CardSnapshot>, Option<usize>) {
        let cards = self.cards.iter().skip(from).take(limit);
        let items: Vec<_> = cards.map(Card::snapshot).collect();
        let end = from.saturating_add(items.len());
        (items, (end < self.cards.len()).then_some(end))
    }

    pub(crate) fn cards_made(&self) -> usize {
        self.cards.len()
    }
}

impl Card {
    fn snapshot(&self) -> CardSnapshot {
        let last4 = self.number.as_ref().and_then(|number| {
            let number = number.expose_secret();
            number.get(number.len().checked_sub(4)?..)
        });
        CardSnapshot {
            card_ref: self.card_ref.clone(),
            card_type_ref: Some(self.type_ref.clone()),
            status: self.status,
            provider_status: card_word(self.status).to_owned(),
            status_known: true,
            last4: last4.map(str::to_owned),
            funds: CardFunds {
                balance: (self.model != CardModel::Gift).then_some(self.balance),
                ..CardFunds::default()
            },
            controls: Some(self.controls.clone()),
            note: self.note.clone(),
        }
    }
}

/// What a budget pays for an amount and its fee.
pub(super) fn total(amount: Option<Money>, fee: Option<Money>) -> Decimal {
    let plain = |money: Option<Money>| money.map_or(Decimal::ZERO, |money| money.amount);
    plain(amount) + plain(fee)
}
