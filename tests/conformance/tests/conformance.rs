//! The conformance suite as a test binary: `cargo test -p cardmux-conformance -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cardmux_conformance::run::run(&libtest_mimic::Arguments::from_args())
}
