//! Reference data of a provider: the codes its forms want.

/// A country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// ISO 3166-1 alpha-3.
    pub alpha3: Option<String>,
    pub name: String,
}

/// A province or city. The leaves of the tree are what an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct City {
    pub code: String,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub children: Vec<City>,
}

impl City {
    /// Whether an address can name this code: it is a leaf of this tree.
    pub fn has_leaf(&self, code: &str) -> bool {
        if self.children.is_empty() {
            return self.code == code;
        }
        self.children.iter().any(|child| child.has_leaf(code))
    }
}

/// How telephone numbers of a country begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialCode {
    /// `+49`.
    pub code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupation {
    pub code: String,
    pub name: String,
}
