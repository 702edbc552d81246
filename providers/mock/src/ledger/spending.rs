//! What the outside world does: reviews decided, cards used, codes sent, cards blocked.

use cardmux_domain::card::CardStatus;
use cardmux_domain::challenge::{Challenge, ChallengeKind, ChallengeNotice};
use cardmux_domain::controls::SpendInterval;
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::money::Money;
use cardmux_domain::provider::{ProviderError, Simulation, TransactionReport};
use cardmux_domain::transaction::{Merchant, TransactionKind, TransactionStatus};

use super::cards::Card;
use super::transactions::Draft;
use super::{Ledger, Sort, now};
use crate::error::Refusal;
use crate::wire;

/// A card at a merchant.
struct Use<'a> {
    amount: Money,
    merchant: &'a Merchant,
    verification: bool,
    decline: Option<&'a str>,
}

impl Ledger {
    pub(crate) fn simulate(
        &mut self,
        simulation: &Simulation,
    ) -> Result<Option<String>, ProviderError> {
        Ok(self.happen(simulation)?)
    }

    fn happen(&mut self, simulation: &Simulation) -> Result<Option<String>, Refusal> {
        match simulation {
            Simulation::ApproveEnrolment { enrolment_ref } => {
                let approved = EnrolmentStatus::Approved;
                self.decide_by_hand(enrolment_ref, approved, None)?;
            }
            Simulation::RejectEnrolment {
                enrolment_ref,
                correctable,
                reason,
            } => {
                let status = match correctable {
                    true => EnrolmentStatus::ActionRequired,
                    false => EnrolmentStatus::Rejected,
                };
                let reason = reason
                    .clone()
                    .unwrap_or_else(|| "not convincing".to_owned());
                self.decide_by_hand(enrolment_ref, status, Some(reason))?;
            }
            Simulation::Authorize {
                card_ref,
                amount,
                merchant,
                verification,
                decline,
            } => {
                let used = Use {
                    amount: *amount,
                    merchant,
                    verification: *verification,
                    decline: decline.as_deref(),
                };
                return self.authorize(card_ref, &used).map(Some);
            }
            Simulation::Settle {
                transaction_ref,
                amount,
            } => self.settle(transaction_ref, *amount)?,
            Simulation::DecideDispute {
                dispute_ref,
                accept,
            } => self.decide_dispute(dispute_ref, *accept)?,
            Simulation::Void {
                transaction_ref,
                amount,
            } => {
                let kind = TransactionKind::Reversal;
                return self.give_back(transaction_ref, kind, *amount).map(Some);
            }
            Simulation::Refund {
                transaction_ref,
                amount,
            } => {
                let kind = TransactionKind::Refund;
                return self.give_back(transaction_ref, kind, *amount).map(Some);
            }
            Simulation::MaintenanceFee { card_ref, amount } => {
                return self.maintenance_fee(card_ref, *amount).map(Some);
            }
            Simulation::FeePatch {
                card_ref,
                transaction_ref,
                amount,
            } => {
                let (kind, original) = (TransactionKind::Fee, transaction_ref.as_deref());
                return self.cover(card_ref, kind, original, *amount).map(Some);
            }
            Simulation::Overdraft { card_ref, amount } => {
                let kind = TransactionKind::Overdraft;
                return self.cover(card_ref, kind, None, *amount).map(Some);
            }
            Simulation::Challenge {
                card_ref,
                kind,
                amount,
                merchant_name,
            } => {
                let place = self.card_place(card_ref)?;
                self.challenge(place, *kind, *amount, merchant_name.clone())?;
            }
            Simulation::Block { card_ref } => self.block(card_ref)?,
            // It is never asked to decide, nor does it ask.
            Simulation::Advise { .. } | Simulation::Present { .. } => {
                return Err(Refusal::NotOfThisType);
            }
        }
        Ok(None)
    }

