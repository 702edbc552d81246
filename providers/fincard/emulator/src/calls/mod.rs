//! The calls themselves, once authenticated.

mod accounts;
mod cards;
mod holders;
mod orders;
mod queries;
mod reference;
mod simulate;
mod upload;

use cardmux_emulator_kit::Invisible;

use crate::app::App;
use crate::card_types;
use crate::envelope::Failure;
use crate::json::Json;
use crate::options::{Dialect, Spelling};
use crate::orders::Terms;
use crate::request::{Fields, Page, required};
use crate::route::Endpoint;
use crate::wire::{Writer, page};

/// Page limits: everything but accounts (dossier 1.5).
const PAGE_MAX: usize = 100;
const ACCOUNT_PAGE_MAX: usize = 10;

/// What a handler knows besides the body.
#[derive(Clone, Copy)]
pub struct Circumstances {
    pub dialect: Dialect,
    pub invisible: Option<Invisible>,
}

impl App {
    pub async fn call(
        &self,
        endpoint: Endpoint,
        fields: &Fields,
        around: Circumstances,
    ) -> Result<Json, Failure> {
        match endpoint {
            // Answered earlier: before authentication, and without a JSON body.
            Endpoint::LoginByEmail | Endpoint::LoginByUser | Endpoint::Upload => {
                Err(Failure::NotFound)
            }
            Endpoint::Reference(list) => reference::answer(list, fields),
            Endpoint::AccountInfo => self.accounts(fields, |_| true).map(Json::List),
            Endpoint::AccountList => self.account_list(fields),
            Endpoint::AccountSingle => self.account_single(fields),
            Endpoint::AccountLedger => self.account_ledger(fields),
            Endpoint::AccountCreate => self.account_create(fields).await,
            Endpoint::AccountTransfer => self.account_transfer(fields, around).await,
            Endpoint::HolderCreate => self.holder_create(fields, around).await,
            Endpoint::HolderUpdate => self.holder_update(fields).await,
            Endpoint::HolderList => self.holder_list(fields),
            Endpoint::CardTypes => {
                let all = card_types::all();
                let writer = self.writer();
                Ok(Json::List(
                    all.iter().map(|one| writer.card_type(one)).collect(),
                ))
            }
            Endpoint::CardInfo => self.card_info(fields),
            Endpoint::CardSensitive => self.card_sensitive(fields),
            Endpoint::CardBalance => {
                self.with_card(fields, |_, card| Ok(self.writer().balance(card)))
            }
            Endpoint::CardList => self.card_list(fields),
            Endpoint::CardNote => self.card_note(fields).await,
            Endpoint::Order(operation) => self.take_order(operation, fields, around).await,
            Endpoint::Query(query) => self.query(query, fields),
            Endpoint::Simulate => self.simulate(fields).await,
        }
    }

    fn writer(&self) -> Writer<'_> {
        Writer(&self.options.quirks)
    }

    fn spelling(&self) -> Spelling {
        self.options.quirks.spelling
    }

    fn card_no(&self, fields: &Fields) -> Result<String, Failure> {
        required("cardNo", fields.card_no(self.spelling())?)
    }

    fn terms(&self, around: Circumstances) -> Terms {
        Terms {
            now_ms: self.kit.clock.now_ms(),
            invisible_ms: around
                .invisible
                .map_or(0, |Invisible(real)| self.kit.clock.emulated_ms(real)),
            card_prefix: match around.dialect {
                Dialect::Finhub => "FC",
                Dialect::Upstream => "WB",
            },
        }
    }
}

/// An absent filter lets everything through.
fn same(filter: Option<&str>, value: &str) -> bool {
    filter.is_none_or(|filter| filter == value)
}

/// One page of what was found, and how much there is.
fn listed<T>(cut: Page, found: impl Iterator<Item = T>, show: impl Fn(T) -> Json) -> Json {
    let found: Vec<_> = found.collect();
    let total = found.len();
    page(total, cut.cut(found).into_iter().map(show).collect())
}
