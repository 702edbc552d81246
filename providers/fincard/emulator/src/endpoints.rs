//! The calls themselves, once authenticated.
//!
//! Documented: request and answer fields, filters, paging. Assumed: lists are newest first; a
//! card whose opening is still invisible is not listed either.

use cardmux_emulator_kit::Invisible;

use crate::app::App;
use crate::card_types;
use crate::envelope::Failure;
use crate::json::Json;
use crate::options::Dialect;
use crate::orders::{self, Asked, Needs, Terms, What};
use crate::request::{Fields, required};
use crate::route::Endpoint;
use crate::state::{Account, Card, Order, OrderKind, State};
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
        let writer = Writer(&self.options.quirks);
        match endpoint {
            // Answered before authentication; a login is no call of a logged-in client.
            Endpoint::LoginByEmail | Endpoint::LoginByUser => Err(Failure::NotFound),
            Endpoint::CardTypes => {
                let all = card_types::all();
                Ok(Json::List(
                    all.iter().map(|one| writer.card_type(one)).collect(),
                ))
            }
            Endpoint::CardInfo => self.card_info(fields),
            Endpoint::CardBalance => self.with_card(fields, |card| writer.balance(card)),
            Endpoint::CardList => self.card_list(fields),
            Endpoint::Operations => self.operations(fields),
            Endpoint::AccountInfo => self.accounts(fields, |_| true).map(Json::List),
            Endpoint::AccountList => self.account_list(fields),
            Endpoint::AccountSingle => {
                required("accountId", fields.id("accountId")?)?;
                self.accounts(fields, |_| true).map(Json::List)
            }
            Endpoint::OpenCard
            | Endpoint::Deposit
            | Endpoint::Withdraw
            | Endpoint::Freeze
            | Endpoint::Unfreeze
            | Endpoint::Cancel => self.take_order(endpoint, fields, around).await,
        }
    }

    /// Accepts an order, ends it at once where the script says so, and answers with it.
    async fn take_order(
        &self,
        endpoint: Endpoint,
        fields: &Fields,
        around: Circumstances,
    ) -> Result<Json, Failure> {
        let asked = self.asked(endpoint, fields)?;
        let invisible_ms = around
            .invisible
            .map_or(0, |Invisible(real)| self.kit.clock.emulated_ms(real));
        let card_prefix = match around.dialect {
            Dialect::Finhub => "FC",
            Dialect::Upstream => "WB",
        };
        let now_ms = self.kit.clock.now_ms();
        let terms = Terms {
            now_ms,
            invisible_ms,
            card_prefix,
        };
        let written = self.kit.store.write(|state, outbox| {
            let order_no = orders::accept(state, asked, &terms)?;
            let deliveries = self.cue(state, outbox, &order_no);
            let order = state.order(&order_no).ok_or(Failure::Server)?;
            Ok((Writer(&self.options.quirks).order(order), deliveries))
        });
        let (answer, deliveries) = written.map_err(|_| Failure::Server)??;
        self.orders_changed.notify_one();
        if !deliveries.is_empty() {
            self.kit.webhooks.wake();
        }
        if self.before_answer() {
            self.kit.webhooks_tried(&deliveries).await;
        }
        Ok(answer)
    }

    fn asked(&self, endpoint: Endpoint, fields: &Fields) -> Result<Asked, Failure> {
        let merchant_order_no = fields.merchant_order_no()?;
        fields.check_remark()?;
        let amount = || required("amount", fields.amount("amount")?);
        let card_no = || required("cardNo", fields.card_no(self.options.quirks.spelling)?);
        let what = match endpoint {
            Endpoint::Deposit => What::Deposit {
                card_no: card_no()?,
                amount: amount()?,
            },
            Endpoint::Withdraw => What::Withdraw {
                card_no: card_no()?,
                amount: amount()?,
            },
            Endpoint::Freeze => What::Freeze {
                card_no: card_no()?,
            },
            Endpoint::Unfreeze => What::UnFreeze {
                card_no: card_no()?,
            },
            Endpoint::Cancel => What::Cancel {
                card_no: card_no()?,
            },
            Endpoint::OpenCard => What::Open {
                card_type_id: required("cardTypeId", fields.id("cardTypeId")?)?,
                amount: amount()?,
                needs: Needs {
                    holder_id: fields.id("holderId")?,
                    card_number: fields.text("cardNumber")?,
                    account_id: fields.id("accountId")?,
                },
            },
            Endpoint::LoginByEmail
            | Endpoint::LoginByUser
            | Endpoint::CardTypes
            | Endpoint::CardInfo
            | Endpoint::CardBalance
            | Endpoint::CardList
            | Endpoint::Operations
            | Endpoint::AccountInfo
            | Endpoint::AccountList
            | Endpoint::AccountSingle => return Err(Failure::NotFound),
        };
        Ok(Asked {
            merchant_order_no,
            what,
        })
    }

    fn with_card(
        &self,
        fields: &Fields,
        show: impl FnOnce(&Card) -> Json,
    ) -> Result<Json, Failure> {
        let card_no = required("cardNo", fields.card_no(self.options.quirks.spelling)?)?;
        let shown = self
            .kit
            .store
            .read(|state, _| state.card(&card_no).map(show));
        shown.ok_or_else(|| Failure::business("The card does not exist"))
    }

    fn card_info(&self, fields: &Fields) -> Result<Json, Failure> {
        let simple = fields.flag("onlySimpleInfo")?.unwrap_or(true);
        let writer = Writer(&self.options.quirks);
        self.with_card(fields, |card| writer.card(card, bin(card), simple))
    }

    fn card_list(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let period = fields.period()?;
        let card_no = fields.card_no(self.options.quirks.spelling)?;
        let (status, card_type) = (fields.text("status")?, fields.id("cardTypeId")?);
        let holder = fields.id("holderId")?;
        let now = self.kit.clock.now_ms();
        let matches = |state: &State, card: &Card| {
            period.contains(&card.bind_time)
                && same(card_no.as_deref(), &card.card_no)
                && status
                    .as_deref()
                    .is_none_or(|status| status.eq_ignore_ascii_case(card.status.word()))
                && same(card_type.as_deref(), &card.card_type_id.to_string())
                && holder.is_none()
                && !is_hidden(state, card, now)
        };
        let writer = Writer(&self.options.quirks);
        Ok(self.kit.store.read(|state, _| {
            let newest_first = state.cards.iter().rev();
            let found: Vec<_> = newest_first.filter(|card| matches(state, card)).collect();
            let total = found.len();
            let records = cut.cut(found).into_iter();
            page(
                total,
                records
                    .map(|card| writer.card(card, bin(card), true))
                    .collect(),
            )
        }))
    }

    fn operations(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let period = fields.period()?;
        let card_no = fields.card_no(self.options.quirks.spelling)?;
        let (kind, order_no) = (fields.text("type")?, fields.text("orderNo")?);
        let reference = fields.text("merchantOrderNo")?;
        let now = self.kit.clock.now_ms();
        let matches = |order: &&Order| {
            order.schedule.visible_at <= now
                && period.contains(&order.schedule.accepted_at)
                && same(card_no.as_deref(), &order.card_no)
                && same(kind.as_deref(), order.kind.word())
                && same(order_no.as_deref(), &order.order_no)
                && (reference.is_none() || reference == order.merchant_order_no)
        };
        let writer = Writer(&self.options.quirks);
        Ok(self.kit.store.read(|state, _| {
            let found: Vec<_> = state.orders.iter().rev().filter(matches).collect();
            let total = found.len();
            page(
                total,
                cut.cut(found)
                    .into_iter()
                    .map(|order| writer.order(order))
                    .collect(),
            )
        }))
    }

    fn account_list(&self, fields: &Fields) -> Result<Json, Failure> {
        required("pageNum", fields.integer("pageNum")?)?;
        required("pageSize", fields.integer("pageSize")?)?;
        let cut = fields.page(ACCOUNT_PAGE_MAX)?;
        let kind = fields.text("type")?;
        let found = self.accounts(fields, |account| same(kind.as_deref(), &account.kind))?;
        Ok(page(found.len(), cut.cut(found)))
    }

    fn accounts(
        &self,
        fields: &Fields,
        wanted: impl Fn(&Account) -> bool,
    ) -> Result<Vec<Json>, Failure> {
        let id = fields.id("accountId")?;
        let writer = Writer(&self.options.quirks);
        Ok(self.kit.store.read(|state, _| {
            let found = state
                .accounts
                .iter()
                .filter(|account| same(id.as_deref(), &account.id));
            found
                .filter(|account| wanted(account))
                .map(|account| writer.account(account))
                .collect()
        }))
    }
}

/// An absent filter lets everything through.
fn same(filter: Option<&str>, value: &str) -> bool {
    filter.is_none_or(|filter| filter == value)
}

fn bin(card: &Card) -> &'static str {
    card_types::find(&card.card_type_id.to_string()).map_or("", |card_type| card_type.bin)
}

fn is_hidden(state: &State, card: &Card, now_ms: i64) -> bool {
    state.orders.iter().any(|order| {
        order.kind == OrderKind::Create
            && order.card_no == card.card_no
            && order.schedule.visible_at > now_ms
    })
}
