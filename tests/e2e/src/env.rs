//! What the tests take from the environment.

/// A variable of the environment, when it is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the switches of the tests are no configuration")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether what cannot be tested here is a failure and not a remark.
pub fn is_ci() -> bool {
    variable("CI").is_some()
}
