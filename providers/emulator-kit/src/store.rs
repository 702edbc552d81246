//! The state of an emulator and its file.
//!
//! Every change is written before the caller sees its effect, by writing a temporary file beside
//! the real one and renaming it. There is no fsync: a killed process loses nothing, a power cut may.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Clock, EmulatorError, Outbox};

/// Raised when the file changes shape; there is no migration, an old file is refused.
const VERSION: u32 = 1;

/// What the file holds.
#[derive(Serialize, serde::Deserialize)]
pub struct Saved<S> {
    version: u32,
    pub(crate) clock_ms: i64,
    outbox: Outbox,
    provider: S,
}

impl<S: Serialize + DeserializeOwned> Saved<S> {
    pub(crate) fn fresh(provider: S) -> Self {
        Self {
            version: VERSION,
            clock_ms: 0,
            outbox: Outbox::default(),
            provider,
        }
    }

    /// The saved state, if there is a file yet.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>, EmulatorError> {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(EmulatorError::ReadState {
                    path: path.into(),
                    source,
                });
            }
        };
        let alien = || EmulatorError::ParseState { path: path.into() };
        let saved: Self = serde_json::from_slice(&text).map_err(|_| alien())?;
        if saved.version == VERSION {
            Ok(Some(saved))
        } else {
            Err(alien())
        }
    }
}

pub struct Store<S> {
    path: Option<PathBuf>,
    clock: Arc<Clock>,
    saved: Mutex<Saved<S>>,
}

impl<S: Serialize + DeserializeOwned> Store<S> {
    pub(crate) fn new(path: Option<PathBuf>, clock: Arc<Clock>, saved: Saved<S>) -> Self {
        Self {
            path,
            clock,
            saved: Mutex::new(saved),
        }
    }

    pub fn read<R>(&self, look: impl FnOnce(&S, &Outbox) -> R) -> R {
        let saved = self.lock();
        look(&saved.provider, &saved.outbox)
    }

    /// Changes the state and writes it. Calls are one after the other, so `change` is atomic.
    ///
    /// The file is small and local: it is written on the calling thread, under the lock, so that
    /// no answer can leave before its effect is kept.
    pub fn write<R>(
        &self,
        change: impl FnOnce(&mut S, &mut Outbox) -> R,
    ) -> Result<R, EmulatorError> {
        let mut saved = self.lock();
        let Saved {
            provider, outbox, ..
        } = &mut *saved;
        let result = change(provider, outbox);
        saved.clock_ms = self.clock.now_ms();
        self.persist(&saved)?;
        Ok(result)
    }

    /// Writes the state as it is, so that a first start leaves its keys behind.
    pub(crate) fn save(&self) -> Result<(), EmulatorError> {
        self.write(|_, _| ())
    }

    fn persist(&self, saved: &Saved<S>) -> Result<(), EmulatorError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let text = serde_json::to_vec(saved).map_err(EmulatorError::EncodeState)?;
        let temporary = path.with_extension("tmp");
        let failed = |source| EmulatorError::WriteState {
            path: path.clone(),
            source,
        };
        fs::write(&temporary, text).map_err(failed)?;
        fs::rename(&temporary, path).map_err(failed)
    }

    fn lock(&self) -> MutexGuard<'_, Saved<S>> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
