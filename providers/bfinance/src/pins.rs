use async_trait::async_trait;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{CallContext, OperationReport, Pins, ProviderError, SetPin};
use cardmux_domain::secret::ExposeSecret;

use crate::BFinance;
use crate::map::{self, done};
use crate::settings::PinPolicy;
use crate::wire::request::PinRequest;

#[async_trait]
impl Pins for BFinance {
    /// Setting and changing are one call (D). Whether bfinance enforces its rules is not known, so
    /// that they are enforced here.
    async fn set_pin(
        &self,
        _: &CallContext,
        request: &SetPin,
    ) -> Result<OperationReport, ProviderError> {
        let SetPin {
            reference,
            card_ref,
            pin,
        } = request;
        let pin = pin.expose_secret();
        if !is_acceptable(self.rules.pin_policy, pin) {
            return Err(map::refused("the PIN is not one that bfinance takes"));
        }
        let key = self.key(card_ref)?;
        let mut call = key.post("pin");
        call.confidential = true;
        self.client.tell(call, Some(&PinRequest { pin })).await?;
        Ok(done(OperationKind::SetPin, reference, card_ref))
    }
}

fn is_acceptable(policy: PinPolicy, pin: &str) -> bool {
    match policy.rule() {
        Some(rule) => rule.check(pin).is_ok(),
        None => follows_guide(pin),
    }
}

/// Four to twelve digits, neither all the same nor each one more, or one less, than the one before.
fn follows_guide(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let length = (4..=12).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let steps = |step: fn(u8, u8) -> bool| {
        digits
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if step(*a, *b)))
    };
    let weak = steps(|a, b| a == b)
        || steps(|a, b| a.checked_add(1) == Some(b))
        || steps(|a, b| b.checked_add(1) == Some(a));
    length && !weak
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_pins_are_refused_by_either_policy() {
        for pin in [
            "",
            "123",
            "1234",
            "0123",
            "4567",
            "0000",
            "9999",
            "4321",
            "12a4",
            "１２５９",
        ] {
            for policy in [PinPolicy::Strict, PinPolicy::Guide] {
                assert!(!is_acceptable(policy, pin), "{policy:?} {pin}");
            }
        }
        assert!(is_acceptable(PinPolicy::Strict, "2580"));
        assert!(!is_acceptable(PinPolicy::Strict, "25801"));
        assert!(is_acceptable(PinPolicy::Guide, "25801"));
        assert!(!is_acceptable(PinPolicy::Guide, "2580136974120"));
    }
}
