//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

use cardmux_emulator_kit::clock::pause;

/// Between two looks: short beside everything that is waited for.
const GAP: Duration = Duration::from_millis(10);

/// Ask until there is an answer; `None` when the time is up.
pub async fn within<T>(limit: Duration, mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if Instant::now() >= deadline {
            return None;
        }
        pause(GAP).await;
    }
}

/// Ask until there is an answer.
///
/// # Panics
/// When there is none within twenty seconds: longer than any lease, retry or poll of the tests'
/// settings.
pub async fn eventually<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    within(Duration::from_secs(20), ask)
        .await
        .unwrap_or_else(|| panic!("nothing within twenty seconds: {what}"))
}

/// Wait until a condition holds; bounded as [`eventually`].
pub async fn wait_until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    eventually(what, async || holds().await.then_some(())).await;
}
