//! Freeze, unfreeze and close: calls over many cards, made for one. Success of the call is not
//! success of the change (dossier 5.7).

use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CardChange, ErrorKind, OperationReport, Outcome, ProviderError, Reported,
};

use crate::Finup;
use crate::map::{self, Standing};
use crate::wire::card::Bulk;
use crate::wire::path::Endpoint;
use crate::wire::request::BulkRequest;

/// What "changed" is called as the provider's word, until the card shows another one.
const CHANGED: &str = "Changed";

impl Finup {
    /// A card of the first list is on its way: the statuses `Freezing`, `Unreezing` and `Closing` say
    /// that a change takes time (D), so the card is looked at before it counts as done.
    pub(crate) async fn change(
        &self,
        endpoint: Endpoint<'_>,
        kind: OperationKind,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let CardChange {
            reference,
            card_ref,
            // There is no field for one.
            note: _,
        } = change;
        let request = BulkRequest {
            card_ids: [card_ref],
        };
        let Bulk { changed, unchanged } = self.client.send(endpoint, &request).await?;
        match (changed.contains(card_ref), unchanged.contains(card_ref)) {
            (true, false) => {
                let reported = Reported::Processing;
                Ok(map::report(kind, reference, card_ref, reported, CHANGED))
            }
            (false, true) => self.unchanged(kind, change).await,
            (true, true) => Err(map::malformed("a card as changed and unchanged")),
            (false, false) => Err(map::malformed("a card neither as changed nor as unchanged")),
        }
    }

    /// "Inappropriate status" may be the wanted one: of a repetition whose first try had arrived.
    async fn unchanged(
        &self,
        kind: OperationKind,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let CardChange {
            reference,
            card_ref,
            note: _,
        } = change;
        // A look that fails says nothing about the change.
        let card = self.card(card_ref).await.map_err(|error| ProviderError {
            outcome: Outcome::Unknown,
            ..error
        })?;
        let status = map::status(&card)?;
        let reported = match map::standing(kind, status) {
            Standing::There => Reported::Succeeded,
            Standing::OnTheWay => Reported::Processing,
            Standing::Elsewhere => {
                let message = "Finup does not do this to a card of this status";
                return Err(ProviderError::rejected(ErrorKind::Refused, message)
                    .with_provider(None, Some(status.to_owned())));
            }
            Standing::Unclear => return Err(map::unknown_word("card status", status)),
        };
        Ok(map::report(kind, reference, card_ref, reported, status))
    }
}
