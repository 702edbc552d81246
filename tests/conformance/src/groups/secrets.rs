//! Secrets and card numbers stay out of logs at the finest level, and out of errors.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use cardmux_domain::operation::{OperationKind, Reference};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use super::confidences::{Walked, confide, texts};
use crate::steps;
use crate::subject::{Fault, Subject};
use crate::trial::{Group, Result, Stop, Trial, ensure, trials};

/// Shows that the capture works; without it, an empty log would pass.
const MARK: &str = "conformance marks its log";

/// Long secrets may be wrapped or cut in a log: a piece of this length counts as well.
const PIECE: usize = 24;

/// From this length on a secret does not stand in a text by chance.
const WORD: usize = 8;

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Secrets,
        no_secret_in_logs_at_trace,
        no_secret_in_errors,
        no_secret_in_debug_output,
    )
}

/// Everything logged on this thread; a trial and all it starts run on one.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn capture(&self) -> DefaultGuard {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(self.clone())
            .set_default()
    }

    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

async fn no_secret_in_logs_at_trace(subject: &Subject) -> Result {
    let log = Log::default();
    let guard = log.capture();
    tracing::trace!("{MARK}");
    let walked = walk(subject).await?;
    drop(guard);
    let text = log.text();
    ensure(text.contains(MARK), || {
        "the log was not captured".to_owned()
    })?;
    holds_no_secret(subject, &walked, &text, "log").await
}

async fn no_secret_in_errors(subject: &Subject) -> Result {
    let walked = walk(subject).await?;
    let text = walked.errors.join("\n");
    ensure(!text.is_empty(), || "no error was provoked".to_owned())?;
    holds_no_secret(subject, &walked, &text, "errors").await
}

async fn no_secret_in_debug_output(subject: &Subject) -> Result {
    let walked = walk(subject).await?;
    if walked.debug.is_empty() {
        return Err(Stop::Unsupported("anything that is confided"));
    }
    let text = walked.debug.join("\n");
    holds_no_secret(subject, &walked, &text, "debug output").await
}

/// Whether a text holds a piece of a secret. Short ones, codes and PINs, are looked for as words:
/// six digits stand by chance in a longer number.
fn holds(text: &str, secret: &str) -> bool {
    let middle = secret.len().saturating_sub(PIECE) / 2;
    let piece = secret
        .get(middle..middle.saturating_add(PIECE))
        .unwrap_or(secret);
    if piece.len() >= WORD {
        return text.contains(piece);
    }
    let is_outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '.');
    text.match_indices(piece).any(|(place, found)| {
        let before = text.get(..place).and_then(|text| text.chars().next_back());
        let end = place.saturating_add(found.len());
        let after = text.get(end..).and_then(|text| text.chars().next());
        is_outside(before) && is_outside(after)
    })
}

async fn holds_no_secret(subject: &Subject, walked: &Walked, text: &str, place: &str) -> Result {
    let mut canaries = subject.world.canaries().await?;
    canaries.extend(walked.confided.iter().cloned());
    ensure(!canaries.is_empty(), || {
        "there is nothing to look for".to_owned()
    })?;
    for (number, canary) in canaries.iter().enumerate() {
        // The message says which, not what: it is printed.
        ensure(!holds(text, canary), || {
            format!("secret {number} is in the {place}")
        })?;
    }
    Ok(())
}

/// Goes through the calls, well and badly.
async fn walk(subject: &Subject) -> Result<Walked> {
    let mut walked = Walked::default();
    let card = steps::issue_any(subject).await?;
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    cards.get(&ctx, &card.card_ref).await?;
    walked.note(cards.get(&ctx, "nosuchcard").await);
    let asked = |reference: &Reference| {
        let mut request = steps::issue_request(&card.card_type, reference);
        request.enrolment_ref.clone_from(&card.enrolment_ref);
        request
    };
    let again = asked(&card.reference);
    walked.note(cards.issue(&ctx, &again).await);
    for fault in [
        Fault::Refusal,
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::ServerErrorAfter,
        Fault::GarbledAnswer,
    ] {
        subject.world.inject(OperationKind::Issue, fault).await?;
        let request = asked(&steps::new_reference());
        walked.note(cards.issue(&ctx, &request).await);
    }
    let nowhere = subject.world.unreachable().await?;
    if let Some(cards) = nowhere.cards() {
        let request = asked(&steps::new_reference());
        walked.note(cards.issue(&ctx, &request).await);
    }
    match webhook_errors(subject, &card).await {
        Ok(texts) => walked.errors.extend(texts),
        Err(Stop::Unsupported(_)) => {}
        Err(broken) => return Err(broken),
    }
    confide(subject, &mut walked).await?;
    Ok(walked)
}

async fn webhook_errors(subject: &Subject, card: &steps::Issued) -> Result<Vec<String>> {
    let webhooks = subject.webhooks()?;
    let mut sent = steps::webhook(subject, card).await?;
    let verified = webhooks.verify(&sent.delivery())?;
    let mut errors = Vec::new();
    sent.body.truncate(sent.body.len() / 2);
    errors.extend(
        webhooks
            .verify(&sent.delivery())
            .err()
            .map(|error| texts(&error)),
    );
    let broken = webhooks.translate(&verified.category, &sent.body);
    errors.extend(broken.err().map(|error| texts(&error)));
    Ok(errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_is_found_whole_in_pieces_and_as_a_word() {
        let key = "0123456789abcdefghijklmnopqrstuvwxyz";
        assert!(holds(&format!("key={}", &key[4..32]), key));
        assert!(holds("{\"pin\":\"583917\"}", "583917"));
        assert!(!holds("at 10:00:05.583917Z, no 9583917", "583917"));
        assert!(holds("name Qwertyuiopas", "Qwertyuiopas"));
    }
}
