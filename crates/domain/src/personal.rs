//! Fields that belong to a person.

/// A field that can be erased. Once its member's key is destroyed, the event can still be read, and the field says that it
/// was erased.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Personal<T> {
    /// The field can be read.
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
