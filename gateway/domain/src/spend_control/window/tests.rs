use proptest::prelude::*;
use strum::VariantArray;

use super::*;

fn ms(text: &str) -> Timestamp {
    let instant: Instant = text.parse().unwrap();
    Timestamp::from_millis(instant.as_millisecond())
}

fn calendar(period: Period, time_zone: &str) -> Window {
    let time_zone = time_zone.to_owned();
    Window::Calendar { period, time_zone }
}

fn begin(window: &Window, at: Timestamp) -> Timestamp {
    match window.past(at).unwrap() {
        Past::Since(begin) => begin,
        other @ (Past::Nothing | Past::All) => panic!("{other:?}"),
    }
}

#[test]
fn calendar_window_begins_where_the_local_clock_says() {
    use Period::{Day, Month, Week};
    let table = [
        // Plain days, weeks from Monday, months; the first moment belongs to the window.
        (
            Day,
            "UTC",
            "2026-03-05T23:59:59.999Z",
            "2026-03-05T00:00:00Z",
        ),
        (Day, "UTC", "2026-03-06T00:00:00Z", "2026-03-06T00:00:00Z"),
        (
            Day,
            "Europe/Vilnius",
            "2026-01-15T21:59:59.999Z",
            "2026-01-14T22:00:00Z",
        ),
        (
            Day,
            "Europe/Vilnius",
            "2026-01-15T22:00:00Z",
            "2026-01-15T22:00:00Z",
        ),
        (
            Week,
            "Europe/Vilnius",
            "2026-01-18T12:00:00Z",
            "2026-01-11T22:00:00Z",
        ),
        (
            Week,
            "Europe/Vilnius",
            "2026-01-18T22:00:00Z",
            "2026-01-18T22:00:00Z",
        ),
        (Week, "UTC", "2026-01-01T00:00:00Z", "2025-12-29T00:00:00Z"),
        (
            Month,
            "UTC",
            "2024-02-29T23:59:59.999Z",
            "2024-02-01T00:00:00Z",
        ),
        (
            Month,
            "America/New_York",
            "2026-04-01T03:59:59.999Z",
            "2026-03-01T05:00:00Z",
        ),
        (
            Month,
            "America/New_York",
            "2026-04-01T04:00:00Z",
            "2026-04-01T04:00:00Z",
        ),
        // 23 and 25 hours.
        (
            Day,
            "Europe/Vilnius",
            "2026-03-29T20:59:59.999Z",
            "2026-03-28T22:00:00Z",
        ),
        (
            Day,
            "Europe/Vilnius",
            "2026-03-29T21:00:00Z",
            "2026-03-29T21:00:00Z",
        ),
        (
            Day,
            "Europe/Vilnius",
            "2026-10-25T21:59:59.999Z",
            "2026-10-24T21:00:00Z",
        ),
        (
            Day,
            "Europe/Vilnius",
            "2026-10-25T22:00:00Z",
            "2026-10-25T22:00:00Z",
        ),
        // No midnight: the day begins at one.
        (
            Day,
            "America/Sao_Paulo",
            "2018-11-04T02:59:59.999Z",
            "2018-11-03T03:00:00Z",
        ),
        (
            Day,
            "America/Sao_Paulo",
            "2018-11-04T03:00:00Z",
            "2018-11-04T03:00:00Z",
        ),
        (
            Day,
            "America/Sao_Paulo",
            "2018-11-05T01:59:59.999Z",
            "2018-11-04T03:00:00Z",
        ),
        (
            Day,
            "Asia/Beirut",
            "2022-03-27T10:00:00Z",
            "2022-03-26T22:00:00Z",
        ),
        (
            Day,
            "Africa/Cairo",
            "2014-05-16T10:00:00Z",
            "2014-05-15T22:00:00Z",
        ),
        // The hour before midnight twice: it is still the old day.
        (
            Day,
            "Asia/Beirut",
            "2022-10-29T20:30:00Z",
            "2022-10-28T21:00:00Z",
        ),
        (
            Day,
            "Asia/Beirut",
            "2022-10-29T21:30:00Z",
            "2022-10-28T21:00:00Z",
        ),
        (
            Day,
            "Asia/Beirut",
            "2022-10-29T22:00:00Z",
            "2022-10-29T22:00:00Z",
        ),
        // Back over midnight: the new day has begun and stays.
        (
            Day,
            "America/St_Johns",
            "2008-11-02T02:30:30Z",
            "2008-11-02T02:30:00Z",
        ),
        (
            Day,
            "America/St_Johns",
            "2008-11-02T02:31:00Z",
            "2008-11-02T02:30:00Z",
        ),
        (
            Month,
            "Antarctica/Casey",
            "2010-03-04T16:00:00Z",
            "2010-02-28T13:00:00Z",
        ),
        (
            Day,
            "Antarctica/Casey",
            "2010-03-04T15:30:00Z",
            "2010-03-04T13:00:00Z",
        ),
        // Half and quarter hours.
        (
            Day,
            "Asia/Kolkata",
            "2026-07-01T18:29:59.999Z",
            "2026-06-30T18:30:00Z",
        ),
        (
            Day,
            "Asia/Kathmandu",
            "2026-07-01T18:15:00Z",
            "2026-07-01T18:15:00Z",
        ),
        (
            Day,
            "Australia/Lord_Howe",
            "2026-10-03T13:30:00Z",
            "2026-10-03T13:30:00Z",
        ),
        (
            Day,
            "Australia/Lord_Howe",
            "2026-10-04T12:59:59.999Z",
            "2026-10-03T13:30:00Z",
        ),
        // A day that was left out, and a midnight within a gap.
        (
            Day,
            "Pacific/Apia",
            "2011-12-30T09:59:59.999Z",
            "2011-12-29T10:00:00Z",
        ),
        (
            Day,
            "Pacific/Apia",
            "2011-12-30T10:00:00Z",
            "2011-12-30T10:00:00Z",
        ),
        (
            Day,
            "America/Toronto",
            "1919-03-31T04:45:00Z",
            "1919-03-31T04:30:00Z",
        ),
    ];
    for (period, time_zone, at, expected) in table {
        let found = begin(&calendar(period, time_zone), ms(at));
        assert_eq!(
            found.to_string(),
            ms(expected).to_string(),
            "{period} {time_zone} {at}"
        );
    }
}

