//! The documented answers, by section of the dossier. Where a source is silent about null, the
//! field's tag says `Inf`.

pub mod accounts;
pub mod card_types;
pub mod cards;
pub mod holders;
pub mod orders;
pub mod reference;
pub mod spending;

use crate::shape::{Field, Kind, field};

/// Login: inside `data` or at the top level (1.1).
pub static TOKEN: Kind = Kind::Object(&[
    field("accessToken", Kind::Text, "F-doc"),
    field("tokenType", Kind::Word(&["Bearer"]), "F-doc"),
    field("expiresIn", Kind::Integer, "F-doc"),
]);

/// The bare boolean of a transfer (5).
pub static TRUTH: Kind = Kind::Bool;

/// The simulator's `{}` (7.10).
pub static NOTHING: Kind = Kind::Object(NO_FIELDS);

const NO_FIELDS: &[Field] = &[];
