//! Books, their transfers, and what a check of them finds.

use std::collections::BTreeMap;

use cardmux::store::ledger::{self, Fault, TransferFilter};
use cardmux::store::{Change, Conflict, Store, Unit, WriteError};
use cardmux_domain::budget::Budget;
use cardmux_domain::card_type::CardType;
use cardmux_domain::id::{AuthorizationId, OperationId};
use cardmux_domain::ledger::{Account, Book, BookOwner, Cause, Entry, Transfer, TransferKind};
use cardmux_domain::money::{Decimal, parse_amount};
use cardmux_domain::time::Timestamp;
use cardmux_migrations::sea_orm::{ConnectionTrait, Database};
use futures::future::join_all;

use crate::fixtures::{NOW, card, commit, later, open, stored_type, tenant, unit};
use crate::postgres;

pub fn amount(text: &str) -> Decimal {
    parse_amount(text).unwrap()
}

fn cause(source: &str) -> Cause {
    Cause {
        source: source.to_owned(),
        ..Cause::default()
    }
}

fn budget() -> Budget {
    Budget {
        provider_ref: None,
        ..crate::issuing::budget()
    }
}

/// A budget's book, stored.
pub async fn stored_book(store: &Store) -> Book {
    let budget = budget();
    let book = Book::open(budget.id, budget.tenant.clone(), budget.currency, NOW);
    let changes = [
        Change::InsertBudget(budget),
        Change::InsertBook(book.clone()),
    ];
    commit(store, changes).await;
    book
}

/// A book moved once more, in memory.
pub fn moved(book: Book, at: Timestamp, kind: TransferKind, much: &str, source: &str) -> Entry {
    let mut entry = book.enter(at);
    entry.transfer(kind, amount(much), cause(source)).unwrap();
    entry
}

pub fn entered(entry: Entry) -> Unit {
    let mut unit = Unit::new();
    unit.enter(entry);
    unit
}

/// Store the movement and tell the book after it.
async fn book_it(store: &Store, book: Book, kind: TransferKind, much: &str, source: &str) -> Book {
    let entry = moved(book, later(1), kind, much, source);
    store.commit(entered(entry.clone())).await.unwrap();
    entry.book
}

async fn all_transfers(store: &Store, book: &Book) -> Vec<Transfer> {
    let filter = TransferFilter::default();
    let all = ledger::transfers(store, &book.tenant, book.owner, &filter, None, 99);
    all.await.unwrap()
}

pub async fn book_and_transfers_with_every_field_come_back_the_same(store: Store) {
    let book = stored_book(&store).await;
    let found = ledger::book_of(&store, &book.tenant, book.owner).await;
    assert_eq!(found.unwrap().as_ref(), Some(&book));

    let mut entry = book.enter(later(3));
    let everything = Cause {
        source: "operation:1".to_owned(),
        authorization_id: Some(AuthorizationId::new()),
        operation_id: Some(OperationId::new()),
        note: Some("the first \u{1F4B6}".to_owned()),
    };
    let max = amount("9223372036854.775807");
    entry.transfer(TransferKind::Fund, max, everything).unwrap();
    for (kind, much) in [
        (TransferKind::Hold, "0.000003"),
        (TransferKind::Release, "0.000001"),
        (TransferKind::Post, "0.000002"),
        (TransferKind::ForcedPost, "12.5"),
        (TransferKind::Fee, "0.33"),
        (TransferKind::Return, "1"),
        (TransferKind::Withdraw, "99"),
    ] {
        let cause = cause(&kind.to_string());
        entry.transfer(kind, amount(much), cause).unwrap();
    }
    store.commit(entered(entry.clone())).await.unwrap();

    let Entry {
        book,
        mut transfers,
    } = entry;
    let found = ledger::book_of(&store, &book.tenant, book.owner).await;
    assert_eq!(found.unwrap().as_ref(), Some(&book));
    transfers.reverse();
    assert_eq!(all_transfers(&store, &book).await, transfers);
    assert_eq!(ledger::recomputed(&store).await.unwrap(), []);

    let other = tenant("other");
    let none = ledger::book_of(&store, &other, book.owner).await;
    assert_eq!(none.unwrap(), None);
    let filter = TransferFilter::default();
    let none = ledger::transfers(&store, &other, book.owner, &filter, None, 9).await;
    assert_eq!(none.unwrap(), []);
}