#[test]
fn rolling_window_is_exactly_so_long_and_its_begin_is_out() {
    let at = ms("2026-03-29T12:00:00Z");
    for (period, days) in [(Period::Day, 1), (Period::Week, 7), (Period::Month, 30)] {
        let first = begin(&Window::Rolling { period }, at);
        assert_eq!(at.as_millis() - first.as_millis(), days * DAY_MS - 1);
    }
}

#[test]
fn windows_without_a_begin_count_nothing_or_all() {
    let at = ms("2026-03-29T12:00:00Z");
    assert_eq!(Window::PerTransaction.past(at), Ok(Past::Nothing));
    assert_eq!(Window::Lifetime.past(at), Ok(Past::All));
}

#[test]
fn window_that_cannot_be_counted_says_so() {
    let window = calendar(Period::Day, "Mars/Olympus");
    let time_zone = "Mars/Olympus".to_owned();
    let at = Timestamp::from_millis(0);
    assert_eq!(window.past(at), Err(NoCalendar { time_zone }));
    let end = Timestamp::from_millis(i64::MAX);
    assert!(calendar(Period::Day, "UTC").past(end).is_err());
}

#[test]
fn time_zone_is_an_iana_name_in_its_own_spelling() {
    for good in [
        "UTC",
        "Europe/Vilnius",
        "America/Argentina/Buenos_Aires",
        "Etc/GMT+5",
    ] {
        assert!(is_time_zone(good), "{good}");
    }
    for bad in [
        "",
        "europe/vilnius",
        "Etc/Unknown",
        "EET-2",
        "+02:00",
        "../etc/passwd",
        "local",
    ] {
        assert!(!is_time_zone(bad), "{bad}");
    }
}

/// Every zone of the database.
fn a_zone() -> impl Strategy<Value = String> {
    let names = jiff::tz::db().available().map(|name| name.to_string());
    let known: Vec<String> = names.filter(|name| is_time_zone(name)).collect();
    assert!(known.len() > 400, "{}", known.len());
    proptest::sample::select(known)
}

/// Where a clock jumped at midnight or over it.
const AT_MIDNIGHT: [(&str, &str); 5] = [
    ("America/St_Johns", "2008-11-02T02:31:00Z"),
    ("Antarctica/Casey", "2010-03-04T15:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("Asia/Beirut", "2022-10-29T21:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
];

/// 1970 to 2060, and often within hours of a change of the clock.
fn a_time(time_zone: &str) -> BoxedStrategy<Timestamp> {
    let any = (0..2_840_000_000_000_i64).prop_map(Timestamp::from_millis);
    let from = Instant::UNIX_EPOCH;
    let changes: Vec<i64> = zone(time_zone)
        .unwrap()
        .following(from)
        .take(180)
        .map(|change| change.timestamp().as_millisecond())
        .collect();
    if changes.is_empty() {
        return any.boxed();
    }
    let near = (proptest::sample::select(changes), a_day_around());
    let near = near.prop_map(|(change, off)| Timestamp::from_millis(change + off));
    prop_oneof![any, near].boxed()
}

fn a_day_around() -> impl Strategy<Value = i64> {
    prop_oneof![-100_000_000..100_000_000_i64, -7_200_000..7_200_000_i64]
}

fn a_zone_and_time() -> impl Strategy<Value = (String, Timestamp)> {
    let anywhere = a_zone().prop_flat_map(|name| (Just(name.clone()), a_time(&name)));
    let odd = (proptest::sample::select(&AT_MIDNIGHT[..]), a_day_around());
    let odd = odd.prop_map(|((name, change), off)| {
        let at = Timestamp::from_millis(ms(change).as_millis() + off);
        (name.to_owned(), at)
    });
    prop_oneof![3 => anywhere, 1 => odd]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn calendar_begin_is_never_ahead_and_never_goes_back(
        (time_zone, first) in a_zone_and_time(),
        period in proptest::sample::select(Period::VARIANTS),
    ) {
        let window = calendar(period, &time_zone);
        // A day and a half in steps of ten minutes.
        let times = (0..216).map(|step| Timestamp::from_millis(first.as_millis() + step * 600_000));
        let mut last = begin(&window, first);
        // A day of 25 hours is the longest but where a zone moved over the date line.
        let days = match period { Period::Day => 2, Period::Week => 8, Period::Month => 32 };
        for at in times {
            let begins = begin(&window, at);
            prop_assert!(begins <= at);
            prop_assert!(at.as_millis() - begins.as_millis() <= days * DAY_MS);
            prop_assert!(last <= begins, "{time_zone} {at}: {last} {begins}");
            prop_assert_eq!(begin(&window, begins), begins);
            last = begins;
        }
    }

    #[test]
    fn rolling_begin_is_never_ahead_and_never_goes_back(
        at in any::<i64>(),
        more in 0..i64::MAX,
        period in proptest::sample::select(Period::VARIANTS),
    ) {
        let window = Window::Rolling { period };
        let later = Timestamp::from_millis(at.saturating_add(more));
        let at = Timestamp::from_millis(at);
        prop_assert!(begin(&window, at) <= at);
        prop_assert!(begin(&window, at) <= begin(&window, later));
    }
}
