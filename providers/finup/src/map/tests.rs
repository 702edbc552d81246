use super::*;

fn card(json: &str) -> Card {
    cardmux_provider_kit::json::parse(json.as_bytes()).unwrap()
}

#[test]
fn every_documented_status_has_its_meaning() {
    use CardStatus as S;
    for (word, status) in [
        ("Enabled", S::Active),
        ("Active", S::Active),
        ("Freezing", S::Active),
        ("Closing", S::Active),
        ("Freezed", S::Frozen),
        ("Unreezing", S::Frozen),
        ("Unfreezing", S::Frozen),
        ("Closed", S::Cancelled),
        ("Canceled", S::Cancelled),
        ("Processing", S::Pending),
        ("Pending", S::Pending),
        ("Blocked", S::Blocked),
    ] {
        let card = card(&format!(r#"{{"id":"c1","status":"{word}"}}"#));
        let snapshot = snapshot(&card, true).unwrap();
        assert_eq!(snapshot.status, status, "{word}");
        assert_eq!(snapshot.provider_status, word);
    }
    for word in ["Frozen?", "enabled", "Suspended"] {
        let card = card(&format!(r#"{{"id":"c1","status":"{word}"}}"#));
        let error = snapshot(&card, true).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{word}");
        assert_eq!(error.provider_message.as_deref(), Some(word));
        let issued = issued(&card, &Reference::from_text("r")).unwrap();
        assert_eq!(issued.reported, Reported::Processing, "{word}");
    }
}

#[test]
fn standing_tells_done_from_under_way_from_not_done() {
    use OperationKind::{Cancel, Deposit, Freeze, Unfreeze};
    use Standing::{Elsewhere, OnTheWay, There, Unclear};
    for (kind, word, wanted) in [
        (Freeze, "Freezed", There),
        (Freeze, "Freezing", OnTheWay),
        (Freeze, "Enabled", Elsewhere),
        (Freeze, "Blocked", Elsewhere),
        (Unfreeze, "Active", There),
        (Unfreeze, "Unreezing", OnTheWay),
        (Unfreeze, "Freezed", Elsewhere),
        (Cancel, "Canceled", There),
        (Cancel, "Closing", OnTheWay),
        (Cancel, "Enabled", Elsewhere),
        (Cancel, "Melted", Unclear),
        (Deposit, "Enabled", Unclear),
    ] {
        assert_eq!(standing(kind, word), wanted, "{kind} {word}");
    }
}

#[test]
fn last_four_are_taken_only_where_they_are_shown() {
    for (mask, last) in [
        ("4000 00•• •••• 0002", Some("0002")),
        ("4000 00** **** ****", None),
        ("4000 00•• •••• ••••", None),
        ("4000000000000002", None),
        ("", None),
    ] {
        let card = card(&format!(
            r#"{{"id":"c1","status":"Enabled","masked_PAN":"{mask}"}}"#
        ));
        let snapshot = snapshot(&card, true).unwrap();
        assert_eq!(snapshot.last4.as_deref(), last, "{mask}");
    }
}

#[test]
fn money_is_exact_and_totals_only_where_trusted() {
    let card = card(
        r#"{"id":"c1","status":"Enabled","currency_short_name":"USD","balance":0.1,
            "deposit":9007199254740.993,"withdraw":"2"}"#,
    );
    let all = funds(&card, true).unwrap();
    let text = |money: Option<Money>| money.map(|m| m.amount.to_string());
    assert_eq!(text(all.balance).as_deref(), Some("0.1"));
    assert_eq!(text(all.deposited).as_deref(), Some("9007199254740.993"));
    assert_eq!(text(all.withdrawn).as_deref(), Some("2"));
    let less = funds(&card, false).unwrap();
    assert_eq!((less.deposited, less.withdrawn), (None, None));
}

#[test]
fn timestamps_are_read_to_the_millisecond() {
    let at = timestamp("2026-01-05T09:00:00.123Z").unwrap();
    assert_eq!(at.to_string(), "2026-01-05T09:00:00.123Z");
    assert_eq!(timestamp("yesterday"), None);
}