pub async fn budget_its_book_and_its_first_money_are_stored_together(store: Store) {
    let budget = budget();
    let book = Book::open(budget.id, budget.tenant.clone(), budget.currency, NOW);
    let entry = moved(book.clone(), NOW, TransferKind::Fund, "10", "f");
    let mut unit = unit([Change::InsertBudget(budget), Change::InsertBook(book)]);
    unit.enter(entry.clone());
    store.commit(unit).await.unwrap();
    let found = ledger::book_of(&store, &entry.book.tenant, entry.book.owner).await;
    assert_eq!(found.unwrap().as_ref(), Some(&entry.book));
    assert_eq!(all_transfers(&store, &entry.book).await, entry.transfers);
}

pub async fn transfers_are_paged_newest_first_and_never_cross_books(store: Store) {
    let mut book = stored_book(&store).await;
    let other = stored_book(&store).await;
    book_it(&store, other, TransferKind::Fund, "5", "elsewhere").await;
    for version in 0..3 {
        let mut entry = book.enter(later(10 * version));
        for position in 0..2 {
            let cause = cause(&format!("{version}.{position}"));
            entry
                .transfer(TransferKind::Fund, amount("1"), cause)
                .unwrap();
        }
        store.commit(entered(entry.clone())).await.unwrap();
        book = entry.book;
    }
    let page = async |filter: &TransferFilter, after| {
        let page = ledger::transfers(&store, &book.tenant, book.owner, filter, after, 2);
        let page = page.await.unwrap();
        let sources: Vec<_> = page.iter().map(|t| t.source.clone()).collect();
        let last = page.last().map(|t| (t.book_version, t.position));
        (sources, last)
    };
    let filter = TransferFilter::default();
    let (first, last) = page(&filter, None).await;
    assert_eq!(first, ["2.1", "2.0"]);
    let (second, _) = page(&filter, last).await;
    assert_eq!(second, ["1.1", "1.0"]);
    // From within a version.
    let (third, _) = page(&filter, Some((3, 1))).await;
    assert_eq!(third, ["1.0", "0.1"]);
    let filter = TransferFilter {
        from: Some(later(10)),
        to: Some(later(10)),
    };
    let (within, last) = page(&filter, None).await;
    assert_eq!(within, ["1.1", "1.0"]);
    assert_eq!(page(&filter, last).await.0, Vec::<String>::new());
}

pub async fn transfers_between_are_in_the_order_they_were_booked(store: Store) {
    let one = stored_book(&store).await;
    let two = stored_book(&store).await;
    let fund = |book: &Book, at, source| moved(book.clone(), at, TransferKind::Fund, "1", source);
    let a = fund(&one, later(0), "a");
    let b = fund(&two, later(1), "b");
    let c = fund(&a.book, later(2), "c");
    let d = fund(&c.book, later(3), "d");
    for entry in [&b, &a, &c, &d] {
        store.commit(entered(entry.clone())).await.unwrap();
    }
    let between = async |tenant: &str, limit| {
        let tenant = crate::fixtures::tenant(tenant);
        let found = ledger::transfers_between(&store, &tenant, later(0), later(3), limit);
        let sources = found.await.unwrap().into_iter().map(|t| t.source);
        sources.collect::<Vec<_>>()
    };
    assert_eq!(between("demo", 9).await, ["a", "b", "c"]);
    assert_eq!(between("demo", 2).await, ["a", "b"]);
    assert_eq!(between("other", 9).await, Vec::<String>::new());
}

pub async fn source_booked_twice_is_a_conflict_and_moves_nothing(store: Store) {
    let book = stored_book(&store).await;
    let funded = book_it(&store, book.clone(), TransferKind::Fund, "10", "same").await;
    // With the book as it was, and as it is: it is the source that is told.
    for known in [book, funded.clone()] {
        let again = moved(known, later(2), TransferKind::Fund, "10", "same");
        let refused = store.commit(entered(again)).await;
        assert!(
            matches!(refused, Err(WriteError::Conflict(Conflict::Transfer(_)))),
            "{refused:?}"
        );
    }
    let found = ledger::book_of(&store, &funded.tenant, funded.owner).await;
    assert_eq!(found.unwrap().as_ref(), Some(&funded));
    assert_eq!(all_transfers(&store, &funded).await.len(), 1);
    // Of another book it is another source.
    let other = stored_book(&store).await;
    book_it(&store, other, TransferKind::Fund, "10", "same").await;
}

