//! Over what a limit counts: where a window begins.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp as Instant, ToSpan};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::time::Timestamp;

/// Over what a limit counts. Time is the gateway's, at the receipt of the request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Window {
    PerTransaction,
    /// From midnight, Monday or the first of the month in that zone to the next.
    Calendar {
        period: Period,
        /// IANA name: `Europe/Vilnius`.
        #[serde(rename = "timeZone")]
        time_zone: String,
    },
    /// The last 24 hours, 7 days of 24 hours, or 30 of them; the payment itself included.
    Rolling {
        period: Period,
    },
    Lifetime,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
    serde::Deserialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    /// Begins on Monday (ISO 8601).
    Week,
    Month,
}

/// What a window counts beside the payment itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    Nothing,
    /// From this millisecond on, it included.
    Since(Timestamp),
    All,
}

/// A stored window that cannot be counted: [`is_time_zone`] keeps new ones from being stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{time_zone} is no time zone whose calendar is known")]
pub struct NoCalendar {
    pub time_zone: String,
}

/// Whether windows can follow the calendar of this zone: an IANA name in its own spelling. One
/// spelling, so that what is stored can be compared.
pub fn is_time_zone(name: &str) -> bool {
    zone(name).is_some()
}

fn zone(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok()?;
    // "Etc/Unknown" is found too, and then has no name.
    (zone.iana_name() == Some(name)).then_some(zone)
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Window {
    /// What the window that contains `at` counts of the past.
    ///
    /// # Behaviour
    ///
    /// - A calendar day begins at its first moment, which is not midnight where the clock skips it,
    ///   and may have 23 or 25 hours.
    /// - A day that has begun stays: where the clock goes back over midnight, the hour that comes
    ///   twice counts to the new day, so that a limit that was renewed is not renewed again.
    /// - A rolling window is exactly so long: a payment that lies the whole length back is out of it.
    pub fn past(&self, at: Timestamp) -> Result<Past, NoCalendar> {
        match self {
            Self::PerTransaction => Ok(Past::Nothing),
            Self::Lifetime => Ok(Past::All),
            Self::Rolling { period } => {
                // Times are whole milliseconds: after the begin is from the next one on.
                let first = at.as_millis().saturating_sub(period.rolling_ms() - 1);
                Ok(Past::Since(Timestamp::from_millis(first)))
            }
            Self::Calendar { period, time_zone } => {
                let begin = zone(time_zone).and_then(|zone| period.begin(&zone, at).ok());
                begin.map(Past::Since).ok_or_else(|| NoCalendar {
                    time_zone: time_zone.clone(),
                })
            }
        }
    }
}

impl Period {
    fn rolling_ms(self) -> i64 {
        match self {
            Self::Day => DAY_MS,
            Self::Week => 7 * DAY_MS,
            Self::Month => 30 * DAY_MS,
        }
    }

    /// Where the calendar period that contains `at` begins.
    fn begin(self, zone: &TimeZone, at: Timestamp) -> Result<Timestamp, jiff::Error> {
        let at = Instant::from_millisecond(at.as_millis())?;
        let first = self.first_day(zone.to_datetime(at).date())?;
        // Where the clock went back over midnight, the date is again that of the day before.
        let next = first_moment(zone, self.first_day_after(first)?)?;
        let begin = if next <= at {
            next
        } else {
            first_moment(zone, first)?
        };
        Ok(Timestamp::from_millis(begin.as_millisecond()))
    }

    fn first_day(self, date: Date) -> Result<Date, jiff::Error> {
        match self {
            Self::Day => Ok(date),
            Self::Week => date.checked_sub(date.weekday().to_monday_zero_offset().days()),
            Self::Month => Ok(date.first_of_month()),
        }
    }

    fn first_day_after(self, first: Date) -> Result<Date, jiff::Error> {
        match self {
            Self::Day => first.tomorrow(),
            Self::Week => first.checked_add(7.days()),
            Self::Month => first.last_of_month().tomorrow(),
        }
    }
}

/// The first moment of a day in a zone.
fn first_moment(zone: &TimeZone, day: Date) -> Result<Instant, jiff::Error> {
    let midnight = zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight()));
    match midnight.offset() {
        AmbiguousOffset::Unambiguous { .. } => midnight.unambiguous(),
        AmbiguousOffset::Fold { .. } => midnight.earlier(),
        // The day begins where the clock jumps. `compatible()` would jump as far again beyond a
        // midnight in the middle of the gap (Toronto 1919-03-31).
        AmbiguousOffset::Gap { .. } => {
            let before = midnight.earlier()?;
            let jump = zone.following(before).next();
            jump.map_or_else(|| midnight.later(), |jump| Ok(jump.timestamp()))
        }
    }
}

#[cfg(test)]
mod tests;
