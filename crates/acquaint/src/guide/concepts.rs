//! The two desks, evidence, viewers.
//!
//! # The two desks
//!
//! A request is judged twice. The **sender's desk** judges before the reply: the address, what is between the two, the sender's
//! account and settings, limits, the spam filter. The **recipient's desk** judges after it, when the request arrives: the
//! recipient's account, blocks and settings. Letters carry what one desk tells the other, and there are few of them: an acceptance,
//! a withdrawal, the end of a connection. Of a refusal, a decline, a block or silence there is no letter.
//!
//! So [`SendOutcome`](crate::SendOutcome) never depends on the recipient's side. Whether the recipient has declined, blocked the
//! sender, closed the account or never looked, the sender gets the same reply, the same lists, and the same answer
//! (`docs/privacy.md` in the repository lists every channel that was considered).
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
//! let said_of_ben = ben.verdict.replace("ben", "cat");
//! assert_eq!((to_ben.outcome, ben.code, said_of_ben), (to_cat.outcome, cat.code, cat.verdict.clone()));
//! # Ok(())
//! # }
//! ```
//!
//! # Codes
//!
//! Every cause has a [`Code`](crate::Code), such as `CR0401 daily-limit`. Its number is never changed or reused, so that programs may
//! keep it. [`entry`](crate::entry) gives the text of a code: what it means, who is told, what helps.
//!
//! # Evidence
//!
//! Everything that happens is an event in an append-only log, and every list is rebuilt from it. A decision is recorded with the
//! numbers that it was made from: which rules were asked, what each found, under which version of the policy. An answer is read from
//! these events: a limit that stopped a request last month is explained with last month's numbers. What today's rules would say is
//! told apart from it, and marked as a rehearsal.
//!
//! # Viewers
//!
//! [`Viewer`](crate::Viewer) says for whom an answer is: the sender, the recipient, an agent of the network's support (both sides,
//! with a sentence that may be passed on), or an engineer (also places in the log). A member sees what was written at the member's own
//! desk and nothing else.
//!
//! A viewer is no permission. Whether the caller may ask as an agent is for the program to decide.
//! [`Why::seen_by_member`](crate::Why::seen_by_member) takes the handle of the member who is logged in, and picks the side or denies
//! that there is such a request.
//!
//! # Policy
//!
//! The rules are one TOML document: limits, cool-downs, the spam filter, what follows from reports. A network begins with one
//! ([`Builder::policy`](crate::Builder::policy)) and may adopt others ([`Engine::adopt_policy`](crate::Engine::adopt_policy)); each
//! decision names the version that made it.