pub async fn version_of_a_book_from_many_writers_at_once_is_taken_once(store: Store) {
    let book = stored_book(&store).await;
    let book = book_it(&store, book, TransferKind::Fund, "10", "fund").await;
    // Each holds all there is.
    let holds = (0..40).map(|n| {
        let source = format!("hold {n}");
        moved(book.clone(), later(2), TransferKind::Hold, "10", &source)
    });
    let results = join_all(holds.map(|entry| store.commit(entered(entry)))).await;
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
    for refused in results.into_iter().filter_map(Result::err) {
        assert!(
            matches!(&refused, WriteError::Conflict(Conflict::Book(of)) if *of == book.id),
            "{refused:?}"
        );
    }
    let found = ledger::book_of(&store, &book.tenant, book.owner).await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.held, found.version), (amount("10"), 3));
    assert_eq!(ledger::recomputed(&store).await.unwrap(), []);
}

/// Who loses reads anew and comes in the end: nothing is lost, nothing is booked twice.
pub async fn movements_at_once_that_begin_anew_are_all_booked(store: Store) {
    let book = stored_book(&store).await;
    let fund = async |n: usize| {
        loop {
            let book = ledger::book_of(&store, &book.tenant, book.owner).await;
            let book = book.unwrap().unwrap();
            let entry = moved(book, NOW, TransferKind::Fund, "1", &n.to_string());
            match store.commit(entered(entry)).await {
                Ok(()) => return,
                Err(WriteError::Conflict(Conflict::Book(_))) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
    };
    join_all((0..12).map(fund)).await;
    let found = ledger::book_of(&store, &book.tenant, book.owner).await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.available, found.version), (amount("12"), 13));
    assert_eq!(ledger::recomputed(&store).await.unwrap(), []);
}

/// A card with money of its own, and its book, stored.
async fn stored_card_book(store: &Store, of: &CardType) -> Book {
    let card = card(of);
    let book = Book::open(card.id, card.tenant.clone(), card.currency, NOW);
    let changes = [Change::InsertCard(card), Change::InsertBook(book.clone())];
    commit(store, changes).await;
    book
}

pub async fn budget_and_card_have_one_book_each(store: Store) {
    let of_card = stored_card_book(&store, &stored_type(&store).await).await;
    for book in [stored_book(&store).await, of_card] {
        let second = Book::open(book.owner, book.tenant.clone(), book.currency, NOW);
        let id = second.id;
        let refused = store.commit(unit([Change::InsertBook(second)])).await;
        assert!(
            matches!(&refused, Err(WriteError::Conflict(Conflict::Book(of))) if *of == id),
            "{refused:?}"
        );
        let found = ledger::book_of(&store, &book.tenant, book.owner).await;
        assert_eq!(found.unwrap(), Some(book));
    }
}

pub async fn entry_that_moves_nothing_changes_nothing(store: Store) {
    let book = stored_book(&store).await;
    let nothing = book.clone().enter(later(1));
    store.commit(entered(nothing)).await.unwrap();
    let found = ledger::book_of(&store, &book.tenant, book.owner).await;
    assert_eq!(found.unwrap().as_ref(), Some(&book));
}

/// Fund 100, hold 30, release 30, fund 5: versions 2 to 5.
async fn four_movements(store: &Store, mut book: Book) -> Book {
    for (n, (kind, much)) in [
        (TransferKind::Fund, "100"),
        (TransferKind::Hold, "30"),
        (TransferKind::Release, "30"),
        (TransferKind::Fund, "5"),
    ]
    .into_iter()
    .enumerate()
    {
        book = book_it(store, book, kind, much, &n.to_string()).await;
    }
    book
}

fn balance(account: Account, maintained: &str, recomputed: &str) -> Fault {
    Fault::Balance {
        account,
        maintained: amount(maintained),
        recomputed: amount(recomputed),
    }
}

