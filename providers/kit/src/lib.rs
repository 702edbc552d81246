//! What adapters share.
