//! Webhooks under way, part of the state: pending deliveries survive a restart.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::WebhookMode;
use crate::clock::whole_ms;

/// Older deliveries are forgotten, so that a long run does not grow without bound.
const KEPT: usize = 2_000;

/// A webhook as the provider wants it sent: exact bytes, signature already in the headers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    pub category: String,
    /// The same on every attempt of a delivery.
    pub request_id: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    pub id: u64,
    pub event: Event,
    /// What follows the webhook URL, such as `/authorizations`; mostly nothing.
    #[serde(default)]
    pub path: String,
    /// Emulated time of every attempt.
    pub attempted_at: Vec<i64>,
    pub acked: bool,
    /// When the next attempt is due (emulated); none once acknowledged, given up or lost.
    pub next_at: Option<i64>,
    /// Send once more after the acknowledgement, to be a duplicate.
    again: bool,
    /// Waits for the next event, to arrive after it.
    held: bool,
}

/// When and how an event goes out, by the mode in force when it happens.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub mode: WebhookMode,
    pub now_ms: i64,
    pub delay_ms: i64,
    /// How long a reordered event waits for another one to overtake it.
    pub hold_ms: i64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Outbox {
    last_id: u64,
    deliveries: VecDeque<Delivery>,
}

impl Outbox {
    /// Adds an event and returns its delivery id.
    pub fn push(&mut self, event: Event, plan: &Plan) -> u64 {
        self.push_to("", event, plan)
    }

    /// The same for an event that goes to a path below the webhook URL.
    pub fn push_to(&mut self, path: &str, event: Event, plan: &Plan) -> u64 {
        self.last_id += 1;
        let due = plan.now_ms.saturating_add(plan.delay_ms);
        let mut held = false;
        let next_at = match plan.mode {
            WebhookMode::Lost => None,
            WebhookMode::Normal | WebhookMode::Duplicate | WebhookMode::BeforeAnswer => Some(due),
            WebhookMode::Reordered if self.release_held(due) => Some(due),
            WebhookMode::Reordered => {
                held = true;
                Some(due.saturating_add(plan.hold_ms))
            }
        };
        let again = plan.mode == WebhookMode::Duplicate;
        let id = self.last_id;
        let attempted_at = Vec::new();
        self.deliveries.push_back(Delivery {
            id,
            event,
            path: path.to_owned(),
            attempted_at,
            acked: false,
            next_at,
            again,
            held,
        });
        if self.deliveries.len() > KEPT {
            self.deliveries.pop_front();
        }
        id
    }

    fn release_held(&mut self, due: i64) -> bool {
        let mut released = false;
        for delivery in self.deliveries.iter_mut().filter(|delivery| delivery.held) {
            delivery.held = false;
            delivery.next_at = delivery.next_at.map(|_| due);
            released = true;
        }
        released
    }

    pub fn deliveries(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.deliveries.iter()
    }

    /// What waits to be sent, with its time.
    pub(crate) fn pending(&self) -> impl DoubleEndedIterator<Item = (i64, &Delivery)> {
        self.deliveries
            .iter()
            .filter_map(|delivery| Some((delivery.next_at?, delivery)))
    }

    /// Whether a delivery needs no further waiting for: tried, lost or forgotten.
    pub(crate) fn tried(&self, id: u64) -> bool {
        let delivery = self.deliveries.iter().find(|delivery| delivery.id == id);
        delivery.is_none_or(|found| !found.attempted_at.is_empty() || found.next_at.is_none())
    }

    /// Notes an attempt; an unacknowledged one is due again after the next gap, until none is left.
    pub(crate) fn attempted(&mut self, id: u64, acked: bool, now_ms: i64, gaps: &[Duration]) {
        let Some(delivery) = self
            .deliveries
            .iter_mut()
            .find(|delivery| delivery.id == id)
        else {
            return;
        };
        let failures = delivery.attempted_at.len();
        delivery.attempted_at.push(now_ms);
        delivery.acked |= acked;
        delivery.held = false;
        delivery.next_at = if acked {
            std::mem::take(&mut delivery.again).then_some(now_ms)
        } else {
            gaps.get(failures)
                .map(|gap| now_ms.saturating_add(whole_ms(*gap)))
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAPS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(300)];

    fn event() -> Event {
        let [category, request_id, body] = ["c", "r", "{}"].map(str::to_owned);
        Event {
            category,
            request_id,
            headers: Vec::new(),
            body,
        }
    }

    fn plan(mode: WebhookMode) -> Plan {
        Plan {
            mode,
            now_ms: 1000,
            delay_ms: 0,
            hold_ms: 500,
        }
    }

    fn due(outbox: &Outbox) -> Vec<i64> {
        outbox.pending().map(|(at, _)| at).collect()
    }

    #[test]
    fn each_failure_waits_for_the_next_gap_until_none_is_left() {
        let mut outbox = Outbox::default();
        let id = outbox.push(event(), &plan(WebhookMode::Normal));
        outbox.attempted(id, false, 1000, &GAPS);
        assert_eq!(due(&outbox), [61_000]);
        outbox.attempted(id, false, 61_000, &GAPS);
        assert_eq!(due(&outbox), [361_000]);
        outbox.attempted(id, false, 361_000, &GAPS);
        assert!(due(&outbox).is_empty() && outbox.tried(id));
    }

    #[test]
    fn a_duplicate_is_due_once_more_after_its_acknowledgement() {
        let mut outbox = Outbox::default();
        let id = outbox.push(event(), &plan(WebhookMode::Duplicate));
        outbox.attempted(id, true, 1001, &GAPS);
        assert_eq!(due(&outbox), [1001]);
        outbox.attempted(id, true, 1002, &GAPS);
        assert!(due(&outbox).is_empty());
    }

    #[test]
    fn a_reordered_event_waits_for_the_next_one_but_not_forever() {
        let mut outbox = Outbox::default();
        outbox.push(event(), &plan(WebhookMode::Reordered));
        assert_eq!(due(&outbox), [1500]);
        outbox.push(event(), &plan(WebhookMode::Reordered));
        assert_eq!(due(&outbox), [1000, 1000]);
    }

    #[test]
    fn old_deliveries_are_forgotten() {
        let mut outbox = Outbox::default();
        for _ in 0..=KEPT {
            outbox.push(event(), &plan(WebhookMode::Lost));
        }
        assert_eq!(outbox.deliveries().count(), KEPT);
    }
}
