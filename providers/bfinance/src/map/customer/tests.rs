use super::*;
use cardmux_provider_kit::json;

fn customer(text: &str) -> Customer {
    json::parse(text.as_bytes()).unwrap()
}

fn shown(text: &str, outstanding: &[&str]) -> EnrolmentSnapshot {
    let outstanding: Vec<_> = outstanding.iter().map(|&name| name.to_owned()).collect();
    snapshot(&customer(text), "t1", &outstanding).unwrap()
}

#[test]
fn verification_and_access_together_are_the_status() {
    use EnrolmentStatus as S;
    for (word, access, status, due) in [
        ("pending", "", S::InReview, false),
        ("active", "", S::InReview, true),
        ("active", "requested", S::InReview, false),
        ("active", "granted", S::Approved, false),
        ("active", "rejected", S::Rejected, false),
        ("update_requested", "granted", S::InReview, false),
        ("needs_information", "", S::ActionRequired, false),
        ("rejected", "", S::Rejected, false),
        ("on_hold", "", S::InReview, false),
        ("on_hold", "granted", S::Suspended, false),
    ] {
        let access = match access {
            "" => String::new(),
            own => format!(r#"{{"type":"cards","cardType":"t1","status":"{own}"}}"#),
        };
        let text = format!(r#"{{"id":"c1","status":"{word}","featuresAccess":[{access}]}}"#);
        let shown = shown(&text, &[]);
        assert_eq!((shown.status, shown.step_due), (status, due), "{text}");
        assert_eq!(shown.enrolment_ref, "c1:t1");
    }
    let unknown = customer(r#"{"id":"c1","status":"dreaming"}"#);
    assert!(snapshot(&unknown, "t1", &[]).is_err());
}

#[test]
fn access_to_another_type_is_none_to_this_one() {
    let other = r#"{"id":"c1","status":"active","featuresAccess":[
        {"type":"cards","cardType":"t2","status":"granted"},
        {"type":"virtual-account","status":"granted"}]}"#;
    assert!(shown(other, &[]).step_due);
    let unnamed = r#"{"id":"c1","status":"active","featuresAccess":[
        {"type":"cards","status":"rejected"},{"type":"cards","status":"granted"}]}"#;
    assert_eq!(shown(unnamed, &[]).status, EnrolmentStatus::Approved);
}

#[test]
fn what_is_missing_is_told_with_the_way_to_give_it() {
    let needy = r#"{"id":"c1","status":"needs_information","sumsub":{"url":"https://s/1"}}"#;
    assert_eq!(shown(needy, &[]).action_url.as_deref(), Some("https://s/1"));
    let asked = shown(r#"{"id":"c1","status":"pending"}"#, &["Source of funds"]);
    assert_eq!(asked.status, EnrolmentStatus::ActionRequired);
    assert!(asked.reason.unwrap().contains("Source of funds"));
    let refused = r#"{"id":"c1","status":"active","featuresAccess":[
        {"type":"cards","cardType":"t1","status":"rejected","rejectionReasons":["country",{}]}]}"#;
    assert_eq!(shown(refused, &[]).reason.as_deref(), Some("country"));
    let mendable = r#"{"id":"c1","status":"rejected","canResubmit":true,
        "rejectionReasons":["blurred"]}"#;
    assert_eq!(shown(mendable, &[]).status, EnrolmentStatus::ActionRequired);
}
