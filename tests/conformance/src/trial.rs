//! A trial and what may come out of it.

use futures::future::LocalBoxFuture;

use crate::subject::Subject;

/// The parts of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::VariantArray)]
pub enum Group {
    Identity,
    Repeat,
    OutcomeTruth,
    Mapping,
    Paging,
    Enrolments,
    Budgets,
    Controls,
    Reveal,
    Transactions,
    Authorizations,
    Disputes,
    Reference,
    Webhooks,
    Secrets,
}

impl Group {
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Repeat => "repeat",
            Self::OutcomeTruth => "outcome_truth",
            Self::Mapping => "mapping",
            Self::Paging => "paging",
            Self::Enrolments => "enrolments",
            Self::Budgets => "budgets",
            Self::Controls => "controls",
            Self::Reveal => "reveal",
            Self::Transactions => "transactions",
            Self::Authorizations => "authorizations",
            Self::Disputes => "disputes",
            Self::Reference => "reference",
            Self::Webhooks => "webhooks",
            Self::Secrets => "secrets",
        }
    }
}

/// Why a trial ended early.
#[derive(Debug)]
pub enum Stop {
    /// The subject lacks what the trial is about.
    Unsupported(&'static str),
    Broken(String),
}

/// `?` on any error breaks the trial, with the whole chain of causes.
impl<E: std::error::Error> From<E> for Stop {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        Self::Broken(text)
    }
}

pub type Result<T = ()> = std::result::Result<T, Stop>;

/// Breaks the trial unless `holds`.
pub fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result {
    if holds {
        Ok(())
    } else {
        Err(Stop::Broken(otherwise()))
    }
}

/// Breaks the trial unless both are the same.
pub fn ensure_eq<T: PartialEq + std::fmt::Debug>(got: T, wanted: T, what: &str) -> Result {
    ensure(got == wanted, || {
        format!("{what}: got {got:?}, wanted {wanted:?}")
    })
}

#[derive(Clone, Copy)]
pub struct Trial {
    pub group: Group,
    pub name: &'static str,
    pub run: for<'a> fn(&'a Subject) -> LocalBoxFuture<'a, Result>,
}

/// Trials named like their functions, so that a name cannot differ from what runs.
macro_rules! trials {
    ($group:expr, $($name:ident),+ $(,)?) => {
        vec![$($crate::trial::Trial {
            group: $group,
            name: stringify!($name),
            run: |subject| Box::pin($name(subject)),
        }),+]
    };
}
pub(crate) use trials;
