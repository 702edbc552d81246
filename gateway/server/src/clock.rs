//! The one place that reads the wall clock.

use cardmux_domain::time::Timestamp;

/// The day, in UTC.
pub fn today() -> time::Date {
    let now = i128::from(now().as_millis()) * 1_000_000;
    time::OffsetDateTime::from_unix_timestamp_nanos(now)
        .map_or(time::Date::MAX, time::OffsetDateTime::date)
}

pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    let now = std::time::SystemTime::now();
    let millis = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
