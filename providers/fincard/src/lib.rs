//! FinCard adapter.
