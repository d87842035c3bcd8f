//! Fields that belong to a person.

/// A field that can be erased: when the key of the member whose it is has been destroyed, events still read, and this
/// says so instead of showing it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Personal<T> {
    /// It is here.
    Held(T),
    /// The member's key is gone, and the text with it.
    Erased,
}

impl<T> Personal<T> {
    /// The field, unless it was erased.
    pub fn held(&self) -> Option<&T> {
        match self {
            Self::Held(value) => Some(value),
            Self::Erased => None,
        }
    }
}
