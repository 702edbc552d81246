//! Watching batches until they end.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::client::{Batch, Client, ClientError, Counts};

/// Often enough for a bar that moves, seldom enough not to be a load.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A gateway that is restarted or moved is back within this.
const PATIENCE: Duration = Duration::from_secs(120);

/// Look again and again until every batch has ended, and show how far they are.
pub(super) async fn to_the_end(
    client: &Client,
    mut batches: Vec<Batch>,
) -> Result<(), ClientError> {
    let mut shown = Shown::new(batches.iter().map(|batch| batch.total).sum());
    let mut seen = Instant::now();
    loop {
        shown.show(batches.iter().map(|batch| batch.counts));
        if !batches.iter().any(Batch::is_open) {
            shown.end();
            return Ok(());
        }
        rest().await;
        for batch in batches.iter_mut().filter(|batch| batch.is_open()) {
            match client.batch(&batch.id).await {
                Ok(now) => {
                    *batch = now;
                    seen = Instant::now();
                }
                Err(ClientError::Unreachable(why)) if seen.elapsed() < PATIENCE => {
                    shown.note(&format!("waiting for the gateway: {why}"));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

async fn rest() {
    #[expect(
        clippy::disallowed_methods,
        reason = "between two looks at the gateway"
    )]
    tokio::time::sleep(LOOK_EVERY).await;
}

/// A bar on a terminal, lines elsewhere; both on standard error, so that results can be piped.
struct Shown {
    bar: Option<ProgressBar>,
    total: u64,
    last: Option<String>,
}

impl Shown {
    fn new(total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total);
            let style = "{bar:40} {pos}/{len} {percent} % {msg} [{elapsed}]";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            bar
        });
        Self {
            bar,
            total,
            last: None,
        }
    }

    fn show(&mut self, counts: impl Iterator<Item = Counts>) {
        let sum = counts.fold(Counts::default(), |sum, next| Counts {
            succeeded: sum.succeeded + next.succeeded,
            failed: sum.failed + next.failed,
            cancelled: sum.cancelled + next.cancelled,
        });
        let decided = sum.decided();
        let words = format!(
            "{} succeeded, {} failed, {} cancelled",
            sum.succeeded, sum.failed, sum.cancelled
        );
        match &self.bar {
            Some(bar) => {
                bar.set_position(decided);
                bar.set_message(words);
            }
            None => {
                let percent = decided.saturating_mul(100) / self.total.max(1);
                let total = self.total;
                self.line(format!("{percent} % ({decided} of {total}): {words}"));
            }
        }
    }

    fn note(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None => self.line(text.to_owned()),
        }
    }

    /// Once, while nothing changes.
    fn line(&mut self, text: String) {
        if self.last.as_ref() != Some(&text) {
            // Whoever closed standard error does not want to know.
            let _ = writeln!(std::io::stderr().lock(), "{text}");
            self.last = Some(text);
        }
    }

    fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish();
        }
    }
}
