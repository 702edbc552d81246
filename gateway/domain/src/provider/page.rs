/// A page of a provider's list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<String>,
}

/// Which page: `cursor` is `None` for the first, else what the page before gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    pub cursor: Option<String>,
    /// At most this many items; an adapter lowers it to the provider's own bound.
    pub limit: u32,
}
