//! One suite every provider must pass.
//!
//! A trial is a `# Behaviour` bullet of the contract in `cardmux-domain`, or one of the few extra
//! ones of the groups "outcome truth" and "secrets". It runs against every subject: a provider
//! adapter and, behind it, the world a test can look into. What a subject cannot do is printed as
//! unsupported, and the result is compared with the committed `matrix.txt`.

pub mod contract;
pub mod emulated;
pub mod forms;
pub mod groups;
pub mod inbox;
pub mod matrix;
pub mod quirks;
pub mod run;
pub mod steps;
pub mod subject;
pub mod subjects;
pub mod trial;
