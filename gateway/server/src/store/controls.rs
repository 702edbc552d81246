//! The JSON of `controls` columns. Decimals are text, exactly as they were given.

use cardmux_domain::controls::{Controls, Mcc, SpendLimit};
use serde::{Deserialize, Serialize};

use super::convert::{Corrupt, from_json, parse, to_json};

#[derive(Serialize, Deserialize)]
struct ControlsJson {
    /// Interval and amount, of payments of every kind.
    spend_limits: Option<Vec<(String, String)>>,
    /// Channel, interval and amount, where a channel is named.
    #[serde(default)]
    channel_limits: Vec<(String, String, String)>,
    allowed_mccs: Option<Vec<String>>,
    blocked_mccs: Option<Vec<String>>,
    no_pin_limit: Option<String>,
}

/// `None` for controls that say nothing.
pub(super) fn write(controls: &Controls) -> Option<String> {
    let Controls {
        spend_limits,
        allowed_mccs,
        blocked_mccs,
        no_pin_limit,
    } = controls;
    let codes = |mccs: &Option<Vec<Mcc>>| {
        let mccs = mccs.as_ref()?;
        Some(mccs.iter().map(ToString::to_string).collect())
    };
    let limits = spend_limits.as_ref().map(|limits| {
        let limits = limits.iter().filter(|limit| limit.channel.is_none());
        limits
            .map(|limit| (limit.interval.to_string(), limit.amount.to_string()))
            .collect()
    });
    let of_channels = spend_limits.iter().flatten().filter_map(|limit| {
        let channel = limit.channel?.to_string();
        Some((
            channel,
            limit.interval.to_string(),
            limit.amount.to_string(),
        ))
    });
    let json = ControlsJson {
        spend_limits: limits,
        channel_limits: of_channels.collect(),
        allowed_mccs: codes(allowed_mccs),
        blocked_mccs: codes(blocked_mccs),
        no_pin_limit: no_pin_limit.map(|amount| amount.to_string()),
    };
    (!controls.is_empty()).then(|| to_json(&json))
}

pub(super) fn read(column: &'static str, text: Option<&str>) -> Result<Controls, Corrupt> {
    let Some(text) = text else {
        return Ok(Controls::default());
    };
    let ControlsJson {
        spend_limits,
        channel_limits,
        allowed_mccs,
        blocked_mccs,
        no_pin_limit,
    } = from_json(column, text)?;
    let codes = |mccs: Option<Vec<String>>| {
        let mccs = mccs.map(|mccs| mccs.iter().map(|mcc| parse(column, mcc)).collect());
        mccs.transpose()
    };
    let limit = |(interval, amount): (String, String)| {
        Ok(SpendLimit {
            channel: None,
            interval: parse(column, &interval)?,
            amount: parse(column, &amount)?,
        })
    };
    let of_channel = |(channel, interval, amount): (String, String, String)| {
        Ok(SpendLimit {
            channel: Some(parse(column, &channel)?),
            ..limit((interval, amount))?
        })
    };
    let of_channels: Vec<_> = channel_limits
        .into_iter()
        .map(of_channel)
        .collect::<Result<_, Corrupt>>()?;
    let limits: Option<Vec<_>> = spend_limits
        .map(|limits| {
            limits
                .into_iter()
                .map(limit)
                .collect::<Result<_, Corrupt>>()
        })
        .transpose()?;
    Ok(Controls {
        spend_limits: limits.map(|limits| limits.into_iter().chain(of_channels).collect()),
        allowed_mccs: codes(allowed_mccs)?,
        blocked_mccs: codes(blocked_mccs)?,
        no_pin_limit: no_pin_limit.map(|text| parse(column, &text)).transpose()?,
    })
}
