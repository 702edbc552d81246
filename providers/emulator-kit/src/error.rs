//! Why an emulator cannot start or keep its state.

use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    #[error("{0}")]
    Options(String),
    #[error("cannot listen on {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: std::io::Error,
    },
    #[error("cannot read the state file {}", path.display())]
    ReadState {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The parser's own error is left out on purpose: it can quote the file, and the file holds keys.
    #[error("the state file {} was not written by this emulator", path.display())]
    ParseState { path: PathBuf },
    #[error("cannot write the state file {}", path.display())]
    WriteState {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("cannot encode the state")]
    EncodeState(#[source] serde_json::Error),
    #[error("cannot build the webhook client")]
    Client(#[source] reqwest::Error),
    /// The provider's own first state could not be made (keys, seeds).
    #[error("cannot prepare the emulator")]
    Setup(#[source] Box<dyn std::error::Error + Send + Sync>),
}
