//! The bench still runs. Its figures are those of an unoptimised build over a moment: not looked at
//! beyond being there.

use std::process::Command;

use serde_json::Value;

#[test]
fn quick_mode_reports_reads_beside_their_floor() {
    let output = Command::new(env!("CARGO_BIN_EXE_cardmux-bench"))
        .args(["--quick", "--bench", "read", "--backend", "sqlite"])
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let metrics: Vec<_> = figures
        .iter()
        .map(|figure| figure["metric"].as_str().unwrap())
        .collect();
    assert_eq!(metrics, ["requests", "p50", "p99"]);
    for figure in &figures {
        assert!(figure["value"].as_f64().unwrap() > 0.0, "{figure}");
        assert!(figure["floor"].as_f64().unwrap() > 0.0, "{figure}");
    }
    assert_eq!(figures[0]["refused"], 0);
    assert!(problem.contains("read"), "the table is missing: {problem}");
}
