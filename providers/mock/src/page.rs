//! Pages: a cursor is the place in the list it goes on from.

use cardmux_domain::provider::{ErrorKind, ProviderError};

/// Items of one page at most, as real providers bound theirs.
const PAGE_MAX: u32 = 100;

pub(crate) fn place_of(cursor: Option<&str>) -> Result<usize, ProviderError> {
    let Some(cursor) = cursor else {
        return Ok(0);
    };
    cursor.parse().map_err(|_| {
        ProviderError::not_sent(ErrorKind::Refused, "the cursor is not one of this list")
    })
}

pub(crate) fn size_of(limit: u32) -> usize {
    usize::try_from(limit.clamp(1, PAGE_MAX)).unwrap_or(1)
}
