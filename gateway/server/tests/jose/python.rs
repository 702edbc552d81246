//! A Python with jwcrypto: the one made earlier under `target`, or a new one.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Longer than the slowest installation seen (2 s) by far; a hanging one ends all the same.
const INSTALL_SECONDS: &str = "180";
/// Making an RSA key takes a second at worst.
const SCRIPT_SECONDS: &str = "30";

/// From any package that is as deep in the workspace as this one.
fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../gateway/server/tests/jose")
}

/// Finds or installs it, whoever else is doing the same at this moment.
pub fn python() -> PathBuf {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("jose-venv");
    let lock = File::create(venv.with_file_name("jose-venv.lock")).unwrap();
    lock.lock().unwrap();
    let python = venv.join("bin/python");
    if !has_jwcrypto(&python) {
        install(&venv, &python);
    }
    python
}

fn has_jwcrypto(python: &Path) -> bool {
    let arguments = ["-c", "import jwcrypto.jwe"];
    python.exists() && bounded(SCRIPT_SECONDS, python, &arguments).status.success()
}

fn install(venv: &Path, python: &Path) {
    let must = |what: &str, output: Output| {
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{what}\nhint: needed are python3 with its venv module, and pip with a package index in \
             reach; or put jwcrypto into {} yourself\n{said}",
            venv.display()
        );
    };
    let path = venv.to_str().unwrap();
    let made = ["-m", "venv", "--clear", path];
    must(
        "a virtual environment for jwcrypto cannot be made",
        bounded(INSTALL_SECONDS, Path::new("python3"), &made),
    );
    let requirements = here().join("requirements.txt");
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        requirements.to_str().unwrap(),
    ];
    must(
        "pip cannot install jwcrypto",
        bounded(INSTALL_SECONDS, python, &pip),
    );
}

/// A script of this folder with text on its standard input.
pub fn run(python: &Path, script: &str, arguments: &[&str], input: &str) -> Output {
    let script = here().join(script);
    let arguments = [&[script.to_str().unwrap()], arguments].concat();
    let mut child = command(SCRIPT_SECONDS, python, &arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Dropped at the end of the statement, which ends the input.
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn bounded(seconds: &str, program: &Path, arguments: &[&str]) -> Output {
    command(seconds, program, arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("`timeout` of coreutils does not run: {error}"))
}

/// Ended from outside when it takes too long.
fn command(seconds: &str, program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("timeout");
    command
        .args(["--kill-after=5", seconds])
        .arg(program)
        .args(arguments);
    command
}
