//! Reading cards, and their note.
//!
//! Documented: request fields and filters (7.3, 7.4, 7.5); a gift card shows its redemption URL and
//! nothing else, a physical one "limited data" before its activation (F-doc). Assumed: that limited
//! data is the number, which the tenant knows anyway; a card that is being created, failed or is
//! cancelled shows nothing; lists are newest first; a card whose opening is still invisible is not
//! listed either; the note is set at once.

use super::{PAGE_MAX, listed, same};
use crate::app::App;
use crate::envelope::Failure;
use crate::json::Json;
use crate::orders;
use crate::request::Fields;
use crate::state::{Card, CardStatus, OrderKind, State};

impl App {
    pub(super) fn with_card(
        &self,
        fields: &Fields,
        show: impl FnOnce(&State, &Card) -> Result<Json, Failure>,
    ) -> Result<Json, Failure> {
        let card_no = self.card_no(fields)?;
        self.kit
            .store
            .read(|state, _| show(state, orders::known(state, &card_no)?))
    }

    pub(super) fn card_info(&self, fields: &Fields) -> Result<Json, Failure> {
        let simple = fields.flag("onlySimpleInfo")?.unwrap_or(true);
        self.with_card(fields, |state, card| {
            let holder = state.holder_of(card);
            Ok(self.writer().card(card, holder, simple))
        })
    }

    pub(super) fn card_sensitive(&self, fields: &Fields) -> Result<Json, Failure> {
        self.with_card(fields, |_, card| {
            if matches!(
                card.status,
                CardStatus::Pending | CardStatus::Fail | CardStatus::Cancel
            ) {
                return Err(orders::wrong_status(card));
            }
            let conceal =
                |secret: &str| self.conceal(secret).map(Json::Text).ok_or(Failure::Server);
            if card
                .card_type()
                .is_some_and(|card_type| card_type.is_gift())
            {
                let url = format!("https://gift.example/redeem/{}", card.card_no);
                let url = if self.options.quirks.encrypt_activate_url {
                    conceal(&url)?
                } else {
                    Json::Text(url)
                };
                return Ok(Json::Object(vec![("activateUrl", url)]));
            }
            let is_active = card.status != CardStatus::UnActivated;
            let later = |secret: &str| {
                if is_active {
                    conceal(secret)
                } else {
                    Ok(Json::Null)
                }
            };
            Ok(Json::Object(vec![
                ("cardNumber", conceal(&card.number)?),
                ("cvv", later(&card.cvv)?),
                ("expireDate", later(&card.expires)?),
                ("activateUrl", Json::Null),
            ]))
        })
    }

    pub(super) async fn card_note(&self, fields: &Fields) -> Result<Json, Failure> {
        let card_no = self.card_no(fields)?;
        let remark = fields.remark(self.spelling())?;
        self.change(|state| {
            orders::known(state, &card_no)?;
            let card = state.card_mut(&card_no).ok_or(Failure::Server)?;
            card.remark = remark;
            let card = orders::known(state, &card_no)?;
            Ok(self.writer().card(card, state.holder_of(card), true))
        })
        .await
    }

    pub(super) fn card_list(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let period = fields.period()?;
        let card_no = fields.card_no(self.spelling())?;
        let (status, card_type) = (fields.text("status")?, fields.id("cardTypeId")?);
        let holder = fields.first_id(self.names(&["holderId", "cardholderId"]))?;
        let now = self.kit.clock.now_ms();
        let matches = |state: &State, card: &Card| {
            period.contains(&card.bind_time)
                && same(card_no.as_deref(), &card.card_no)
                && status
                    .as_deref()
                    .is_none_or(|status| status.eq_ignore_ascii_case(card.status.word()))
                && same(card_type.as_deref(), &card.card_type_id.to_string())
                && (holder.is_none() || holder == card.holder_id.map(|id| id.to_string()))
                && !is_hidden(state, card, now)
        };
        Ok(self.kit.store.read(|state, _| {
            let newest_first = state.cards.iter().rev();
            let found = newest_first.filter(|card| matches(state, card));
            listed(cut, found, |card| {
                self.writer().card(card, state.holder_of(card), true)
            })
        }))
    }
}

fn is_hidden(state: &State, card: &Card, now_ms: i64) -> bool {
    state.orders.iter().any(|order| {
        order.kind == OrderKind::Create
            && order.card_no == card.card_no
            && order.schedule.visible_at > now_ms
    })
}
