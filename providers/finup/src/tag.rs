//! The reference on a card: there is no field for one, so it is a tag in what the caller may name
//! freely (dossier, quirk 5).

use cardmux_domain::operation::Reference;

use crate::wire::card::Card;

/// Before every tag, so that a person at Finup's own pages knows who wrote it.
const MARK: &str = "cmx:";

/// Where the tag is put. Which of the two fields the list shows and searches is settled by samples
/// only (D), so either can be chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TagIn {
    #[default]
    Notes,
    Name,
    Both,
}

#[derive(Debug)]
pub struct Tagging {
    pub place: TagIn,
    /// Whether the list's `search` looks where the tag is; which fields it searches is not said (D).
    pub search_finds_tag: bool,
    /// Optional in D, required in O.
    pub notes_required: bool,
    pub promo_required: bool,
    pub promo: Option<String>,
}

/// What a card is called when it is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Names {
    pub name: String,
    pub notes: Option<String>,
}

/// How sure it is that a card is the one.
#[derive(Debug, PartialEq, Eq)]
pub enum Tagged {
    Ours,
    Foreign,
    /// The field with the tag is not shown.
    NotShown,
}

pub fn tag(reference: &Reference) -> String {
    format!("{MARK}{reference}")
}

impl Tagging {
    pub fn names(&self, reference: &Reference, label: Option<&str>) -> Names {
        let tag = tag(reference);
        let label = label.map(str::trim).filter(|label| !label.is_empty());
        match self.place {
            TagIn::Notes => Names {
                name: label.unwrap_or(reference.as_str()).to_owned(),
                notes: Some(tag),
            },
            TagIn::Name => Names {
                name: in_front(&tag, label),
                notes: self.notes_required.then(|| "cardmux".to_owned()),
            },
            TagIn::Both => Names {
                name: in_front(&tag, label),
                notes: Some(tag),
            },
        }
    }

    /// Only the fields the tag was put into are asked: anywhere else, the text is a tenant's.
    pub fn judge(&self, card: &Card, reference: &Reference) -> Tagged {
        let tag = tag(reference);
        let in_notes = card.notes.as_deref().map(|notes| notes == tag);
        let first = |name: &str| name.split_whitespace().next() == Some(tag.as_str());
        let in_name = card.name.as_deref().map(first);
        let seen = match self.place {
            TagIn::Notes => in_notes,
            TagIn::Name => in_name,
            TagIn::Both => match (in_notes, in_name) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), _) | (_, Some(false)) => Some(false),
                (None, None) => None,
            },
        };
        match seen {
            Some(true) => Tagged::Ours,
            Some(false) => Tagged::Foreign,
            None => Tagged::NotShown,
        }
    }
}

/// The tag first: no length is documented, and what is cut off is the end.
fn in_front(tag: &str, label: Option<&str>) -> String {
    match label {
        Some(label) => format!("{tag} {label}"),
        None => tag.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagging(place: TagIn, notes_required: bool) -> Tagging {
        Tagging {
            place,
            search_finds_tag: true,
            notes_required,
            promo_required: false,
            promo: None,
        }
    }

    fn names(place: TagIn, notes_required: bool, label: Option<&str>) -> (String, Option<String>) {
        let reference = Reference::from_text("ref1");
        let Names { name, notes } = tagging(place, notes_required).names(&reference, label);
        (name, notes)
    }

    #[test]
    fn tag_is_where_the_setting_says_and_nowhere_else() {
        let text = |text: &str| Some(text.to_owned());
        for (place, required, label, wanted) in [
            (TagIn::Notes, false, None, ("ref1", text("cmx:ref1"))),
            (TagIn::Notes, false, Some("Ads"), ("Ads", text("cmx:ref1"))),
            (TagIn::Name, false, Some("Ads"), ("cmx:ref1 Ads", None)),
            (TagIn::Name, true, Some(" "), ("cmx:ref1", text("cardmux"))),
            (
                TagIn::Both,
                false,
                Some("Ads"),
                ("cmx:ref1 Ads", text("cmx:ref1")),
            ),
        ] {
            let got = names(place, required, label);
            assert_eq!(got, (wanted.0.to_owned(), wanted.1), "{place:?} {label:?}");
        }
    }

    #[test]
    fn tag_is_compared_whole_and_only_where_it_was_put() {
        let card = |name: Option<&str>, notes: Option<&str>| Card {
            name: name.map(str::to_owned),
            notes: notes.map(str::to_owned),
            ..Card::default()
        };
        let reference = Reference::from_text("ref1");
        for (place, name, notes, wanted) in [
            (TagIn::Notes, None, Some("cmx:ref1"), Tagged::Ours),
            (TagIn::Notes, None, Some("cmx:ref12"), Tagged::Foreign),
            (TagIn::Notes, Some("cmx:ref1"), Some(""), Tagged::Foreign),
            (TagIn::Notes, Some("cmx:ref1"), None, Tagged::NotShown),
            (TagIn::Name, Some("cmx:ref1 Ads"), None, Tagged::Ours),
            (TagIn::Name, Some("Ads cmx:ref1"), None, Tagged::Foreign),
            (TagIn::Both, None, Some("cmx:ref1"), Tagged::Ours),
            (TagIn::Both, Some("cmx:ref1"), Some(""), Tagged::Ours),
            (TagIn::Both, None, None, Tagged::NotShown),
        ] {
            let judged = tagging(place, false).judge(&card(name, notes), &reference);
            assert_eq!(judged, wanted, "{place:?} {name:?} {notes:?}");
        }
    }
}
