//! Words of transactions: neither statuses nor types are enumerated anywhere (dossier, unknown no.
//! 12), so that what is learnt can be set.

use std::collections::BTreeMap;
use std::str::FromStr;

use cardmux_domain::transaction::{TransactionKind, TransactionStatus};
use cardmux_provider_kit::settings::{Setting, Table};
use serde_json::Value;

/// `completed` is in an SDK's comment (S1); the others are inferred.
const STATUSES: [(&str, TransactionStatus); 5] = [
    ("completed", TransactionStatus::Settled),
    ("pending", TransactionStatus::Pending),
    ("declined", TransactionStatus::Declined),
    ("failed", TransactionStatus::Declined),
    ("reversed", TransactionStatus::Reversed),
];

/// `purchase` is in an SDK's comment (S1); the others are inferred.
const KINDS: [(&str, TransactionKind); 10] = [
    ("purchase", TransactionKind::Purchase),
    ("verification", TransactionKind::Verification),
    ("reversal", TransactionKind::Reversal),
    ("refund", TransactionKind::Refund),
    ("fee", TransactionKind::Fee),
    ("topup", TransactionKind::Deposit),
    ("top_up", TransactionKind::Deposit),
    ("deposit", TransactionKind::Deposit),
    ("withdraw", TransactionKind::Withdrawal),
    ("withdrawal", TransactionKind::Withdrawal),
];

/// bfinance's words, in lower case, and what they mean.
#[derive(Debug, Clone)]
pub struct Words {
    statuses: BTreeMap<String, TransactionStatus>,
    kinds: BTreeMap<String, TransactionKind>,
}

/// Pairs as they are written.
struct Pairs(Vec<(String, String)>);

impl Setting for Pairs {
    fn read(value: &Value) -> Result<Self, String> {
        let problem = "must be a table of bfinance's words and ours";
        let pairs = value.as_object().ok_or_else(|| problem.to_owned())?;
        let pair = |(theirs, ours): (&String, &Value)| {
            let ours = ours.as_str().ok_or_else(|| problem.to_owned())?;
            Ok((theirs.to_lowercase(), ours.to_owned()))
        };
        pairs.iter().map(pair).collect::<Result<_, _>>().map(Self)
    }
}

impl Words {
    /// `None` was reported.
    pub fn take(table: &mut Table) -> Option<Self> {
        let statuses = merged(table, "transaction_statuses", &STATUSES);
        let kinds = merged(table, "transaction_types", &KINDS);
        Some(Self {
            statuses: statuses?,
            kinds: kinds?,
        })
    }

    pub fn status(&self, word: &str) -> Option<TransactionStatus> {
        self.statuses.get(&word.to_lowercase()).copied()
    }

    pub fn kind(&self, word: &str) -> Option<TransactionKind> {
        self.kinds.get(&word.to_lowercase()).copied()
    }
}

fn merged<T: Copy + FromStr>(
    table: &mut Table,
    key: &'static str,
    known: &[(&str, T)],
) -> Option<BTreeMap<String, T>> {
    let set = match table.has(key) {
        true => table.optional::<Pairs>(key)?,
        false => {
            table.ignore(&[key]);
            Pairs(Vec::new())
        }
    };
    let mut words: BTreeMap<_, _> = known
        .iter()
        .map(|(word, meaning)| ((*word).to_owned(), *meaning))
        .collect();
    let mut right = true;
    for (theirs, ours) in set.0 {
        match ours.parse() {
            Ok(meaning) => {
                words.insert(theirs, meaning);
            }
            Err(_) => right = false,
        }
    }
    if !right {
        table.problem(key, "maps to a word that is none of the gateway's");
    }
    right.then_some(words)
}
