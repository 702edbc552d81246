//! `/v1/spend-controls`

pub mod backtest;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod update;

use super::dto::SpendControlDto;
use super::tagged::Tagged;
use crate::app::spend_controls::EnforcedControl;

fn tagged(enforced: EnforcedControl) -> Tagged<SpendControlDto> {
    Tagged {
        version: enforced.control.version,
        resource: enforced.into(),
    }
}
