//! Calendar dates of emulated times.

use time::{Date, OffsetDateTime};

pub fn day(at_ms: i64) -> Date {
    OffsetDateTime::from_unix_timestamp(at_ms / 1000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
        .date()
}

/// `yyyy-MM-dd`, in UTC.
pub fn date(at_ms: i64) -> String {
    let day = day(at_ms);
    format!(
        "{:04}-{:02}-{:02}",
        day.year(),
        u8::from(day.month()),
        day.day()
    )
}
