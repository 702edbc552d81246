//! The configuration in force, and asking for the one that is in the file by now.

use std::sync::Arc;

use cardmux_domain::time::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::{App, AppError};
use crate::config::{ConfigProblems, Settings};

/// The configuration everything in an [`App`] was made from.
pub struct InForce {
    /// Counts from 1, the configuration of the start.
    pub generation: u64,
    pub loaded_at: Timestamp,
    pub settings: Arc<Settings>,
}

/// What a reload came to. The same generation as before where nothing changed.
#[derive(Debug, Clone)]
pub struct Reloaded {
    pub generation: u64,
    pub loaded_at: Timestamp,
    /// The keys whose values are others now.
    pub changed: Vec<String>,
}

/// Where an answer to a request for a reload goes.
pub type Answer = oneshot::Sender<Result<Reloaded, ConfigProblems>>;

/// Who reloads, one after the other.
#[derive(Clone)]
pub struct Reloader(mpsc::Sender<Answer>);

/// Operators are few; one more is told to come back.
const WAITING: usize = 4;

impl Reloader {
    /// And where the requests come out.
    pub fn new() -> (Self, mpsc::Receiver<Answer>) {
        let (asks, asked) = mpsc::channel(WAITING);
        (Self(asks), asked)
    }
}

/// Read the configuration again and put it into force, all or nothing.
pub async fn reload(app: &App) -> Result<Result<Reloaded, ConfigProblems>, AppError> {
    let (answer, answered) = oneshot::channel();
    let taken = app.reloader.0.try_send(answer);
    taken.map_err(|_| AppError::Overloaded)?;
    // Not answered: the gateway stops.
    answered.await.map_err(|_| AppError::Overloaded)
}
