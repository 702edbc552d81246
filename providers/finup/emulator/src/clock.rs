//! Timestamps as the wire has them.
//!
//! Documented: ISO 8601 in UTC with milliseconds and `Z` (D, O). Assumed: filters may carry any RFC
//! 3339 offset.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub fn stamp(at_ms: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at_ms.rem_euclid(1000),
    )
}

/// Epoch milliseconds, or nothing when the text is no timestamp.
pub fn parse(text: &str) -> Option<i64> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_has_milliseconds_and_reads_back() {
        assert_eq!(stamp(1_767_603_600_007), "2026-01-05T09:00:00.007Z");
        assert_eq!(parse("2026-01-05T09:00:00.007Z"), Some(1_767_603_600_007));
        assert_eq!(parse("yesterday"), None);
    }
}
