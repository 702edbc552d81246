//! Cards on budgets of the gateway's own ledger, put into the database directly: issuing a hundred
//! thousand of them would take longer than measuring. Their ids follow from their numbers, so that
//! the floor can name them too.

use std::time::{Duration, SystemTime};

use cardmux::store::{Change, Store, StoreOptions, Unit};
use cardmux_domain::budget::{Budget, BudgetStatus};
use cardmux_domain::card::{Card, CardForm, CardModel, CardStatus};
use cardmux_domain::controls::Controls;
use cardmux_domain::id::{BudgetId, CardId, CardTypeId, InstanceId, LedgerBookId, TenantId, fresh};
use cardmux_domain::ledger::{Book, Cause, TransferKind};
use cardmux_domain::money::{Currency, Decimal};
use cardmux_domain::spend_control::{
    Limit, LimitAmount, Period, Rules, Scope, SpendControl, Stage, Window,
};
use cardmux_domain::time::Timestamp;

use crate::Result;
use crate::floor::plan::{Among, id, text};
use crate::process::{FINCI, TENANT};

/// Kinds of ids and texts, apart from those the floor gives by itself.
pub const CARD: u8 = 0xc1;
pub const BUDGET: u8 = 0xc2;
pub const BOOK: u8 = 0xc3;
pub const CARD_REF: u8 = 0xc4;

const CURRENCY: &str = "EUR";
const CARDS_PER_BUDGET: u64 = 100;
/// So that few cards are still spread.
const BUDGETS_AT_LEAST: u64 = 10;
/// More than any run spends.
const FUNDS: i64 = 1_000_000_000;
const LIMIT_OF_A_PAYMENT: i64 = 500;
const LIMIT_OF_A_DAY: i64 = 10_000_000;
/// Rows of one unit of work.
const AT_ONCE: usize = 500;

/// How so many cards are spread.
pub fn among(cards: usize) -> Result<Among> {
    let cards = u64::try_from(cards)?;
    let budgets = (cards / CARDS_PER_BUDGET).max(BUDGETS_AT_LEAST);
    Ok(Among {
        slots: (cards / budgets).max(2),
        budgets,
        asked: budgets,
    })
}

/// The provider's id of a card.
pub fn card_ref(number: u64) -> String {
    text(CARD_REF, number)
}

/// Put the budgets and cards into an empty registry.
pub async fn fill(url: &str, card_type: CardTypeId, among: Among) -> Result<()> {
    let store = Store::connect(&StoreOptions::new(url.to_owned())).await?;
    let stock = Stock::new(card_type)?;
    let budgets: Vec<u64> = (1..=among.budgets).collect();
    for budgets in budgets.chunks(AT_ONCE) {
        let mut unit = Unit::new();
        for budget in budgets {
            stock.budget(*budget, &mut unit)?;
        }
        store.commit(unit).await?;
    }
    let cards: Vec<u64> = (1..=among.slots * among.budgets).collect();
    for cards in cards.chunks(AT_ONCE) {
        let mut unit = Unit::new();
        for card in cards {
            let budget = (card - 1) % among.budgets + 1;
            unit.push(Change::InsertCard(stock.card(*card, budget)));
            if among.is_controlled(*card) {
                unit.push(Change::InsertSpendControl(stock.control(*card)));
            }
        }
        store.commit(unit).await?;
    }
    store.close().await;
    Ok(())
}

struct Stock {
    tenant: TenantId,
    instance: InstanceId,
    currency: Currency,
    card_type: CardTypeId,
    now: Timestamp,
}

impl Stock {
    fn new(card_type: CardTypeId) -> Result<Self> {
        Ok(Self {
            tenant: TENANT.parse()?,
            instance: FINCI.parse()?,
            currency: CURRENCY.parse()?,
            card_type,
            now: now()?,
        })
    }

    /// With its book, and money in it.
    fn budget(&self, number: u64, unit: &mut Unit) -> Result<()> {
        let budget = BudgetId::from_uuid(id(BUDGET, number));
        unit.push(Change::InsertBudget(Budget {
            id: budget,
            tenant: self.tenant.clone(),
            instance: InstanceId::ledger(),
            name: format!("Budget {number}"),
            status: BudgetStatus::Active,
            provider_ref: None,
            currency: self.currency,
            balance: None,
            external_id: None,
            metadata: [].into(),
            pending_operation: None,
            refresh_at: None,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        }));
        let book = Book {
            id: LedgerBookId::from_uuid(id(BOOK, number)),
            ..Book::open(budget, self.tenant.clone(), self.currency, self.now)
        };
        let mut entry = book.enter(self.now);
        let cause = Cause {
            source: "bench".to_owned(),
            ..Cause::default()
        };
        entry.transfer(TransferKind::Fund, Decimal::from(FUNDS), cause)?;
        unit.push(Change::InsertBook(entry.book));
        for transfer in entry.transfers {
            unit.push(Change::InsertTransfer(transfer));
        }
        Ok(())
    }

    fn card(&self, number: u64, budget: u64) -> Card {
        Card {
            id: CardId::from_uuid(id(CARD, number)),
            tenant: self.tenant.clone(),
            status: CardStatus::Active,
            status_as_of: self.now,
            provider_status: Some("active".to_owned()),
            drift: false,
            model: CardModel::BudgetCard,
            form: CardForm::Virtual,
            type_id: self.card_type,
            instance: self.instance.clone(),
            provider_ref: Some(card_ref(number)),
            customer_id: None,
            enrolment_id: None,
            budget_id: Some(BudgetId::from_uuid(id(BUDGET, budget))),
            brand: Some("mastercard".to_owned()),
            last4: None,
            currency: self.currency,
            balance: None,
            controls: Controls::default(),
            note: None,
            label: Some("Ads".to_owned()),
            external_id: Some(format!("order-{number}")),
            metadata: [("team".to_owned(), "growth".to_owned())].into(),
            routing: None,
            pending_operation: None,
            refresh_at: None,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        }
    }

    /// A limit of one payment and one of a day, both wide enough: what is measured is asking.
    fn control(&self, card: u64) -> SpendControl {
        let limit = |amount: i64, window| Limit {
            amount: Some(LimitAmount {
                amount: Decimal::from(amount),
                currency: self.currency,
            }),
            count: None,
            window,
        };
        let day = Window::Calendar {
            period: Period::Day,
            time_zone: "Europe/Vilnius".to_owned(),
        };
        SpendControl {
            id: fresh(),
            tenant: self.tenant.clone(),
            scope: Scope::Card(CardId::from_uuid(id(CARD, card))),
            name: None,
            stage: Stage::Live,
            rules: Rules {
                limits: vec![
                    limit(LIMIT_OF_A_PAYMENT, Window::PerTransaction),
                    limit(LIMIT_OF_A_DAY, day),
                ],
                ..Rules::default()
            },
            replaces: None,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the bench has no clock of its own, and asks once"
)]
fn now() -> Result<Timestamp> {
    let since: Duration = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Timestamp::from_millis(i64::try_from(since.as_millis())?))
}
