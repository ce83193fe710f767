//! How much comes at a time where a caller does not say.

/// Rows of a list.
pub(crate) const fn usual() -> u32 {
    50
}

/// Findings of a search.
pub(crate) const fn few() -> u32 {
    10
}
