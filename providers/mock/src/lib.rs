//! The reference adapter.
