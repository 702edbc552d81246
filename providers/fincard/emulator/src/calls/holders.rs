//! Cardholder calls.
//!
//! Documented: requests, filters (`areaCode` and `mobile` both or neither) (6.2 to 6.4). Assumed:
//! lists are newest first.

use super::{Circumstances, PAGE_MAX, listed, same};
use crate::app::App;
use crate::envelope::Failure;
use crate::holders::{self, Form, Timing};
use crate::json::Json;
use crate::request::{Fields, required};
use crate::state::{Holder, State};

impl App {
    pub(super) async fn holder_create(
        &self,
        fields: &Fields,
        around: Circumstances,
    ) -> Result<Json, Failure> {
        let merchant_order_no = fields.merchant_order_no()?;
        let card_type = required("cardTypeId", fields.id("cardTypeId")?)?;
        let form = Form::read(fields, |names| self.names(names))?;
        let visible_at = self.terms(around).visible_at();
        self.audited(visible_at, |state, timing| {
            holders::create(state, merchant_order_no, &card_type, form, timing)
        })
        .await
    }

    pub(super) async fn holder_update(&self, fields: &Fields) -> Result<Json, Failure> {
        let id = fields.first_id(self.names(&["holderId", "cardholderId"]))?;
        let id = required("holderId", id)?;
        let form = Form::read(fields, |names| self.names(names))?;
        self.audited(i64::MIN, |state, timing| {
            holders::update(state, &id, form, timing)
        })
        .await
    }

    /// Starts a holder's audit and answers with it.
    async fn audited(
        &self,
        visible_at: i64,
        take_on: impl FnOnce(&mut State, Timing) -> Result<u64, Failure>,
    ) -> Result<Json, Failure> {
        let mut timing = Timing {
            now_ms: self.kit.clock.now_ms(),
            visible_at,
            delay_ms: 0,
        };
        self.change(|state| {
            let id = take_on(state, timing)?;
            let cue = self.script.audit();
            timing.delay_ms = self.delay(cue.delay_ms);
            let ends_here = cue.finish_in_call || self.before_answer();
            state.cue_audit(id, cue, ends_here, timing);
            let holder = holders::known(state, &id.to_string())?;
            Ok(self.writer().holder(holder))
        })
        .await
    }

    pub(super) fn holder_list(&self, fields: &Fields) -> Result<Json, Failure> {
        let cut = fields.page(PAGE_MAX)?;
        let id = fields.first_id(self.names(&["holderId", "cardholderId"]))?;
        let (area, mobile) = (fields.text("areaCode")?, fields.text("mobile")?);
        if area.is_some() != mobile.is_some() {
            return Err(Failure::business(
                "areaCode parameter error: with mobile or not at all",
            ));
        }
        let (email, reference) = (fields.text("email")?, fields.text("merchantOrderNo")?);
        let now = self.kit.clock.now_ms();
        let matches = |holder: &&Holder| {
            let said = |name: &str| holder.form.get(name).map_or("", String::as_str);
            holder.visible_at <= now
                && same(id.as_deref(), &holder.id.to_string())
                && same(area.as_deref(), said("areaCode"))
                && same(mobile.as_deref(), said("mobile"))
                && same(email.as_deref(), said("email"))
                && same(reference.as_deref(), &holder.merchant_order_no)
        };
        Ok(self.kit.store.read(|state, _| {
            let found = state.holders.iter().rev().filter(matches);
            listed(cut, found, |holder| self.writer().holder_record(holder))
        }))
    }
}
