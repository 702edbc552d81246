//! Reading cards.
//!
//! Documented: the filters, an exclusive `balance_from`, an inclusive `balance_to`, a required
//! `filters` and `pagination` (D, O; dossier 5.4, 5.5). Assumed: newest first, case-sensitive
//! search, an empty filter array matches everything, an unknown word nothing.

use rust_decimal::Decimal;

use super::{Around, known_account};
use crate::app::App;
use crate::bins;
use crate::failure::Failure;
use crate::json::Json;
use crate::quirks::{BinFilter, CurrencyFilter, Search, Shape, StatusFilter};
use crate::request::Fields;
use crate::state::Card;
use crate::wire::Writer;

struct Filters {
    bins: Option<Vec<String>>,
    statuses: Option<Vec<String>>,
    currencies: Option<Vec<String>>,
    categories: Option<Vec<String>>,
    balance_from: Option<Decimal>,
    balance_to: Option<Decimal>,
    search: Option<String>,
}

impl Filters {
    fn read(fields: &Fields, status: StatusFilter) -> Result<Self, Failure> {
        Ok(Self {
            bins: fields.texts("bin")?,
            statuses: statuses(fields, status)?,
            currencies: fields.texts("currency")?,
            categories: fields.texts("category")?,
            balance_from: fields.amount("balance_from")?,
            balance_to: fields.amount("balance_to")?,
            search: fields.text("search")?,
        })
    }

    fn match_card(&self, card: &Card, writer: Writer<'_>) -> bool {
        let face = card.face(writer.now_ms);
        let status = writer.status(face.status);
        let category = writer.category(card.category);
        lets_through(self.bins.as_deref(), &bin_words(card, writer))
            && lets_through(self.statuses.as_deref(), &[&status])
            && lets_through(self.currencies.as_deref(), &[currency_word(card, writer)])
            && lets_through(self.categories.as_deref(), &[category])
            && self.balance_from.is_none_or(|from| face.balance > from)
            && self.balance_to.is_none_or(|to| face.balance <= to)
            && self.finds(card, writer.quirks.search)
    }

    fn finds(&self, card: &Card, search: Search) -> bool {
        let Some(wanted) = &self.search else {
            return true;
        };
        let name = card.name.contains(wanted);
        let notes = card
            .notes
            .as_ref()
            .is_some_and(|notes| notes.contains(wanted));
        match search {
            Search::All => name || notes || card.finup_id.contains(wanted),
            Search::Name => name,
            Search::Notes => notes,
            Search::Nothing => true,
        }
    }
}

/// `filters.status` is an array in the schema and a text with a JSON array in the sample.
fn statuses(fields: &Fields, accepted: StatusFilter) -> Result<Option<Vec<String>>, Failure> {
    const NAME: &str = "status";
    if !fields.has(NAME) {
        return Ok(None);
    }
    let wrong = |must: &str| Err(Failure::invalid(format!("filters.status must be {must}")));
    match (accepted, fields.is_text(NAME)) {
        (StatusFilter::Array, true) => wrong("an array"),
        (StatusFilter::JsonText, false) => wrong("a json string"),
        (StatusFilter::Either | StatusFilter::Array, false) => fields.texts(NAME),
        (StatusFilter::Either | StatusFilter::JsonText, true) => {
            let text = fields.text(NAME)?.unwrap_or_default();
            let parsed = serde_json::from_str(&text);
            parsed.map(Some).or_else(|_| wrong("a json string"))
        }
    }
}

fn lets_through(wanted: Option<&[String]>, values: &[&str]) -> bool {
    wanted.is_none_or(|wanted| {
        let has = |value: &&str| wanted.iter().any(|word| word == value);
        wanted.is_empty() || values.iter().any(has)
    })
}

fn bin_words<'a>(card: &'a Card, writer: Writer<'_>) -> Vec<&'a str> {
    let digits = bins::find(&card.bin_id).map_or("", |bin| bin.digits);
    match writer.quirks.bin_filter {
        BinFilter::Either => vec![&card.bin_id, digits],
        BinFilter::Id => vec![&card.bin_id],
        BinFilter::Digits => vec![digits],
    }
}

fn currency_word<'a>(card: &'a Card, writer: Writer<'_>) -> &'a str {
    match writer.quirks.currency_filter {
        CurrencyFilter::Code => &card.currency,
        CurrencyFilter::Id => bins::currency_id(&card.currency),
    }
}

impl App {
    pub(super) fn card_list(
        &self,
        account: &str,
        fields: &Fields,
        around: Around<'_>,
    ) -> Result<Json, Failure> {
        let quirks = around.quirks;
        let filters = Filters::read(&fields.filters()?, quirks.status_filter)?;
        let page = fields.page(quirks)?;
        let writer = self.writer(around);
        self.kit.store.read(|state, _| {
            known_account(state, account)?;
            let mut found: Vec<&Card> = state
                .cards
                .iter()
                .filter(|card| card.account == account && card.visible_at <= around.now_ms)
                .filter(|card| filters.match_card(card, writer))
                .collect();
            if !quirks.oldest_first {
                found.reverse();
            }
            let found = page.cut(found.into_iter());
            let shown = found
                .into_iter()
                .map(|card| writer.listed_card(card, &state.credentials));
            let mut shown: Vec<Json> = shown.collect();
            Ok(match quirks.list_result {
                Shape::Object if shown.len() == 1 => shown.remove(0),
                Shape::Object | Shape::Array => Json::List(shown),
            })
        })
    }

    pub(super) fn card(&self, id: &str, around: Around<'_>) -> Result<Json, Failure> {
        let writer = self.writer(around);
        self.kit.store.read(|state, _| {
            let card = state
                .card(id)
                .filter(|card| card.visible_at <= around.now_ms)
                .ok_or_else(|| Failure::not_found("Card"))?;
            Ok(writer.whole_card(card, &state.credentials))
        })
    }
}
