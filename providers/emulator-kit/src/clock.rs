//! Emulated time: starts at the wall clock and runs `scale` times as fast.
//!
//! Gaps a provider documents (token life, webhook retries) are measured on this clock, so a test
//! can see a 24-hour retry in seconds. Times that play against a client's own timeouts (a hang, a
//! late answer) are real.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::EmulatorError;

/// Beyond these a day of emulated time is either years or less than a timer tick.
const SCALES: std::ops::RangeInclusive<f64> = 0.001..=10_000_000.0;

/// The timer's resolution: waiting less would spin.
const TICK: Duration = Duration::from_millis(1);

#[derive(Debug)]
pub struct Clock {
    origin_ms: i64,
    started: Instant,
    scale: f64,
}

impl Clock {
    /// Starts at the wall clock, or at `not_before_ms` if that is later: a restarted emulator whose
    /// clock ran fast must not see its own past again.
    pub fn start(scale: f64, not_before_ms: i64) -> Result<Self, EmulatorError> {
        if !SCALES.contains(&scale) {
            return Err(EmulatorError::Options(format!(
                "time_scale must be between {} and {}, not {scale}",
                SCALES.start(),
                SCALES.end(),
            )));
        }
        Ok(Self {
            origin_ms: wall_ms().max(not_before_ms),
            started: Instant::now(),
            scale,
        })
    }

    /// Emulated time, epoch milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.origin_ms
            .saturating_add(self.emulated_ms(self.started.elapsed()))
    }

    /// How far the emulated clock goes in `real` time.
    pub fn emulated_ms(&self, real: Duration) -> i64 {
        whole_ms(real.mul_f64(self.scale))
    }

    /// Waits until the emulated clock shows `due_ms`.
    pub async fn until(&self, due_ms: i64) {
        let emulated = u64::try_from(due_ms.saturating_sub(self.now_ms())).unwrap_or(0);
        pause(
            Duration::from_millis(emulated)
                .div_f64(self.scale)
                .max(TICK),
        )
        .await;
    }
}

/// Waits in real time.
#[expect(
    clippy::disallowed_methods,
    reason = "waiting is what an emulated provider does"
)]
pub async fn pause(real: Duration) {
    tokio::time::sleep(real).await;
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn wall_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, whole_ms)
}

pub fn whole_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_advances_scaled() {
        let clock = Clock::start(60.0, 0).unwrap();
        assert_eq!(clock.emulated_ms(Duration::from_secs(1)), 60_000);
    }

    #[test]
    fn a_restarted_clock_never_goes_back() {
        let later = wall_ms() + 1_000_000;
        assert!(Clock::start(1.0, later).unwrap().now_ms() >= later);
    }

    #[test]
    fn an_absurd_scale_is_refused() {
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Clock::start(scale, 0).is_err(), "{scale}");
        }
    }
}
