//! FINCI asks, within three seconds (D).

use std::time::Duration;

use cardmux_domain::authorization::Verdict;
use cardmux_domain::provider::{
    AuthorizationMessage, AuthorizationReply, Authorizations, Delivery, WebhookRefused,
};

use crate::Finci;
use crate::map::message::{self, Fact};
use crate::wire::message::Message;

impl Authorizations for Finci {
    fn deadline(&self) -> Duration {
        self.rules.deadline
    }

    fn read(&self, delivery: &Delivery<'_>) -> Result<AuthorizationMessage, WebhookRefused> {
        let message = Message::of(delivery.body).ok_or(WebhookRefused::Malformed)?;
        match message::fact(&message, &self.rules) {
            Some(Fact::Request) => {
                let request = message::request(&message, &self.rules);
                let request = request.map_err(|_| WebhookRefused::Malformed)?;
                Ok(AuthorizationMessage::Request(Box::new(request)))
            }
            Some(Fact::Advice | Fact::Reversal | Fact::Presentment | Fact::Return) => {
                Ok(AuthorizationMessage::Notice)
            }
            // Acknowledged it would be approved, should it have been a request.
            None => Err(WebhookRefused::Malformed),
        }
    }

    /// In FINCI's own envelope (I). A reason is not passed on (D).
    fn reply(&self, verdict: Verdict) -> AuthorizationReply {
        let (status, body) = match verdict {
            Verdict::Approve => (200, r#"{"status":"success"}"#),
            Verdict::Decline => (
                self.rules.decline_status,
                r#"{"status":"error","errors":["DECLINED"]}"#,
            ),
        };
        AuthorizationReply {
            status,
            content_type: "application/json",
            body,
        }
    }
}
