use std::sync::Arc;

use async_trait::async_trait;
use cardmux_domain::challenge::{Challenge, ChallengeKind};
use cardmux_domain::provider::{CallContext, CardSecrets, Challenges, ProviderError, Reveal};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::client::Client;
use crate::decryption::Unveil;
use crate::map;
use crate::wire::challenge::{Secure, SecureRequest, Sensitive};
use crate::wire::envelope::Page;
use crate::wire::path::Endpoint;
use crate::wire::request::{CardKey, Spelling};

/// The largest page (F-doc), and as many challenges as anybody asks for.
const PAGE_SIZE: u32 = 100;

/// What can be read with the merchant's key. Of its own, because an instance without that key does
/// not have these capabilities.
#[derive(Debug)]
pub struct Secrets {
    pub client: Arc<Client>,
    pub spelling: Spelling,
    pub unveil: Unveil,
}

#[async_trait]
impl Reveal for Secrets {
    async fn reveal(&self, _: &CallContext, card_ref: &str) -> Result<CardSecrets, ProviderError> {
        let request = CardKey::new(self.spelling, card_ref);
        let sensitive: Sensitive = self.client.call(Endpoint::CardSecrets, &request).await?;
        let Sensitive {
            card_number,
            cvv,
            expire_date,
            activate_url,
            active_url,
        } = sensitive;
        let url = given(activate_url).or(given(active_url));
        Ok(CardSecrets {
            number: self.open(card_number)?.map(|number| digits(&number)),
            cvv: self.open(cvv)?,
            expiry: self.open(expire_date)?.map(|date| expiry(&date)),
            redemption_url: url.map(|url| self.unveil.open_link(&url)).transpose()?,
        })
    }
}

#[async_trait]
impl Challenges for Secrets {
    /// A kind nobody documented is left out with a warning: what it says could be anything.
    async fn challenges(
        &self,
        _: &CallContext,
        card_ref: &str,
    ) -> Result<Vec<Challenge>, ProviderError> {
        let request = SecureRequest {
            page_num: 1,
            page_size: PAGE_SIZE,
            card: CardKey::new(self.spelling, card_ref),
        };
        let page: Page<Secure> = self.client.call(Endpoint::Challenges, &request).await?;
        let mut challenges = Vec::new();
        for secure in page.records {
            let Some((notice, values)) = map::challenge::notice(secure)? else {
                tracing::warn!("a challenge of an unknown kind is left out");
                continue;
            };
            if notice.card_ref != card_ref {
                return Err(map::malformed("another card's challenge"));
            }
            let values =
                given(values).ok_or_else(|| map::malformed("a challenge without value"))?;
            let value = match notice.kind {
                ChallengeKind::ApprovalUrl => self.unveil.open_link(&values)?,
                ChallengeKind::Otp | ChallengeKind::ActivationCode => self.unveil.open(&values)?,
            };
            challenges.push(Challenge { notice, value });
        }
        challenges.sort_by_key(|challenge| std::cmp::Reverse(challenge.notice.created_at));
        Ok(challenges)
    }
}

impl Secrets {
    fn open(
        &self,
        value: Option<Zeroizing<String>>,
    ) -> Result<Option<SecretString>, ProviderError> {
        given(value)
            .map(|value| self.unveil.open(&value))
            .transpose()
    }
}

/// Parts a card does not have (yet) are absent, null or empty.
fn given(value: Option<Zeroizing<String>>) -> Option<Zeroizing<String>> {
    value.filter(|value| !value.trim().is_empty())
}

/// The number as digits, however it is grouped.
fn digits(number: &SecretString) -> SecretString {
    let number = number.expose_secret();
    let mut plain = Zeroizing::new(String::with_capacity(number.len()));
    plain.extend(number.chars().filter(|c| !matches!(c, ' ' | '-')));
    plain.as_str().into()
}

/// `MM/YYYY` from the forms such dates have; W-int says it is that, nobody has confirmed it (dossier
/// section 11, no. 23). A form nobody knows stays as it is.
fn expiry(date: &SecretString) -> SecretString {
    let text = date.expose_secret().trim();
    let (first, second) = match (text.split_once(['/', '-', '.']), text.len()) {
        (Some(parts), _) => parts,
        (None, 4) => text.split_at_checked(2).unwrap_or_default(),
        (None, _) => return text.into(),
    };
    let month = |part: &str| (1..=12).contains(&part.parse::<u8>().unwrap_or(0));
    let digits = |part: &str, len: usize| {
        part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let short = |part: &str| (digits(part, 1) || digits(part, 2)) && month(part);
    let joined = if short(first) && digits(second, 4) {
        Zeroizing::new(format!("{first:0>2}/{second}"))
    } else if short(first) && digits(second, 2) {
        Zeroizing::new(format!("{first:0>2}/20{second}"))
    } else if digits(first, 4) && short(second) {
        Zeroizing::new(format!("{second:0>2}/{first}"))
    } else {
        return text.into();
    };
    joined.as_str().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_is_told_as_month_and_year() {
        for (sent, shown) in [
            ("09/2031", "09/2031"),
            ("9/2031", "09/2031"),
            ("09/31", "09/2031"),
            ("0931", "09/2031"),
            ("2031-09", "09/2031"),
            ("2031/9", "09/2031"),
            ("09-2031", "09/2031"),
            (" 09.31 ", "09/2031"),
            ("13/2031", "13/2031"),
            ("31/09", "31/09"),
            ("2031-09-30", "2031-09-30"),
            ("never", "never"),
            ("ä1", "ä1"),
            ("", ""),
        ] {
            assert_eq!(expiry(&sent.into()).expose_secret(), shown, "{sent}");
        }
    }

    #[test]
    fn number_is_digits_only() {
        let number = digits(&"4000 0012-3456 7899".into());
        assert_eq!(number.expose_secret(), "4000001234567899");
    }
}
