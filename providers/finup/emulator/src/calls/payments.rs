//! The payments list.
//!
//! Documented: the filters' names, `filters` and `pagination` required, 404 (O; dossier 7).
//! Assumed: every filter may be absent; both bounds of time are included; `timezone` changes
//! nothing; `search` looks at the source's display id; newest first.

use super::{Around, known_account};
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::json::Json;
use crate::request::{Fields, required};
use crate::state::{Move, MoveKind};
use crate::wire::payment::{self, Source};

const FILTERS: &[&str] = &[
    "side",
    "type",
    "status",
    "source_id",
    "search",
    "from_created_at",
    "to_created_at",
    "timezone",
];

struct Filters {
    sides: Option<Vec<String>>,
    types: Option<Vec<String>>,
    statuses: Option<Vec<String>>,
    source: Option<String>,
    search: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
}

impl Filters {
    fn read(fields: &Fields, all_required: bool) -> Result<Self, Failure> {
        let missing = FILTERS.iter().find(|name| !fields.has(name));
        if let Some(name) = missing.filter(|_| all_required) {
            return Err(Failure::invalid(format!("{name} should not be empty")));
        }
        fields.text("timezone")?;
        Ok(Self {
            sides: fields.texts("side")?,
            types: fields.texts("type")?,
            statuses: fields.texts("status")?,
            source: fields.text("source_id")?,
            search: fields.text("search")?,
            from: time(fields, "from_created_at")?,
            to: time(fields, "to_created_at")?,
        })
    }

    fn match_move(&self, moved: &Move, source: &Source<'_>) -> bool {
        // Required filters that say nothing are sent empty.
        let one_of = |wanted: &Option<Vec<String>>, value: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.is_empty() || wanted.iter().any(|word| word == value))
        };
        let said = |wanted: &Option<String>| wanted.clone().filter(|text| !text.is_empty());
        one_of(&self.sides, payment::side(moved.kind))
            && one_of(&self.types, payment::kind(moved.kind))
            && one_of(&self.statuses, payment::STATUS)
            && said(&self.source).is_none_or(|id| id == source.id)
            && said(&self.search).is_none_or(|text| source.finup_id.contains(&text))
            && self.from.is_none_or(|from| moved.at >= from)
            && self.to.is_none_or(|to| moved.at <= to)
    }
}

fn time(fields: &Fields, name: &str) -> Result<Option<i64>, Failure> {
    let text = fields.text(name)?.filter(|text| !text.is_empty());
    text.map(|text| required(name, clock::parse(&text)))
        .transpose()
}

impl App {
    pub(super) fn payments(
        &self,
        account: &str,
        fields: &Fields,
        around: Around<'_>,
    ) -> Result<Json, Failure> {
        let quirks = around.quirks;
        let filters = Filters::read(&fields.filters()?, quirks.payment_filters_required)?;
        let page = fields.page(quirks)?;
        let writer = self.writer(around);
        self.kit.store.read(|state, _| {
            known_account(state, account)?;
            let is_shown = |moved: &&Move| {
                moved.account == account
                    && moved.visible_at <= around.now_ms
                    && (quirks.card_payments || moved.kind == MoveKind::TopUp)
            };
            let found = state.moves.iter().filter(is_shown);
            let found = found.filter_map(|moved| Some((moved, payment::source(moved, state)?)));
            let mut found: Vec<_> = found
                .filter(|(moved, source)| filters.match_move(moved, source))
                .collect();
            if !quirks.oldest_first {
                found.reverse();
            }
            let shown = page.cut(found.into_iter()).into_iter();
            Ok(Json::List(
                shown
                    .map(|(moved, source)| writer.payment(moved, &source))
                    .collect(),
            ))
        })
    }
}
