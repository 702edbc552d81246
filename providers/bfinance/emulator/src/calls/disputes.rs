//! Disputes.
//!
//! Documented: body with `textEvidence` of 10 to 65,535 characters, statuses and their order, only
//! completed transactions, cancelling while `pending` (SDK notes; the guide says before a
//! decision, a quirk). Assumed: `transactionId` is either of a transaction's two ids; cards of both
//! models; a second dispute of one transaction is a 409, unless the first was cancelled.

use serde_json::{Value, json};

use super::Call;
use crate::envelope::{Answer, Answered, Failure};
use crate::quirks::DisputeCancel;
use crate::state::{Dispute, DisputeStatus, Notice, State};
use crate::views;

const EVIDENCE: std::ops::RangeInclusive<usize> = 10..=65_535;

pub fn create(state: &mut State, call: &Call<'_>) -> Answered {
    let card_id = call.fields.required("cardId")?;
    let sent = call.fields.required("transactionId")?;
    let text = call.fields.required("textEvidence")?;
    if !EVIDENCE.contains(&text.chars().count()) {
        return Err(Failure::invalid(
            "textEvidence must have 10 to 65535 characters",
        ));
    }
    let files = files(call)?;
    if state.cards.get(&card_id).is_none() {
        return Err(Failure::missing("Card"));
    }
    let mut own = state.transactions.iter();
    let found =
        own.find(|one| one.card_id == card_id && (one.id == sent || one.transaction_id == sent));
    let found = found.ok_or_else(|| Failure::missing("Transaction"))?;
    if !found.is_completed_spend() {
        return Err(Failure::invalid(
            "Only completed transactions can be disputed",
        ));
    }
    let transaction = found.id.clone();
    let open =
        |one: &Dispute| one.transaction == transaction && one.status != DisputeStatus::Cancelled;
    if state.disputes.all().iter().any(open) {
        return Err(Failure::Conflict(
            "This transaction is already disputed".into(),
        ));
    }
    let dispute = Dispute {
        id: state.new_id(),
        card_id,
        transaction,
        status: DisputeStatus::Pending,
        text,
        files,
        response: None,
        created_at: call.now_ms,
    };
    let shown = views::dispute(&dispute);
    state.disputes.push(dispute);
    Ok(Answer::Data(shown))
}

/// URLs.
fn files(call: &Call<'_>) -> Result<Vec<String>, Failure> {
    let refusal = || Failure::invalid("files must be an array of URLs");
    let Some(value) = call.fields.value("files") else {
        return if call.quirks.dispute_files_required {
            Err(Failure::invalid("files is required"))
        } else {
            Ok(Vec::new())
        };
    };
    let url = |file: &Value| {
        let text = file.as_str().filter(|text| text.starts_with("https://"));
        text.map(str::to_owned).ok_or_else(refusal)
    };
    value
        .as_array()
        .ok_or_else(refusal)?
        .iter()
        .map(url)
        .collect()
}

pub fn status(state: &State, call: &Call<'_>, id: &str) -> Answered {
    let mut disputes = state.disputes.seen(call.now_ms);
    let found = disputes.find(|dispute| dispute.id == id);
    let found = found.ok_or_else(|| Failure::missing("Dispute"))?;
    let mut shown = json!({"id": id, "status": found.status.word()});
    if let (Some(fields), Some(response)) = (shown.as_object_mut(), &found.response) {
        fields.insert("response".into(), json!(response));
    }
    Ok(Answer::Data(shown))
}

pub fn cancel(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let found = state.disputes.get_mut(id);
    let found = found.ok_or_else(|| Failure::missing("Dispute"))?;
    let open = match found.status {
        DisputeStatus::Pending => true,
        DisputeStatus::Reviewing => call.quirks.dispute_cancel == DisputeCancel::BeforeDecision,
        DisputeStatus::Accepted
        | DisputeStatus::Rejected
        | DisputeStatus::Closed
        | DisputeStatus::Cancelled => false,
    };
    if !open {
        return Err(Failure::invalid("This dispute can no longer be cancelled"));
    }
    found.status = DisputeStatus::Cancelled;
    let shown = json!({"id": id, "status": found.status.word()});
    state.news.push(Notice::Dispute(id.to_owned()));
    Ok(Answer::Data(shown))
}
