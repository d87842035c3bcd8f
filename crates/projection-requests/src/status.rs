//! The status of a request.

/// The outcome of a request so far: coarser than its code, and with the same words for both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It has not left: it waits for its sender's confirmation or for a review.
    Held,
    /// It was refused on the sender's side.
    Refused,
    /// Its letter is in transit.
    InTransit,
    /// Its delivery was given up.
    Undelivered,
    /// It was delivered, and the viewer knows of no answer.
    Waiting,
    /// The recipient's settings, a block or an account's state keep it out of the inbox.
    KeptBack,
    /// The recipient declined, dismissed or reported it.
    Declined,
    /// It was withdrawn.
    Withdrawn,
    /// It reached the policy's expiry age.
    Expired,
    /// The two are connected by it.
    Connected,
    /// The two were connected by it, and no longer are.
    Disconnected,
}

impl Status {
    /// Every status, in the order of a request's life.
    pub const ALL: [Self; 11] = [
        Self::Held,
        Self::Refused,
        Self::InTransit,
        Self::Undelivered,
        Self::Waiting,
        Self::KeptBack,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
        Self::Connected,
        Self::Disconnected,
    ];

    /// Its name, as entered and printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Refused => "refused",
            Self::InTransit => "in-transit",
            Self::Undelivered => "undelivered",
            Self::Waiting => "waiting",
            Self::KeptBack => "kept-back",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Connected => "connected",
            Self::Disconnected => "disconnected",
        }
    }

    /// Whether a request with this status is open.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Held | Self::InTransit | Self::Waiting | Self::KeptBack => true,
            Self::Refused
            | Self::Undelivered
            | Self::Declined
            | Self::Withdrawn
            | Self::Expired
            | Self::Connected
            | Self::Disconnected => false,
        }
    }
}
