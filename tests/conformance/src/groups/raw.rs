//! The provider's own object, for those who look into it.

use crate::steps;
use crate::subject::Subject;
use crate::trial::{Group, Result, Trial, ensure, trials};
use cardmux_domain::secret::ExposeSecret;

pub fn trials() -> Vec<Trial> {
    trials!(Group::Mapping, raw_card_is_redacted_and_names_the_card)
}

async fn raw_card_is_redacted_and_names_the_card(subject: &Subject) -> Result {
    let raw = subject.raw()?;
    let card = steps::issue_any(subject).await?;
    let object = raw.raw_card(&subject.ctx()?, &card.card_ref).await?.0;
    let parsed: serde_json::Value = serde_json::from_str(&object)?;
    ensure(parsed.is_object(), || "not a JSON object".to_owned())?;
    // A ref may be the provider's id with a word of ours before it.
    let id = card.card_ref.rsplit([':', '/']).next();
    let id = id.unwrap_or(&card.card_ref);
    ensure(object.contains(id), || "the card is not named".to_owned())?;
    let mut secrets = subject.world.canaries().await?;
    if let Some(reveal) = subject.provider.reveal() {
        let revealed = reveal.reveal(&subject.ctx()?, &card.card_ref).await?;
        let number = revealed.number.iter();
        secrets.extend(number.map(|number| number.expose_secret().to_owned()));
    }
    // However a number is grouped.
    let plain: String = object.chars().filter(|c| !c.is_whitespace()).collect();
    for (number, secret) in secrets.iter().enumerate() {
        ensure(!plain.contains(secret.as_str()), || {
            format!("secret {number} is in it")
        })?;
    }
    Ok(())
}
