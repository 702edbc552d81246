//! Cardholders.
//!
//! Documented: the answer of create, which is the event's body too (6.2, 8.6), and what a list's
//! record has besides (6.4). Assumed: `respMsg` repeats the description.

use super::Writer;
use crate::holders::{FULL, SHORT};
use crate::json::Json;
use crate::places;
use crate::state::Holder;

impl Writer<'_> {
    pub fn holder(&self, holder: &Holder) -> Json {
        Json::Object(self.audit(holder))
    }

    fn audit(&self, holder: &Holder) -> Vec<(&'static str, Json)> {
        let description = || Json::or_null(holder.description.as_deref());
        vec![
            (
                self.name("holderId", "cardholderId"),
                Json::number(holder.id),
            ),
            ("merchantOrderNo", Json::text(&holder.merchant_order_no)),
            ("cardTypeId", Json::number(holder.card_type_id)),
            ("statusFlowLocation", Json::text(holder.location.word())),
            ("status", Json::text(holder.status.word())),
            ("description", description()),
            ("respMsg", description()),
        ]
    }

    pub fn holder_record(&self, holder: &Holder) -> Json {
        let mut fields = self.audit(holder);
        fields.push((
            self.name("cardHolderModel", "cardholderType"),
            Json::text(&holder.model),
        ));
        for names in SHORT.iter().chain(FULL) {
            let name = names.first().copied().unwrap_or_default();
            if let Some(value) = holder.form.get(name) {
                fields.push((name, Json::text(value)));
            }
        }
        let text = |name: &str| holder.form.get(name).map_or("", String::as_str);
        let country = text("country");
        fields.extend([
            ("countryStr", Json::or_null(places::region_name(country))),
            (
                "townStr",
                Json::or_null(places::town_name(country, text("town"))),
            ),
            ("createTime", Json::number(holder.created_at)),
            ("updateTime", Json::number(holder.updated_at)),
        ]);
        Json::Object(fields)
    }
}
