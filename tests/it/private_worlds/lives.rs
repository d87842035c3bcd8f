//! The commands of a pair of worlds: private ones, the sender's, and the sender's queries.

/// How the sender names the recipient.
pub(super) const ADDRESSES: [&str; 4] =
    ["bob", "https://www.example.org/in/Bob/", "Bob@example.org", "second@example.org"];

/// What the recipient, or the network about the recipient, can do at any time. The lines of an entry are run together.
pub(super) const PRIVATE: [&[&str]; 39] = [
    &["settings bob --accept-from contacts"],
    &["settings bob --accept-from contacts-or-email"],
    &["settings bob --accept-from everyone"],
    &["settings bob --max-degree 1"],
    &["settings bob --max-degree 2"],
    &["settings bob --max-degree any"],
    &["settings bob --companies Acme"],
    &["settings bob --titles Painter"],
    &["settings bob --companies none --titles none"],
    &["settings bob --confirm on"],
    &["settings bob --confirm off"],
    &["contacts import bob alice@example.org"],
    &["block bob alice"],
    &["unblock bob alice"],
    &["member restrict bob --for 30d --cause spam"],
    &["member restrict bob --for 2d"],
    &["member ban bob"],
    &["member lift bob"],
    &["member close bob"],
    &["member set bob --company Acme --title Painter --tier premium"],
    // Addresses that the sender may have used are no longer the recipient's, or are again.
    &["member set bob --email elsewhere@example.org"],
    &["member set bob --email bob@example.org"],
    &["member set bob --email second@example.org --email bob@example.org"],
    // Nobody is connected with frank: connections are public.
    &["block bob frank"],
    &["send bob frank"],
    &["send bob frank", "withdraw bob frank"],
    &["send bob nobody@example.com"],
    &["decline bob alice"],
    &["ignore bob alice"],
    &["report bob alice"],
    &["confirm bob alice"],
    // An act that concerns neither of them: it is secret that anybody acted, and when.
    &["settings frank --max-degree 2"],
    &["decline bob alice", "block bob alice"],
    &["report bob alice", "block bob alice", "unblock bob alice"],
    &["confirm bob alice", "decline bob alice"],
    // Requests of his own that never leave his desk. The sender's request is declined first: otherwise his would accept it.
    &["decline bob alice", "member restrict bob --for 30d", "send bob alice"],
    &[
        "member lift bob",
        "decline bob alice",
        "settings bob --confirm on",
        "send bob alice",
        "withdraw bob alice",
    ],
    &["member ban bob", "send bob alice", "send bob Alice@example.org"],
    &["settings bob --confirm on", "decline bob alice", "settings bob --confirm off"],
];

/// Lines that end the recipient's own request to the sender, who is told.
pub(super) const TAKES_BACK: [&str; 4] =
    ["withdraw bob alice", "block bob alice", "member ban bob", "member close bob"];

/// Acts that stay private while every letter fails.
pub(super) const WHILE_LETTERS_FAIL: [&[&str]; 4] = [
    &["accept bob alice"],
    &["accept bob alice", "disconnect bob alice"],
    &["accept bob alice", "block bob alice"],
    &["accept bob alice", "member close bob"],
];

/// Ends of a connection between the two, or of the recipient's request, before the first secret: the sender is told of the
/// end and not of the reason.
pub(super) const ENDS: [&[&str]; 4] = [
    &["withdraw bob alice", "disconnect bob alice"],
    &["block bob alice"],
    &["block bob alice", "unblock bob alice"],
    &["withdraw bob alice", "block bob alice"],
];

/// Another end, of a connection only: if it ended a request of his, she would be told that he has closed the account.
pub(super) const CLOSING: &[&str] = &["member close bob"];

/// What the sender does in between, the same in both worlds.
pub(super) const SENDERS: [&str; 24] = [
    "send alice TO",
    "send alice TO --note hello",
    "send alice TO --via mobile",
    "send alice TO --via api:bulk --note hello",
    "send alice TO --with-email bob@example.org",
    "send alice TO --command-id anew",
    "send alice bob --note hello",
    "send alice Bob@example.org",
    "send alice nobody@example.com",
    "send alice nobody",
    "send alice frank",
    "remind alice TO",
    "remind alice bob",
    "withdraw alice TO",
    "withdraw alice bob",
    "withdraw alice Bob@example.org",
    "confirm alice TO",
    "block alice bob",
    "unblock alice bob",
    "settings alice --confirm on",
    "settings alice --confirm off",
    "settings alice --max-degree 2",
    "settings alice --max-degree any",
    "contacts import alice bob@example.org",
];

/// Everything that a sender can ask, and commands that the sender may try in vain.
pub(super) const QUESTIONS: [&str; 56] = [
    "why alice TO",
    "why alice bob",
    "why alice Bob@example.org",
    "trace alice TO",
    "trace alice bob",
    "pending alice",
    "blocked alice",
    "connected alice",
    "quota alice",
    "standing alice",
    "follow-up alice",
    "member show alice",
    "check alice TO",
    "check alice bob",
    "check alice Bob@example.org --note hello --via mobile",
    "check alice bob --with-email bob@example.org",
    "check alice dora",
    "check alice erin --note hello",
    "send alice TO",
    "send alice bob",
    "withdraw alice TO",
    "accept alice TO",
    "decline alice TO",
    "ignore alice bob",
    "report alice bob",
    "confirm alice TO",
    "disconnect alice TO",
    "disconnect alice Bob@example.org",
    "unblock alice TO",
    "unblock alice Bob@example.org",
    "block alice Bob@example.org",
    "block alice second@example.org",
    "accept alice Bob@example.org",
    "why bob alice --viewer recipient",
    "trace bob alice --viewer recipient",
    "why alice bob --viewer sender",
    "explain CR0903",
    "remind alice TO",
    "why --all alice",
    "why alice TO --format markdown",
    "why alice TO --format statement-json",
    "incidents",
    "appeal open alice",
    "appeal open alice REQUEST",
    "why REQUEST",
    "trace REQUEST",
    "why alice TO --viewer agent",
    "why alice bob --viewer agent",
    "requests alice",
    "requests alice --to TO",
    "requests alice --to bob",
    "requests alice --from bob --code CR0801",
    "requests alice --from Bob@example.org",
    "requests alice --status waiting",
    "requests alice --count-by outcome",
    "requests alice --count-by day --until 2026-02-01",
];

/// Queries after requests have expired. By then a closed account has left the paths between others, which is public, so there
/// is no new send among them.
pub(super) const LATE: [&str; 10] = [
    "why alice TO",
    "why REQUEST",
    "trace alice bob",
    "pending alice",
    "blocked alice",
    "follow-up alice",
    "quota alice",
    "withdraw alice TO",
    "why alice TO --viewer agent",
    "requests alice",
];

/// What is public between members, and the policy. Each line is in a world or not by chance.
pub(super) const PUBLIC: [&str; 17] = [
    "connect alice carol",
    "connect alice erin",
    "connect bob carol",
    "connect bob erin",
    "connect erin dora",
    "connect carol dora",
    "connect bob dora",
    "connect erin carol",
    "settings alice --max-degree 3",
    "settings alice --accept-from contacts-or-email",
    "contacts import alice bob@example.org",
    "member set alice --tier premium",
    "send alice carol",
    "send alice frank --note hello",
    "connect alice bob",
    "send bob alice",
    // Limits by the week, caps, cool-downs and feedback judge too.
    "policy adopt linkedin-observed",
];
