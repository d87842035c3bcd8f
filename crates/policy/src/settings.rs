//! How both sides read members' settings. The recipient's settings decide who may send to the recipient. Under a policy with
//! `reciprocal`, the sender's own settings also decide to whom the sender may send.

use acquaint_domain::{AcceptFrom, Distance};

/// Whether an accept-from setting allows a request. `in_contacts`: the other member is among the imported contacts of the
/// setting's owner. `by_email`: the sender used or gave an e-mail address of the recipient.
pub(crate) fn allows(setting: AcceptFrom, in_contacts: bool, by_email: bool) -> bool {
    match setting {
        AcceptFrom::Everyone => true,
        AcceptFrom::Contacts => in_contacts,
        AcceptFrom::ContactsOrEmail => in_contacts || by_email,
    }
}

/// Whether a max-degree setting of `allowed` degrees, 1 to 3, allows this distance.
pub(crate) fn is_near(allowed: u8, distance: Distance) -> bool {
    distance.degree.is_some_and(|degree| degree <= allowed)
}
