//! The remote side: cards, enrolments, accounts, operations and transactions, with the rules of the
//! card types.
//!
//! Every step is O(1) or of the size of its answer, so that the mock can stand behind a benchmark;
//! nothing is ever trimmed.

mod accounts;
mod amounts;
mod cards;
mod changes;
mod disputes;
mod enrolments;
mod follow_up;
mod numbers;
mod operations;
mod spending;
mod transactions;

use std::collections::{HashMap, HashSet};

use cardmux_domain::operation::Reference;
use cardmux_domain::provider::CreateKey;
use cardmux_domain::time::Timestamp;

pub(crate) use self::accounts::BudgetMove;
pub(crate) use self::changes::{Change, Effect};
use self::{accounts::Account, cards::Card, disputes::Dispute, enrolments::Enrolment};
use self::{operations::Entry, transactions::Transaction};
use crate::card_types::CardTypes;

pub(crate) struct Ledger {
    create_key: CreateKey,
    asynchronous: bool,
    /// Keeps the ids of two instances apart, also those of two runs.
    prefix: String,
    pub(crate) types: CardTypes,
    cards: Vec<Card>,
    /// Numbers of physical cards that are in use.
    printed: HashSet<String>,
    enrolments: Vec<Enrolment>,
    documents: usize,
    /// The funding accounts, then the budgets.
    accounts: Vec<Account>,
    operations: Vec<Entry>,
    /// Several only where references protect nothing.
    by_reference: HashMap<Reference, Vec<usize>>,
    transactions: Vec<Transaction>,
    /// Which transaction came into being or changed, and when.
    journal: Vec<(Timestamp, usize)>,
    challenges: usize,
    disputes: Vec<Dispute>,
    notices: Vec<Notice>,
    hide_next: u32,
    hold_reviews: u32,
}

/// A webhook body the provider would send, and the card or enrolment it is about.
struct Notice {
    about: String,
    body: Vec<u8>,
}

/// What an id is of; its text stands between the prefix and the number.
#[derive(Clone, Copy)]
enum Sort {
    Card,
    Enrolment,
    Account,
    Document,
    Operation,
    Transaction,
    Challenge,
    Dispute,
}

impl Sort {
    fn word(self) -> &'static str {
        match self {
            Self::Card => "",
            Self::Enrolment => "enr",
            Self::Account => "acc",
            Self::Document => "doc",
            Self::Operation => "op",
            Self::Transaction => "txn",
            Self::Challenge => "chl",
            Self::Dispute => "dsp",
        }
    }
}

impl Ledger {
    pub(crate) fn new(create_key: CreateKey, asynchronous: bool) -> Self {
        let mut ledger = Self {
            create_key,
            asynchronous,
            prefix: format!("mock_{}_", uuid::Uuid::now_v7().simple()),
            types: CardTypes::new(),
            cards: Vec::new(),
            printed: HashSet::new(),
            enrolments: Vec::new(),
            documents: 0,
            accounts: Vec::new(),
            operations: Vec::new(),
            by_reference: HashMap::new(),
            transactions: Vec::new(),
            journal: Vec::new(),
            challenges: 0,
            disputes: Vec::new(),
            notices: Vec::new(),
            hide_next: 0,
            hold_reviews: 0,
        };
        ledger.open_funding_accounts();
        ledger
    }

    fn id(&self, sort: Sort, place: usize) -> String {
        format!("{}{}{place}", self.prefix, sort.word())
    }

    /// The place of what has this id; whether there is anything is not known yet.
    fn place(&self, sort: Sort, id: &str) -> Option<usize> {
        let rest = id.strip_prefix(&self.prefix)?;
        let place = rest.strip_prefix(sort.word())?.parse().ok()?;
        (self.id(sort, place) == id).then_some(place)
    }

    /// Keep a file: it has an id, and that is all that is kept.
    pub(crate) fn keep_document(&mut self) -> String {
        self.documents += 1;
        self.id(Sort::Document, self.documents)
    }

    fn has_document(&self, id: &str) -> bool {
        let place = self.place(Sort::Document, id);
        place.is_some_and(|place| (1..=self.documents).contains(&place))
    }

    fn notify(&mut self, about: &str, body: Vec<u8>) {
        self.notices.push(Notice {
            about: about.to_owned(),
            body,
        });
    }

    /// What the provider would have sent about a card or enrolment by itself, oldest first.
    pub(crate) fn notices_about(&self, about: &str) -> Vec<Vec<u8>> {
        let notices = self.notices.iter().filter(|notice| notice.about == about);
        notices.map(|notice| notice.body.clone()).collect()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "plays the remote side, which has a clock of its own"
)]
fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_millis(0).plus(since_epoch.unwrap_or_default())
}
