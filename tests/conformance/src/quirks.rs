//! What documents leave open, and emulators can be told: each such quirk alone, on and off again,
//! with the adapter's settings that go with it, through the short life of a card.

use std::collections::BTreeSet;

use cardmux_domain::authorization::Verdict;
use cardmux_domain::card::CardStatus;
use cardmux_domain::card_type::{CardTypeSpec, Requirement};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ErrorKind, ProviderError, SetPin, Trace};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use strum::VariantArray;

use crate::steps::{self, Issued, broken};
use crate::subject::Subject;
use crate::trial::{Result, Stop, ensure, ensure_eq};

/// A quirk at one value.
pub struct Flip {
    pub quirk: &'static str,
    pub value: Value,
    /// Settings of the adapter beside the emulator's own.
    pub settings: Value,
    /// Where the life must end, and how; `None` where it must be whole.
    pub ends: Option<Ends>,
    /// An error that goes away when the same is tried a little later.
    pub passing: Option<ErrorKind>,
}

/// The step that is impossible, and the error it must meet.
#[derive(Debug, Clone, Copy)]
pub struct Ends(pub Step, pub ErrorKind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Step {
    Types,
    Issue,
    Find,
    Get,
    Deposit,
    /// Somebody pays and we are asked.
    Pay,
    Pin,
    Freeze,
    Unfreeze,
    Reveal,
    Cancel,
    /// Of somebody, beside the card.
    Enrol,
}

pub fn flip(quirk: &'static str, value: Value, settings: Value) -> Flip {
    Flip {
        quirk,
        value,
        settings,
        ends: None,
        passing: None,
    }
}

impl Flip {
    #[must_use]
    pub fn ends(mut self, ends: Ends) -> Self {
        self.ends = Some(ends);
        self
    }

    #[must_use]
    pub fn passing(mut self, error: ErrorKind) -> Self {
        self.passing = Some(error);
        self
    }

    pub fn name(&self) -> String {
        let ending = match self.ends {
            Some(Ends(step, _)) => format!("_ends_at_{step:?}").to_lowercase(),
            None => String::new(),
        };
        let value = self.value.to_string().replace('"', "");
        let settings = self.settings.as_object().filter(|table| !table.is_empty());
        let with = settings.map_or_else(String::new, |table| {
            let keys: Vec<_> = table.keys().map(String::as_str).collect();
            format!("_with_{}", keys.join("_and_"))
        });
        format!("{}_is_{value}{with}{ending}", self.quirk)
    }

    /// Lives with the quirk, then without it, at one and the same emulator.
    pub async fn run(&self, mut subject: Subject) -> Result {
        let on = Map::from_iter([(self.quirk.to_owned(), self.value.clone())]);
        let on = Value::Object(on);
        subject.provider = subject.world.flip(&on, &self.settings).await?;
        live(&subject, self.ends, self.passing).await?;
        subject.provider = subject.world.flip(&json!({}), &json!({})).await?;
        live(&subject, None, None).await
    }
}

/// Every quirk the emulator has is in the table.
pub async fn table_is_whole(subject: &Subject, flips: &[Flip]) -> Result {
    let quirks = subject.world.quirks().await?;
    let quirks = quirks.as_object();
    let quirks = quirks.ok_or_else(|| broken("the quirks are no table"))?;
    for quirk in quirks.keys() {
        ensure(flips.iter().any(|flip| flip.quirk == quirk), || {
            format!("the quirk `{quirk}` is tried nowhere")
        })?;
    }
    for flip in flips {
        let default = quirks.get(flip.quirk);
        let default =
            default.ok_or_else(|| broken(format!("the emulator has no quirk `{}`", flip.quirk)))?;
        ensure(*default != flip.value, || {
            format!("`{}` is the default of `{}`", flip.value, flip.quirk)
        })?;
    }
    Ok(())
}

/// What a step met, beside what broke the trial.
type Met = std::result::Result<(), ProviderError>;

/// One step after the other, until the one that is impossible.
async fn live(subject: &Subject, ends: Option<Ends>, passing: Option<ErrorKind>) -> Result {
    let mut life = Life::default();
    for step in Step::VARIANTS {
        let met = steps::eventually(async || {
            let met = life.take(subject, *step).await?;
            let passes = met.as_ref().err().is_some_and(|e| Some(e.kind) == passing);
            Ok((!passes).then_some(met))
        });
        let met = met.await.map_err(|stop| at(*step, stop))?;
        let ending = ends.filter(|Ends(last, _)| last == step);
        match (met, ending) {
            (Ok(()), None) => {}
            (Ok(()), Some(_)) => return Err(broken(format!("{step:?} went well"))),
            (Err(error), None) => return Err(at(*step, error.into())),
            (Err(error), Some(Ends(_, kind))) => {
                return ensure_eq(error.kind, kind, &format!("the error at {step:?}"));
            }
        }
    }
    Ok(())
}

fn at(step: Step, stop: Stop) -> Stop {
    match stop {
        Stop::Unsupported(what) => broken(format!("{step:?}: unsupported: {what}")),
        Stop::Broken(text) => broken(format!("{step:?}: {text}")),
    }
}

/// The card that lives it.
#[derive(Default)]
struct Life {
    card_type: Option<CardTypeSpec>,
    card: Option<Issued>,
}

impl Life {
    async fn take(&mut self, subject: &Subject, step: Step) -> Result<Met> {
        match step {
            Step::Types => self.types(subject).await,
            Step::Issue => self.issue(subject).await,
            Step::Find => self.find(subject).await,
            Step::Get => self.becomes(subject, CardStatus::Active).await,
            Step::Deposit => self.deposit(subject).await,
            Step::Pay => self.pay(subject).await,
            Step::Pin => self.pin(subject).await,
            Step::Freeze => {
                let frozen = self.change(subject, OperationKind::Freeze).await?;
                self.and_becomes(subject, frozen, CardStatus::Frozen).await
            }
            Step::Unfreeze => {
                let thawed = self.change(subject, OperationKind::Unfreeze).await?;
                self.and_becomes(subject, thawed, CardStatus::Active).await
            }
            Step::Reveal => self.reveal(subject).await,
            Step::Cancel => {
                let closed = self.change(subject, OperationKind::Cancel).await?;
                self.and_becomes(subject, closed, CardStatus::Cancelled)
                    .await
            }
            Step::Enrol => enrol(subject).await,
        }
    }

    fn card(&self) -> Result<&Issued> {
        self.card.as_ref().ok_or_else(|| broken("there is no card"))
    }

    async fn types(&mut self, subject: &Subject) -> Result<Met> {
        subject.is_about(None);
        if let Err(error) = subject.catalogue()?.card_types(&subject.ctx()?).await {
            return Ok(Err(error));
        }
        self.card_type = Some(steps::usable_type(subject).await?);
        Ok(Ok(()))
    }

    async fn issue(&mut self, subject: &Subject) -> Result<Met> {
        let card_type = self.card_type.clone();
        let card_type = card_type.ok_or_else(|| broken("there is no card type"))?;
        let mut request = steps::issue_request(&card_type, &steps::new_reference());
        if card_type.requirements.contains(&Requirement::Cardholder) {
            match steps::enrolments::tried(subject, &card_type).await? {
                Ok(holder) => steps::made_out_to(subject, &mut request, holder),
                Err(error) => return Ok(Err(error)),
            }
        }
        let report = match subject.cards()?.issue(&subject.ctx()?, &request).await {
            Ok(report) => report,
            Err(error) => return Ok(Err(error)),
        };
        let nothing = Money::new(Decimal::ZERO, card_type.currency);
        let card_ref = report.subject_ref;
        self.card = Some(Issued {
            card_ref: card_ref.ok_or_else(|| broken("an issued card has no id"))?,
            card_type,
            balance: request.initial_balance.unwrap_or(nothing),
            reference: request.reference,
            enrolment_ref: request.enrolment_ref,
            budget_ref: None,
        });
        Ok(Ok(()))
    }

    async fn find(&self, subject: &Subject) -> Result<Met> {
        let card = self.card()?;
        let asked = steps::query(OperationKind::Issue, &card.reference);
        let (operations, ctx) = (subject.operations()?, subject.ctx()?);
        let found = steps::eventually(async || match operations.find(&ctx, &asked).await {
            Ok(Trace::Absent) => Ok(None),
            Ok(Trace::Found(report)) => Ok(Some(Ok(report))),
            Ok(Trace::Ambiguous(seen)) => Err(broken(format!("cannot be decided: {seen:?}"))),
            Err(error) => Ok(Some(Err(error))),
        });
        match found.await? {
            Ok(found) => ensure_eq(found.subject_ref.as_ref(), Some(&card.card_ref), "card")?,
            Err(error) => return Ok(Err(error)),
        }
        Ok(Ok(()))
    }

    async fn becomes(&self, subject: &Subject, wanted: CardStatus) -> Result<Met> {
        let (cards, ctx, card) = (subject.cards()?, subject.ctx()?, self.card()?);
        steps::eventually(async || match cards.get(&ctx, &card.card_ref).await {
            Ok(seen) => {
                let shown = seen.status == wanted || !seen.status_known;
                Ok(shown.then_some(Ok(())))
            }
            Err(error) => Ok(Some(Err(error))),
        })
        .await
    }

    async fn and_becomes(&self, subject: &Subject, met: Met, wanted: CardStatus) -> Result<Met> {
        match met {
            Ok(()) => self.becomes(subject, wanted).await,
            Err(error) => Ok(Err(error)),
        }
    }

    /// Where cards hold money.
    async fn deposit(&self, subject: &Subject) -> Result<Met> {
        if subject.provider.funds().is_none() {
            return Ok(Ok(()));
        }
        let card = self.card()?;
        let (amount, kind) = (steps::amount_for(card), OperationKind::Deposit);
        let (request, asked) = steps::moving(subject, card, kind, amount).await?;
        match subject.funds()?.deposit(&subject.ctx()?, &request).await {
            Ok(report) => steps::succeeded(subject, &asked, report).await?,
            Err(error) => return Ok(Err(error)),
        };
        let before = asked.before.and_then(|before| before.balance);
        let before = before.map_or(Decimal::ZERO, |before| before.amount);
        let now = steps::spending::balance(subject, card).await?;
        ensure(now > before, || format!("{before}, then {now}"))?;
        Ok(Ok(()))
    }

    /// Where we are asked; on a card of its own, where the money of this one is not ours.
    async fn pay(&self, subject: &Subject) -> Result<Met> {
        use steps::authorizations as asked;
        if subject.provider.authorizations().is_none() {
            return Ok(Ok(()));
        }
        let misunderstood = || {
            let message = "our yes was not taken for one";
            Ok(Err(ProviderError::rejected(ErrorKind::Refused, message)))
        };
        if subject.provider.transactions().is_some() {
            let card = asked::card(subject, Verdict::Approve).await?;
            let (_, purchase) = asked::pays(subject, &card, Decimal::TEN).await?;
            return match purchase.approved {
                true => Ok(Ok(())),
                false => misunderstood(),
            };
        }
        let card = self.card()?;
        let Some(lived) = asked::lived(subject, card).await? else {
            return misunderstood();
        };
        let told = match asked::told_all(subject, card, lived.len(), 1).await? {
            Ok(told) => told,
            Err(error) => return Ok(Err(error)),
        };
        // What they are linked to may be told or not.
        let plain = |facts: Vec<asked::Fact>| -> Vec<_> {
            let plain = facts.into_iter().map(|fact| (fact.step, fact.amount));
            plain.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let told = plain(asked::facts_of(card, &told)?);
        ensure_eq(told, plain(lived), "what was told")?;
        Ok(Ok(()))
    }

    async fn change(&self, subject: &Subject, kind: OperationKind) -> Result<Met> {
        let (change, asked) = steps::changing(subject, self.card()?, kind).await?;
        let (cards, ctx) = (subject.cards()?, subject.ctx()?);
        let answer = if kind == OperationKind::Freeze {
            cards.freeze(&ctx, &change).await
        } else if kind == OperationKind::Unfreeze {
            cards.unfreeze(&ctx, &change).await
        } else {
            cards.cancel(&ctx, &change).await
        };
        match answer {
            Ok(report) => steps::succeeded(subject, &asked, report).await?,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Ok(()))
    }

    /// Where the provider's cards have one.
    async fn pin(&self, subject: &Subject) -> Result<Met> {
        let Some(pins) = subject.provider.pins() else {
            return Ok(Ok(()));
        };
        let card = self.card()?;
        let request = SetPin {
            reference: steps::new_reference(),
            card_ref: card.card_ref.clone(),
            pin: steps::physical::pin(&card.card_type, 1)?,
        };
        let asked = steps::query(OperationKind::SetPin, &request.reference);
        match pins.set_pin(&subject.ctx()?, &request).await {
            Ok(report) => steps::succeeded(subject, &asked, report).await?,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Ok(()))
    }

    /// Where the provider shows numbers.
    async fn reveal(&self, subject: &Subject) -> Result<Met> {
        let Some(reveal) = subject.provider.reveal() else {
            return Ok(Ok(()));
        };
        let secrets = match reveal.reveal(&subject.ctx()?, &self.card()?.card_ref).await {
            Ok(secrets) => secrets,
            Err(error) => return Ok(Err(error)),
        };
        let digits = |number: &SecretString| {
            let number = number.expose_secret();
            number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        let whole = secrets.number.as_ref().is_some_and(digits) && secrets.cvv.is_some();
        ensure(whole, || "the number or the code is not plain".to_owned())?;
        Ok(Ok(()))
    }
}

/// Where the provider enrols anybody; by each of its forms.
async fn enrol(subject: &Subject) -> Result<Met> {
    if subject.provider.enrolments().is_none() {
        return Ok(Ok(()));
    }
    let mut forms = BTreeSet::new();
    for card_type in steps::enrolments::types(subject).await? {
        let form = steps::enrolments::form(&card_type)?.name.clone();
        if forms.insert(form)
            && let Err(error) = steps::enrolments::tried(subject, &card_type).await?
        {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}
