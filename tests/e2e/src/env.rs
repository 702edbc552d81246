//! What the tests take from the environment, and tell it.

use std::io::Write as _;

/// A variable of the environment, when it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "the switches of the tests are no configuration"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Say something past the capture of test output: a skipped test that keeps quiet looks passed.
pub fn say(text: &str) {
    // Nobody to tell it to is no failure of the test.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Whether what cannot be tested here is a failure and not a remark.
pub fn is_ci() -> bool {
    variable("CI").is_some()
}
