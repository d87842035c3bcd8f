//! The two desks, evidence, viewers.
//!
//! # The two desks
//!
//! A request is judged twice. The **sender's desk** judges it before the reply: the address, the earlier history between the
//! two members, the sender's account and settings, the limits, the spam filter. The **recipient's desk** judges it after the
//! reply, when the request arrives: the recipient's account, blocks and settings. The desks communicate only by letters, and
//! there are few kinds: the request itself, a reminder, an acceptance, a withdrawal, the end of a connection. No letter
//! reports a refusal, a decline, a block or silence.
//!
//! So [`SendOutcome`](crate::SendOutcome) never depends on the recipient's side. Whether the recipient declined, blocked the
//! sender, closed the account or never looked, the sender gets the same reply, the same lists and the same answer.
//! `docs/privacy.md` in the repository lists every side channel that was considered.
//!
//! ```
//! use acquaint::{Connect, Engine, ManualClock, Viewer};
//!
//! # fn main() -> Result<(), acquaint::Error> {
//! let engine = Engine::in_memory().clock(ManualClock::default()).open()?;
//! for handle in ["ann", "ben", "cat"] {
//!     engine.add_member(handle)?;
//! }
//! engine.block(("ben", "ann"))?;
//! let to_ben = engine.send(Connect::from("ann").to("ben"))?;
//! let to_cat = engine.send(Connect::from("ann").to("cat"))?;
//! engine.decline(("cat", "ann"))?;
//!
//! let ben = engine.why(to_ben.request).seen_by(Viewer::Sender)?;
//! let cat = engine.why(to_cat.request).seen_by(Viewer::Sender)?;
//! let verdict_of_ben = ben.verdict.replace("ben", "cat");
//! assert_eq!((to_ben.outcome, ben.code, verdict_of_ben), (to_cat.outcome, cat.code, cat.verdict.clone()));
//! # Ok(())
//! # }
//! ```
//!
//! # Codes
//!
//! Every cause has a [`Code`](crate::Code), such as `CR0401 daily-limit`. Its number never changes and is never reused, so
//! programs may store it. [`entry`](crate::entry) returns the catalogue entry of a code: what it means, who sees it, what
//! helps.
//!
//! # Evidence
//!
//! Everything that happens is an event in an append-only log, and every list can be rebuilt from it. A decision is recorded
//! with its evidence: which rules were checked, what each found, and the version of the policy. An answer is derived from
//! these events, so a limit that stopped a request last month is explained with last month's numbers. What today's rules
//! would decide is stated separately, and marked as a rehearsal.
//!
//! # Viewers
//!
//! A [`Viewer`](crate::Viewer) is the person an answer is for: the sender, the recipient, a support agent (who sees both
//! sides, and a sentence that may be passed on), or an engineer (who also sees log positions). A member sees what was
//! recorded at that member's own desk and nothing else.
//!
//! A viewer is not a permission. The program decides whether its caller may ask as an agent.
//! [`Why::seen_by_member`](crate::Why::seen_by_member) takes the handle of the logged-in member and picks the side; for
//! anybody else, the request does not exist.
//!
//! # Policy
//!
//! The rules are one TOML document: limits, cool-downs, the spam filter, the consequences of reports. A network starts with
//! one ([`EngineBuilder::policy`](crate::EngineBuilder::policy)) and may adopt others later
//! ([`Engine::adopt_policy`](crate::Engine::adopt_policy)). Each decision names the policy version that made it.