fn chain(account: Account, transfers: i64) -> Fault {
    Fault::Chain { account, transfers }
}

fn tampering() -> Vec<(&'static str, Vec<Fault>)> {
    use Account::{Available, Funded, Held, Spent};
    vec![
        // Of the book: a millionth more, and money in another account.
        (
            "UPDATE ledger_books SET available_micros = available_micros + 1 WHERE id = $B",
            vec![
                balance(Available, "105.000001", "105"),
                Fault::NotZero {
                    sum: amount("0.000001"),
                },
            ],
        ),
        (
            "UPDATE ledger_books SET available_micros = 0, spent_micros = 105000000 WHERE id = $B",
            vec![balance(Available, "0", "105"), balance(Spent, "105", "0")],
        ),
        // Of a transfer: its amount, and a balance after it, which the next one follows.
        (
            "UPDATE ledger_transfers SET amount_micros = 31000000 WHERE book_id = $B AND kind = 'hold'",
            vec![
                balance(Available, "105", "104"),
                chain(Available, 1),
                balance(Held, "0", "1"),
                chain(Held, 1),
            ],
        ),
        (
            "UPDATE ledger_transfers SET from_after_micros = 1 WHERE book_id = $B AND kind = 'hold'",
            vec![chain(Available, 2)],
        ),
        // Transfers removed: two that cancel each other out, the last one, all.
        (
            "DELETE FROM ledger_transfers WHERE book_id = $B AND book_version IN (3, 4)",
            vec![Fault::Gap { places: 1 }],
        ),
        (
            "DELETE FROM ledger_transfers WHERE book_id = $B AND book_version = 5",
            vec![
                balance(Available, "105", "100"),
                balance(Funded, "-105", "-100"),
                Fault::Gap { places: 1 },
            ],
        ),
        (
            "DELETE FROM ledger_transfers WHERE book_id = $B",
            vec![
                balance(Available, "105", "0"),
                balance(Funded, "-105", "0"),
                Fault::Gap { places: 1 },
            ],
        ),
    ]
}

/// More books than the check reads at once, most of them sound.
async fn check_finds_what_was_tampered_with(url: &str) {
    let store = open(url).await;
    let db = Database::connect(url).await.unwrap();
    let card_type = stored_type(&store).await;
    let mut expected: BTreeMap<BookOwner, Vec<Fault>> = BTreeMap::new();
    for ((sql, faults), of_card) in tampering()
        .into_iter()
        .zip([false, true].into_iter().cycle())
    {
        join_all((0..35).map(|_| stored_book(&store))).await;
        let book = match of_card {
            true => stored_card_book(&store, &card_type).await,
            false => stored_book(&store).await,
        };
        let book = four_movements(&store, book).await;
        assert_eq!(told(&store).await, expected, "before {sql}");
        let id = match url.starts_with("sqlite") {
            true => format!("x'{}'", book.id.uuid().simple()),
            false => format!("'{}'", book.id.uuid()),
        };
        let changed = db.execute_unprepared(&sql.replace("$B", &id)).await;
        assert!(changed.unwrap().rows_affected() > 0, "{sql}");
        expected.insert(book.owner, faults);
        assert_eq!(told(&store).await, expected, "after {sql}");
    }
    db.close().await.unwrap();
    store.close().await;
}

async fn told(store: &Store) -> BTreeMap<BookOwner, Vec<Fault>> {
    let mut told: BTreeMap<BookOwner, Vec<Fault>> = BTreeMap::new();
    for found in ledger::recomputed(store).await.unwrap() {
        assert_eq!(found.tenant, tenant("demo"));
        told.entry(found.owner).or_default().push(found.fault);
    }
    told
}

#[tokio::test]
async fn sqlite_check_finds_what_was_tampered_with() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("test.db");
    check_finds_what_was_tampered_with(&format!("sqlite://{}?mode=rwc", file.display())).await;
}

#[tokio::test]
async fn postgres_check_finds_what_was_tampered_with() {
    if let Some(database) = postgres::Database::create().await.unwrap() {
        check_finds_what_was_tampered_with(&database.url).await;
        database.remove().await.unwrap();
    }
}