    fn authorize(&mut self, card_ref: &str, used: &Use<'_>) -> Result<String, Refusal> {
        let place = self.card_place(card_ref)?;
        let card = self.card_mut(place)?;
        if !used.verification && !used.amount.is_positive() {
            return Err(Refusal::BadAmount);
        }
        // The mock knows no exchange rates: one of a currency is one of any.
        let billing = Money::new(used.amount.amount, card.balance.currency);
        let declined = used.decline.or_else(|| why_declined(card, used));
        let (kind, approved) = match used.verification {
            true => (TransactionKind::Verification, TransactionStatus::Settled),
            false => (TransactionKind::Purchase, TransactionStatus::Pending),
        };
        if declined.is_none() && !used.verification {
            card.balance.amount -= billing.amount;
        }
        let draft = Draft {
            card_ref: card_ref.to_owned(),
            kind,
            status: declined.map_or(approved, |_| TransactionStatus::Declined),
            amount: Some(used.amount),
            billing_amount: Some(billing),
        };
        let code = format!("{:06}", self.transactions.len() % 1_000_000);
        let report = TransactionReport {
            authorization_code: declined.is_none().then_some(code),
            merchant: Some(used.merchant.clone()),
            description: declined.map(str::to_owned),
            ..draft.report(self.next_transaction_ref())
        };
        Ok(self.enter(report))
    }

    fn block(&mut self, card_ref: &str) -> Result<(), Refusal> {
        let place = self.card_place(card_ref)?;
        let card = self.card_mut(place)?;
        if card.status.is_terminal() {
            return Err(Refusal::BadStatus);
        }
        card.status = CardStatus::Blocked;
        let revision = self.notices.len();
        let body = wire::card_body(card_ref, CardStatus::Blocked, revision);
        self.notify(card_ref, body);
        Ok(())
    }

    pub(super) fn challenge(
        &mut self,
        card: usize,
        kind: ChallengeKind,
        amount: Option<Money>,
        merchant_name: Option<String>,
    ) -> Result<(), Refusal> {
        const TEN_MINUTES: std::time::Duration = std::time::Duration::from_secs(600);
        self.challenges += 1;
        let number = uuid::Uuid::now_v7().as_u128() % 1_000_000;
        let value = match kind {
            ChallengeKind::Otp | ChallengeKind::ActivationCode => format!("{number:06}"),
            ChallengeKind::ApprovalUrl => format!("https://acs.example/approve/{number:06}"),
        };
        let id = self.id(Sort::Challenge, self.challenges);
        let created_at = now();
        let card = self.card_mut(card)?;
        let notice = ChallengeNotice {
            challenge_ref: id,
            card_ref: card.card_ref.clone(),
            kind,
            amount,
            merchant_name,
            created_at,
            expires_at: match kind {
                ChallengeKind::Otp | ChallengeKind::ApprovalUrl => {
                    Some(created_at.plus(TEN_MINUTES))
                }
                ChallengeKind::ActivationCode => None,
            },
        };
        let body = wire::challenge_body(&notice, &value);
        let card_ref = notice.card_ref.clone();
        card.challenges.push(Challenge {
            notice,
            value: value.into(),
        });
        self.notify(&card_ref, body);
        Ok(())
    }
}

fn why_declined(card: &Card, used: &Use<'_>) -> Option<&'static str> {
    if card.status != CardStatus::Active {
        return Some("the card is not usable");
    }
    if card.balance.amount < used.amount.amount {
        return Some("too little left");
    }
    let controls = &card.controls;
    let over_limit = controls.spend_limits.iter().flatten().any(|limit| {
        limit.interval == SpendInterval::PerTransaction && used.amount.amount > limit.amount
    });
    if over_limit {
        return Some("above the limit of the card");
    }
    let mcc = used.merchant.mcc.as_deref();
    let among = |list: &Option<Vec<_>>| {
        let mut list = list.iter().flatten();
        list.any(|listed: &cardmux_domain::controls::Mcc| Some(listed.as_str()) == mcc)
    };
    let restricted = controls.allowed_mccs.iter().flatten().next().is_some();
    let refused = among(&controls.blocked_mccs) || restricted && !among(&controls.allowed_mccs);
    refused.then_some("not at this merchant")
}
