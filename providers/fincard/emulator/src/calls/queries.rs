//! The five transaction queries.
//!
//! Documented: paths, filters and records (7.9). Assumed: lists are newest first; V1 wants a `type`
//! (V2's is said to be optional) and shows the same records, as no card is opened through V1 here.

use super::{PAGE_MAX, listed, same};
use crate::app::App;
use crate::envelope::Failure;
use crate::json::Json;
use crate::request::{Fields, required};
use crate::route::Query;
use crate::state::{Order, OrderKind};

impl App {
    pub(super) fn query(&self, query: Query, fields: &Fields) -> Result<Json, Failure> {
        match query {
            Query::Purchases => self.purchases(fields),
            Query::OperationsV1 => {
                required("type", fields.text("type")?)?;
                self.operations(fields)
            }
            Query::OperationsV2 => self.operations(fields),
            Query::Authorizations => self.authorizations(fields),
            Query::AuthorizationFees => self.authorization_fees(fields),
            Query::ThreeDs => self.three_ds(fields),
        }
    }

    fn purchases(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let seen = self.seen(fields)?;
        Ok(self.kit.store.read(|state, _| {
            let opened = |order: &&Order| order.kind == OrderKind::Create && seen(order);
            let orders = state.orders.iter().rev().filter(opened);
            let found = orders.filter_map(|order| Some((order, state.card(&order.card_no)?)));
            listed(cut, found, |(order, card)| {
                self.writer().purchase(order, card)
            })
        }))
    }

    fn operations(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let card_no = fields.card_no(self.spelling())?;
        let kind = fields.text("type")?;
        let seen = self.seen(fields)?;
        let shows_activations = self.options.quirks.activations_in_query;
        let matches = |order: &&Order| {
            seen(order)
                && (shows_activations || order.kind != OrderKind::Activate)
                && same(card_no.as_deref(), &order.card_no)
                && same(kind.as_deref(), order.kind.word())
        };
        Ok(self.kit.store.read(|state, _| {
            let found = state.orders.iter().rev().filter(matches);
            listed(cut, found, |order| self.writer().order(order))
        }))
    }

    /// The filters all order queries share.
    fn seen(&self, fields: &Fields) -> Result<impl Fn(&Order) -> bool + use<>, Failure> {
        let period = fields.period()?;
        let (order_no, reference) = (fields.text("orderNo")?, fields.text("merchantOrderNo")?);
        let now = self.kit.clock.now_ms();
        Ok(move |order: &Order| {
            order.schedule.visible_at <= now
                && period.contains(&order.schedule.accepted_at)
                && same(order_no.as_deref(), &order.order_no)
                && (reference.is_none() || reference == order.merchant_order_no)
        })
    }

    fn authorizations(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let period = fields.period()?;
        let card_no = fields.card_no(self.spelling())?;
        let (kind, trade_no) = (fields.text("type")?, fields.text("tradeNo")?);
        Ok(self.kit.store.read(|state, _| {
            let found = state.trades.iter().rev().filter(|trade| {
                period.contains(&trade.at)
                    && same(card_no.as_deref(), &trade.card_no)
                    && same(kind.as_deref(), trade.kind.word())
                    && same(trade_no.as_deref(), &trade.trade_no)
            });
            listed(cut, found, |trade| self.writer().trade(trade))
        }))
    }

    fn authorization_fees(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let period = fields.period()?;
        let card_no = fields.card_no(self.spelling())?;
        let (kind, trade_no) = (fields.text("tradeType")?, fields.text("tradeNo")?);
        let origin = fields.text("originTradeNo")?;
        Ok(self.kit.store.read(|state, _| {
            let found = state.fee_patches.iter().rev().filter(|patch| {
                period.contains(&patch.at)
                    && same(card_no.as_deref(), &patch.card_no)
                    && same(kind.as_deref(), patch.kind.word())
                    && same(trade_no.as_deref(), &patch.trade_no)
                    && (origin.is_none() || origin == patch.origin_trade_no)
            });
            listed(cut, found, |patch| self.writer().fee_patch(patch))
        }))
    }

    fn three_ds(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let period = fields.period()?;
        let card_no = fields.card_no(self.spelling())?;
        let (kind, trade_no) = (fields.text("type")?, fields.text("tradeNo")?);
        Ok(self.kit.store.read(|state, _| {
            let found = state.challenges.iter().rev().filter(|challenge| {
                period.contains(&challenge.at)
                    && same(card_no.as_deref(), &challenge.card_no)
                    && same(kind.as_deref(), challenge.kind.word())
                    && same(trade_no.as_deref(), &challenge.trade_no)
            });
            listed(cut, found, |challenge| {
                let values = self.conceal(&challenge.value).unwrap_or_default();
                self.writer().challenge(challenge, values)
            })
        }))
    }
}
