use super::*;
use crate::id::fresh;
use crate::spend_control::{Limit, LimitAmount, Period, Rules, Stage, Window};

fn eur(amount: i64) -> Money {
    Money::new(Decimal::from(amount), "EUR".parse().unwrap())
}

pub(super) fn control(scope: Scope, rules: Rules) -> SpendControl {
    SpendControl {
        id: fresh(),
        tenant: "acme".parse().unwrap(),
        scope,
        name: None,
        stage: Stage::Live,
        rules,
        replaces: None,
        version: 1,
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
    }
}

fn at_most(amount: i64, window: Window) -> Rules {
    let limit = Limit {
        amount: Some(LimitAmount {
            amount: Decimal::from(amount),
            currency: "EUR".parse().unwrap(),
        }),
        count: None,
        window,
    };
    Rules {
        limits: vec![limit],
        ..Rules::default()
    }
}

/// Payments of one card out of one budget, a second apart.
struct Stream {
    card: CardId,
    budget: BudgetId,
    asked: i64,
    happenings: Vec<Happening>,
}

impl Stream {
    fn new() -> Self {
        Self {
            card: fresh(),
            budget: fresh(),
            asked: 0,
            happenings: Vec::new(),
        }
    }

    fn asked(&mut self, amount: i64, verdict: Verdict) -> AuthorizationId {
        self.asked += 1;
        let authorization = fresh();
        self.happenings.push(Happening::Asked(Asked {
            authorization,
            at: Timestamp::from_millis(self.asked * 1000),
            card: self.card,
            customer: None,
            budget: Some(self.budget),
            drawn_on: Some(self.budget.into()),
            amount: eur(amount),
            merchant: Merchant::default(),
            other_reasons: Vec::new(),
            beyond_rules: None,
            verdict,
        }));
        authorization
    }

    fn beyond(&mut self, verdict: Verdict) {
        if let Some(Happening::Asked(asked)) = self.happenings.last_mut() {
            asked.beyond_rules = Some(verdict);
        }
    }

    fn moved(&mut self, by: i64, authorization: Option<AuthorizationId>) {
        self.happenings.push(Happening::Moved {
            book: self.budget.into(),
            available: Decimal::from(by),
            authorization,
        });
    }

    fn changed(&mut self, authorization: AuthorizationId, counted: i64, counts: bool) {
        self.happenings.push(Happening::Changed {
            authorization,
            counted: Decimal::from(counted),
            counts,
        });
    }

    fn replayed(&self, controls: &[SpendControl]) -> Vec<(Verdict, Vec<DeclineReason>)> {
        let replayed = replay(Start::default(), self.happenings.clone(), controls);
        let codes = |reasons: Vec<Reason>| reasons.into_iter().map(|r| r.code).collect();
        let said = replayed.into_iter().map(|r| (r.replayed, codes(r.reasons)));
        said.collect()
    }
}

use DeclineReason::{InsufficientFunds, SpendLimit};
use Verdict::{Approve, Decline};

#[test]
fn payment_now_declined_holds_nothing_and_what_followed_it_did_not_happen() {
    let mut stream = Stream::new();
    stream.moved(100, None);
    let first = stream.asked(80, Approve);
    stream.moved(80, Some(first));
    stream.changed(first, 70, true);
    stream.asked(100, Approve);
    assert_eq!(stream.replayed(&[]), [(Approve, vec![]), (Approve, vec![])]);
    // Were the release taken, 180 would be available; were the change, 70 counted.
    let mut stricter = at_most(79, Window::PerTransaction);
    assert_eq!(
        stream.replayed(&[control(Scope::Tenant, stricter.clone())]),
        [(Decline, vec![SpendLimit]), (Decline, vec![SpendLimit])]
    );
    stricter.limits[0].window = Window::Lifetime;
    stream.happenings.truncate(4);
    stream.asked(79, Approve);
    stream.asked(101, Decline);
    assert_eq!(
        stream.replayed(&[control(Scope::Tenant, stricter)]),
        [
            (Decline, vec![SpendLimit]),
            (Approve, vec![]),
            (Decline, vec![SpendLimit, InsufficientFunds]),
        ]
    );
}

#[test]
fn payment_now_approved_is_held_for_good() {
    let mut stream = Stream::new();
    stream.moved(100, None);
    let first = stream.asked(80, Decline);
    // The network had said yes all the same: not taken a second time.
    stream.moved(-80, Some(first));
    stream.changed(first, 80, true);
    stream.asked(20, Approve);
    stream.changed(first, 0, false);
    stream.moved(80, Some(first));
    stream.asked(1, Approve);
    assert_eq!(
        stream.replayed(&[]),
        [
            (Approve, vec![]),
            (Approve, vec![]),
            (Decline, vec![InsufficientFunds])
        ]
    );
    let limit = control(Scope::Card(stream.card), at_most(100, Window::Lifetime));
    assert_eq!(
        stream.replayed(&[limit])[2].1,
        [SpendLimit, InsufficientFunds]
    );
}

#[test]
fn word_beyond_the_rules_stays_and_its_release_is_told() {
    let mut stream = Stream::new();
    stream.moved(100, None);
    let first = stream.asked(80, Decline);
    stream.beyond(Decline);
    // While its endpoint was asked, the amount was held.
    stream.asked(30, Decline);
    stream.moved(80, Some(first));
    stream.changed(first, 0, false);
    stream.asked(100, Approve);
    stream.beyond(Approve);
    stream.asked(1, Decline);
    let limit = control(Scope::Tenant, at_most(100, Window::Lifetime));
    let recorded = stream.replayed(&[limit]);
    let both = vec![SpendLimit, InsufficientFunds];
    assert_eq!(
        recorded,
        [
            (Decline, vec![]),
            (Decline, both.clone()),
            (Approve, vec![]),
            (Decline, both)
        ]
    );
    // Declined by rules already, there is nothing to release.
    let strict = control(Scope::Tenant, at_most(50, Window::PerTransaction));
    let replayed = stream.replayed(&[strict]);
    assert_eq!(replayed[0], (Decline, vec![SpendLimit]));
    assert_eq!(replayed[1], (Approve, vec![]));
    assert_eq!(replayed[2], (Decline, vec![SpendLimit, InsufficientFunds]));
}

#[test]
fn hundred_thousand_payments_in_month_and_day_windows_are_replayed() {
    let calendar = |period| Window::Calendar {
        period,
        time_zone: "Europe/Vilnius".to_owned(),
    };
    let mut stream = Stream::new();
    stream.moved(1_000_000, None);
    // One each minute.
    for _ in 0..100_000 {
        stream.asked(1, Approve);
    }
    for happening in &mut stream.happenings {
        if let Happening::Asked(asked) = happening {
            asked.at = Timestamp::from_millis(asked.at.as_millis() * 60);
        }
    }
    let controls = [
        control(Scope::Tenant, at_most(10_000, calendar(Period::Month))),
        control(
            Scope::Card(stream.card),
            at_most(500, calendar(Period::Day)),
        ),
    ];
    let replayed = stream.replayed(&controls);
    let approved = replayed
        .iter()
        .filter(|(verdict, _)| *verdict == Approve)
        .count();
    // From 1970-01-01T03:01 in Vilnius to 1970-03-11T13:40, 500 a day: January and February are full
    // after twenty days, of March there are eleven.
    assert_eq!(approved, 10_000 + 10_000 + 11 * 500);
}
