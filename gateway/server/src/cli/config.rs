use std::collections::BTreeMap;
use std::path::PathBuf;

use cardmux_domain::id::{InstanceId, TenantId};
use cardmux_domain::time::Timestamp;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::playground::{emulators, own_place};
use super::{CliError, ConfigArgs, say};
use crate::app::plan::{self, Effect, Planned, Presence, RuleChanges};
use crate::clock;
use crate::config::Settings;
use crate::generation::{issuing_paused, tenants};
use crate::providers::Registry;
use crate::server::{StartError, open_store, vault};

#[derive(Subcommand)]
pub(super) enum Config {
    /// What another configuration would change: tenants, rules, and where the requests of the last
    /// days would have gone. Nothing is applied
    Plan(Plan),
}

#[derive(Args)]
pub(super) struct Plan {
    /// The configuration that is to come (TOML)
    new: PathBuf,
    /// The one in force, with the database
    #[command(flatten)]
    config: ConfigArgs,
    /// The directory of a playground, whose requests are decided again
    #[arg(long, value_name = "DIR")]
    playground: Option<PathBuf>,
    /// Days of requests that are decided again
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=365))]
    days: u16,
    /// Print one JSON object, each card that would have gone elsewhere with it
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Config) -> Result<(), CliError> {
    match command {
        Config::Plan(args) => run_plan(args).await,
    }
}

async fn run_plan(args: Plan) -> Result<(), CliError> {
    let new = ConfigArgs {
        config: Some(args.new),
    };
    // The data stays where it is: only what is routed is compared.
    let place = args.playground.as_deref().map_or(Value::Null, own_place);
    let before = args.config.load(place.clone())?;
    let after = new.load(place)?;
    let report = report(&before, &after, args.days).await?;
    match args.json {
        true => say(&report.json().to_string()),
        false => say(&report.text()),
    }
}

/// Everything a plan says.
struct Report {
    days: u16,
    /// Keys of the configuration that differ.
    keys: Vec<String>,
    tenants: Vec<TenantReport>,
}

struct TenantReport {
    id: TenantId,
    presence: Presence,
    rules: RuleChanges,
    effect: Effect,
}

async fn report(before: &Settings, after: &Settings, days: u16) -> Result<Report, CliError> {
    let since = clock::now().as_millis() - i64::from(days) * 24 * 60 * 60 * 1000;
    let since = Timestamp::from_millis(since);
    // Adapters tell what an issuer can do; one that is emulated is asked as an emulated one.
    let (emulated, running) = emulators::start_apart(after).await?;
    let (providers, _) = emulated.point(after);
    let registry = Registry::build(&providers).map_err(StartError::Providers)?;
    let store = open_store(before).await?;
    let vault = vault(before)?;
    let planned = Planned {
        store: &store,
        vault: &vault,
        registry: &registry,
        issuing_paused: &issuing_paused(&after.providers),
    };
    let (old, new) = (tenants(before), tenants(after));
    let mut reports = Vec::new();
    for (id, presence) in plan::tenants(&old, &new) {
        let (rules, effect) = match (old.get(id), new.get(id)) {
            (Some(old), Some(new)) => (
                plan::rule_changes(old, new),
                plan::effect(&planned, new, since).await?,
            ),
            _ => Default::default(),
        };
        reports.push(TenantReport {
            id: id.clone(),
            presence,
            rules,
            effect,
        });
    }
    store.close().await;
    emulators::stop(running).await;
    Ok(Report {
        days,
        keys: before.changes(after).into_iter().collect(),
        tenants: reports,
    })
}

impl Report {
    fn json(&self) -> Value {
        let tenants: BTreeMap<&str, Value> = self
            .tenants
            .iter()
            .map(|tenant| (tenant.id.as_str(), tenant.json()))
            .collect();
        json!({ "days": self.days, "changed": self.keys, "tenants": tenants })
    }

    fn text(&self) -> String {
        let mut text = match self.keys.is_empty() {
            true => "Nothing differs.\n".to_owned(),
            false => format!("Keys that differ: {}\n", self.keys.join(", ")),
        };
        for tenant in &self.tenants {
            text.push_str(&tenant.text(self.days));
        }
        text.push_str(
            "Decided with card types, enrolments and budgets as they are now, and every issuer well. \
             Nothing was applied.",
        );
        text
    }
}

fn name_of(instance: Option<&InstanceId>) -> &str {
    instance.map_or("nobody", InstanceId::as_str)
}

impl TenantReport {
    fn json(&self) -> Value {
        let Self {
            id: _,
            presence,
            rules,
            effect,
        } = self;
        let moves = effect.moves.iter().map(|((from, to), count)| {
            let to = to.as_ref().map(InstanceId::as_str);
            json!({ "from": from.as_str(), "to": to, "requests": count })
        });
        let cards = effect.cards.iter().map(|(card, to)| {
            let to = to.as_ref().map(InstanceId::as_str);
            json!({ "cardId": card.to_string(), "to": to })
        });
        json!({
            "tenant": word(*presence),
            "rules": {
                "added": rules.added,
                "removed": rules.removed,
                "changed": rules.changed,
                "reordered": rules.reordered,
            },
            "requests": effect.requests,
            "elsewhere": effect.moved(),
            "moves": moves.collect::<Vec<_>>(),
            "cards": cards.collect::<Vec<_>>(),
            "namedTypeGone": effect.refused,
            "capped": effect.capped,
        })
    }

    fn text(&self, days: u16) -> String {
        let Self {
            id,
            presence,
            rules,
            effect,
        } = self;
        let mut text = format!("Tenant {id}: {}\n", word(*presence));
        let lists = [
            ("rules added", &rules.added),
            ("rules removed", &rules.removed),
            ("rules changed", &rules.changed),
        ];
        for (what, names) in lists {
            if !names.is_empty() {
                text.push_str(&format!("  {what}: {}\n", names.join(", ")));
            }
        }
        if rules.reordered {
            text.push_str("  rules are asked in another order\n");
        }
        if *presence != Presence::Kept {
            return text;
        }
        let moved = effect.moved();
        let share = percent(moved, effect.requests);
        text.push_str(&format!(
            "  {moved} of {} requests of the last {days} days would have gone elsewhere ({share} %)\n",
            effect.requests
        ));
        for ((from, to), count) in &effect.moves {
            let to = name_of(to.as_ref());
            text.push_str(&format!("    {count} from {from} to {to}\n"));
        }
        if effect.refused > 0 {
            text.push_str(&format!(
                "  {} requests named a card type the tenant would not have\n",
                effect.refused
            ));
        }
        if effect.capped {
            text.push_str("  there were more; the newest were left out\n");
        }
        text
    }
}

fn word(presence: Presence) -> &'static str {
    match presence {
        Presence::Added => "added",
        Presence::Removed => "removed",
        Presence::Kept => "kept",
    }
}

/// With one decimal.
fn percent(part: u64, whole: u64) -> String {
    let tenths = part.saturating_mul(1000).checked_div(whole).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}
