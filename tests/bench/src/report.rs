//! Figures: a JSON line each as soon as it is known, and a table of all at the end.

use std::fmt::Display;
use std::io::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::Result;
use crate::args::Backend;
use crate::stats::Spread;

/// What would be good enough.
#[derive(Debug, Clone, Copy)]
pub enum Aim {
    /// Of the ratio to the floor.
    Ratio(f64),
    /// Of the value above the floor's.
    BelowFloorPlus(f64),
    /// Reported, not judged.
    None,
}

#[derive(Debug, Serialize)]
pub struct Figure {
    pub bench: String,
    pub backend: String,
    pub clients: usize,
    pub metric: String,
    pub value: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub unit: &'static str,
    /// What `floor` was measured with.
    pub floor_of: Option<&'static str>,
    pub floor: Option<f64>,
    pub floor_min: Option<f64>,
    pub floor_max: Option<f64>,
    pub ratio: Option<f64>,
    pub aim: Option<String>,
    pub met: Option<bool>,
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl Figure {
    pub fn new(
        bench: &str,
        backend: impl Display,
        metric: &str,
        value: Spread,
        unit: &'static str,
    ) -> Self {
        Self {
            value: Some(rounded(value.median)),
            min: Some(rounded(value.min)),
            max: Some(rounded(value.max)),
            unit,
            ..Self::skipped(bench, backend, metric)
        }
    }

    fn skipped(bench: &str, backend: impl Display, metric: &str) -> Self {
        Self {
            bench: bench.to_owned(),
            backend: backend.to_string(),
            clients: 0,
            metric: metric.to_owned(),
            value: None,
            min: None,
            max: None,
            unit: "",
            floor_of: None,
            floor: None,
            floor_min: None,
            floor_max: None,
            ratio: None,
            aim: None,
            met: None,
            more: Map::new(),
        }
    }

    pub fn clients(mut self, clients: usize) -> Self {
        self.clients = clients;
        self
    }

    /// The floor beside the value, and whether that is as good as aimed at.
    pub fn beside(mut self, floor_of: &'static str, floor: Spread, aim: Aim) -> Self {
        let value = self.value.unwrap_or(f64::NAN);
        self.floor_of = Some(floor_of);
        self.floor = Some(rounded(floor.median));
        self.floor_min = Some(rounded(floor.min));
        self.floor_max = Some(rounded(floor.max));
        let ratio = value / floor.median;
        self.ratio = ratio.is_finite().then(|| rounded(ratio));
        (self.aim, self.met) = match aim {
            Aim::Ratio(least) => (Some(format!("ratio >= {least}")), Some(ratio >= least)),
            Aim::BelowFloorPlus(most) => {
                let above = value - floor.median;
                self = self.with("above_floor", rounded(above));
                (Some(format!("value - floor < {most}")), Some(above < most))
            }
            Aim::None => (None, None),
        };
        self
    }

    /// What has nothing beside it, but a bound.
    pub fn below(mut self, most: f64) -> Self {
        self.aim = Some(format!("value < {most}"));
        self.met = self.value.map(|value| value < most);
        self
    }

    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }
}

/// Three decimals: microseconds, thousandths of a ratio.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[derive(Default)]
pub struct Report(Vec<Figure>);

impl Report {
    pub fn add(&mut self, figure: Figure) -> Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", serde_json::to_string(&figure)?)?;
        out.flush()?;
        self.0.push(figure);
        Ok(())
    }

    /// Silence would look like success.
    pub fn skip(&mut self, backend: Backend, why: &str) -> Result<()> {
        self.add(Figure::skipped("all", backend, "skipped").with("skipped", why))
    }

    pub fn table(&self) -> Result<()> {
        let mut out = std::io::stderr().lock();
        writeln!(
            out,
            "\n{:<9} {:<9} {:<17} {:>10} {:<6} {:>21} {:>10} {:>7}  aim",
            "bench", "database", "metric", "value", "unit", "min … max", "floor", "ratio"
        )?;
        for figure in &self.0 {
            let number = |value: Option<f64>| value.map_or("-".to_owned(), |v| format!("{v:.2}"));
            let verdict = match (&figure.aim, figure.met) {
                (Some(aim), Some(met)) => format!("{aim}: {}", if met { "met" } else { "MISSED" }),
                (_, _) => figure
                    .more
                    .get("skipped")
                    .map_or(String::new(), ToString::to_string),
            };
            let range = format!("{} … {}", number(figure.min), number(figure.max));
            writeln!(
                out,
                "{:<9} {:<9} {:<17} {:>10} {:<6} {:>21} {:>10} {:>7}  {verdict}",
                figure.bench,
                figure.backend,
                figure.metric,
                number(figure.value),
                figure.unit,
                range,
                number(figure.floor),
                number(figure.ratio),
            )?;
        }
        Ok(())
    }
}
