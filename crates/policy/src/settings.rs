//! The rules of the settings that both sides read: the recipient's decide who gets in, and a sender's own decide, where the
//! policy says `reciprocal`, to whom the sender may send.

use acquaint_domain::{AcceptFrom, Distance, Whether};

/// Whether an accept-from setting allows a request: `in_contacts` says whether the other is among the imported contacts of the
/// member whose setting it is, `by_email` whether an e-mail address of the recipient's was used or given.
pub(crate) fn allows(setting: AcceptFrom, in_contacts: Whether, by_email: Whether) -> bool {
    match setting {
        AcceptFrom::Everyone => true,
        AcceptFrom::Contacts => in_contacts.is_so(),
        AcceptFrom::ContactsOrEmail => in_contacts.is_so() || by_email.is_so(),
    }
}

/// Whether a max-degree setting of `allowed` steps, 1 to 3, allows this distance.
pub(crate) fn is_near(allowed: u8, distance: Distance) -> bool {
    distance.degree.is_some_and(|degree| degree <= allowed)
}
