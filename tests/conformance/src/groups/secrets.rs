//! Secrets and card numbers stay out of logs at the finest level, and out of errors.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use cardmux_domain::provider::ProviderError;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::steps;
use crate::subject::{Call, Fault, Subject};
use crate::trial::{Group, Result, Stop, Trial, ensure, trials};

/// Shows that the capture works; without it, an empty log would pass.
const MARK: &str = "conformance marks its log";

/// Long secrets may be wrapped or cut in a log: a piece of this length counts as well.
const PIECE: usize = 24;

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Secrets,
        no_secret_in_logs_at_trace,
        no_secret_in_errors
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
    walk(subject).await?;
    drop(guard);
    let text = log.text();
    ensure(text.contains(MARK), || {
        "the log was not captured".to_owned()
    })?;
    holds_no_secret(subject, &text, "log").await
}

async fn no_secret_in_errors(subject: &Subject) -> Result {
    let errors = walk(subject).await?;
    ensure(!errors.is_empty(), || "no error was provoked".to_owned())?;
    holds_no_secret(subject, &errors.join("\n"), "errors").await
}

async fn holds_no_secret(subject: &Subject, text: &str, place: &str) -> Result {
    let canaries = subject.world.canaries().await?;
    ensure(!canaries.is_empty(), || {
        "there is nothing to look for".to_owned()
    })?;
    for (number, canary) in canaries.iter().enumerate() {
        let middle = canary.len().saturating_sub(PIECE) / 2;
        let piece = canary
            .get(middle..middle.saturating_add(PIECE))
            .unwrap_or(canary);
        // The message says which, not what: it is printed.
        ensure(!text.contains(piece), || {
            format!("secret {number} is in the {place}")
        })?;
    }
    Ok(())
}

/// Goes through the calls, well and badly; gives back every text an error has.
async fn walk(subject: &Subject) -> Result<Vec<String>> {
    let mut errors = Vec::new();
    let card = steps::issue_any(subject).await?;
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    cards.get(&ctx, &card.card_ref).await?;
    note(&mut errors, cards.get(&ctx, "nosuchcard").await);
    let again = steps::issue_request(&card.card_type, &card.reference);
    note(&mut errors, cards.issue(&ctx, &again).await);
    for fault in [
        Fault::Refusal,
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::ServerErrorAfter,
        Fault::GarbledAnswer,
    ] {
        subject.world.inject(Call::Issue, fault).await?;
        let request = steps::issue_request(&card.card_type, &steps::new_reference());
        note(&mut errors, cards.issue(&ctx, &request).await);
    }
    let nowhere = subject.world.unreachable().await?;
    if let Some(cards) = nowhere.cards() {
        let request = steps::issue_request(&card.card_type, &steps::new_reference());
        note(&mut errors, cards.issue(&ctx, &request).await);
    }
    match webhook_errors(subject, &card).await {
        Ok(texts) => errors.extend(texts),
        Err(Stop::Unsupported(_)) => {}
        Err(broken) => return Err(broken),
    }
    Ok(errors)
}

fn note<T>(errors: &mut Vec<String>, answer: std::result::Result<T, ProviderError>) {
    if let Err(error) = answer {
        errors.push(texts(&error));
    }
}

/// `Display` and `Debug` of an error and of everything under it.
fn texts(error: &(dyn std::error::Error + 'static)) -> String {
    let mut all = format!("{error}\n{error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        all = format!("{all}\n{cause}\n{cause:?}");
        source = cause.source();
    }
    all
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
