//! The bench still runs. Its figures are those of an unoptimised build over a moment: not looked at
//! beyond being there.

use std::process::Command;

use serde_json::Value;

/// The figures of a quick run, and its table.
fn quick(arguments: &[&str]) -> Result<(Vec<Value>, String), Box<dyn std::error::Error>> {
    let output = Command::new(env!("CARGO_BIN_EXE_cardmux-bench"))
        .args(["--quick", "--backend", "sqlite"])
        .args(arguments)
        .output()?;
    let table = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(table.into());
    }
    let lines = String::from_utf8(output.stdout)?;
    let figures: Result<_, _> = lines.lines().map(serde_json::from_str).collect();
    Ok((figures?, table))
}

fn metrics(figures: &[Value]) -> Vec<&str> {
    let metrics = figures.iter().map(|f| f["metric"].as_str());
    metrics.map(Option::unwrap_or_default).collect()
}

fn assert_measured(figures: &[Value]) {
    for figure in figures {
        for side in ["value", "floor"] {
            assert!(figure[side].as_f64().is_some_and(|n| n > 0.0), "{figure}");
        }
    }
}

#[test]
fn quick_mode_reports_reads_beside_their_floor() {
    let (figures, table) = quick(&["--bench", "read"]).unwrap();
    assert_eq!(metrics(&figures), ["requests", "p50", "p99"]);
    assert_measured(&figures);
    assert_eq!(figures[0]["refused"], 0);
    assert!(table.contains("read"), "the table is missing: {table}");
}

/// Few clients: on a busy machine FINCI's three seconds are soon over.
#[test]
fn quick_mode_reports_decisions_beside_their_floors() {
    let (figures, table) = quick(&["--bench", "decisions", "--clients", "2"]).unwrap();
    let one_place = |place: &'static str| -> Vec<String> {
        let of = ["requests", "by bare", "p50", "p99", "p99.9"];
        let open = ["open", "open p50", "open p99", "open p99.9"];
        let names = of.into_iter().chain(open);
        names.map(|name| format!("{place} {name}")).collect()
    };
    let expected: Vec<String> = ["spread", "single"]
        .into_iter()
        .flat_map(one_place)
        .collect();
    assert_eq!(metrics(&figures), expected);
    assert_measured(&figures);
    let requests = &figures[0];
    assert_eq!(
        (&requests["cards"], &requests["budgets"]),
        (&100.into(), &10.into())
    );
    assert_eq!(requests["reads"], 5);
    assert!(table.contains("decisions"), "the table is missing: {table}");
}

#[test]
fn quick_mode_reports_how_long_routing_takes() {
    let (figures, table) = quick(&["--bench", "routing"]).unwrap();
    let expected: Vec<String> = ["weights", "evidence"]
        .into_iter()
        .flat_map(|place| ["rate", "p50", "p99", "p99.9"].map(|name| format!("{place} {name}")))
        .collect();
    assert_eq!(metrics(&figures), expected);
    for figure in &figures {
        assert!(
            figure["value"].as_f64().is_some_and(|n| n > 0.0),
            "{figure}"
        );
    }
    assert!(table.contains("routing"), "the table is missing: {table}");
}
