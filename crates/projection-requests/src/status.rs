//! What became of a request, in a word.

/// What became of a request: coarser than its code, and the same word from either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It has not left: it waits for its sender's confirmation or for a review.
    Held,
    /// It was refused on the sender's side.
    Refused,
    /// It is on its way.
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
    /// The request reached the policy's expiry age.
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

    /// The word for it, as it is typed and printed.
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

    /// Whether a request with it is still open.
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
