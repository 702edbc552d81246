//! What the documents say, asked of the emulator with nothing but `curl` and `openssl`: every path
//! of the dossier's section 3 that is served, in both dialects, with bodies written from its tables.
//!
//! Shapes and bodies are data: `shapes/` and `bodies/*.json`, where `{{name}}` is filled in at run
//! time. Run with `--nocapture` to see one line per call.

#[cfg(test)]
mod flows;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod people;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod session;
#[cfg(test)]
mod shape;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod shell;
#[cfg(test)]
mod spending;
#[cfg(test)]
mod story;
