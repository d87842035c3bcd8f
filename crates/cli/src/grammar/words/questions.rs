//! Arguments of commands that read.

use clap::Args;

#[derive(Args, Debug)]
pub(in crate::grammar) struct SubjectArgs {
    /// The sender, or the id of a request
    #[arg(value_name = "FROM|REQUEST")]
    pub(in crate::grammar) from_or_request: String,
    /// The addressee: handle, profile URL or e-mail
    pub(in crate::grammar) to: Option<String>,
    /// The viewer for whom the answer is
    #[arg(long, value_name = "sender|recipient|agent|engineer", default_value = "sender")]
    pub(in crate::grammar) viewer: String,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct WhyArgs {
    /// The sender, or the id of a request
    #[arg(value_name = "FROM|REQUEST", required_unless_present = "all")]
    pub(in crate::grammar) from_or_request: Option<String>,
    /// The addressee: handle, profile URL or e-mail
    pub(in crate::grammar) to: Option<String>,
    /// Explain all requests of this member that did not end in a connection
    #[arg(long, value_name = "FROM", conflicts_with_all = ["from_or_request", "to", "agent"])]
    pub(in crate::grammar) all: Option<String>,
    /// The viewer for whom the answer is [default: sender; with --under: engineer]
    #[arg(long, value_name = "sender|recipient|agent|engineer")]
    pub(in crate::grammar) viewer: Option<String>,
    /// Show what this policy would have decided, which is not what happened; for engineers
    #[arg(long, value_name = "POLICY", conflicts_with_all = ["all", "agent"])]
    pub(in crate::grammar) under: Option<String>,
    #[command(flatten)]
    pub(in crate::grammar) shows: ShowArgs,
    #[command(flatten)]
    pub(in crate::grammar) looks: LookArgs,
    #[command(flatten)]
    pub(in crate::grammar) part: SliceArgs,
}

#[derive(Args, Clone, Copy, Debug)]
pub(in crate::grammar) struct ShowArgs {
    /// Also show every rule, with its evidence
    #[arg(long, conflicts_with = "all")]
    pub(in crate::grammar) rules: bool,
    /// Also show the events that prove the answer, and what is still due
    #[arg(long, conflicts_with = "all")]
    pub(in crate::grammar) events: bool,
    /// Show everything
    #[arg(long, conflicts_with = "all")]
    pub(in crate::grammar) full: bool,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct TraceArgs {
    #[command(flatten)]
    pub(in crate::grammar) subject: SubjectArgs,
    #[command(flatten)]
    pub(in crate::grammar) looks: LookArgs,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct FindArgs {
    /// The text
    #[arg(required = true)]
    pub(in crate::grammar) text: Vec<String>,
    #[command(flatten)]
    pub(in crate::grammar) full: FullArgs,
    #[command(flatten)]
    pub(in crate::grammar) looks: LookArgs,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct RequestsArgs {
    /// The member whose requests to list [default: everybody's]
    pub(in crate::grammar) member: Option<String>,
    /// The sender: handle, profile URL or e-mail
    #[arg(long, value_name = "M")]
    pub(in crate::grammar) from: Option<String>,
    /// The addressee, or the text that was entered in the place of an address
    #[arg(long, value_name = "M")]
    pub(in crate::grammar) to: Option<String>,
    /// Only requests with this code or name
    #[arg(long, value_name = "CODE")]
    pub(in crate::grammar) code: Option<String>,
    /// Only requests with this status, such as held, waiting, kept-back or connected
    #[arg(long, value_name = "S")]
    pub(in crate::grammar) status: Option<String>,
    /// Sent on this day or later: 2026-11-21, a moment, or 7d for the last seven days
    #[arg(long, value_name = "D")]
    pub(in crate::grammar) since: Option<String>,
    /// Sent on this day or earlier
    #[arg(long, value_name = "D")]
    pub(in crate::grammar) until: Option<String>,
    /// Count them instead of listing them
    #[arg(long, value_name = "code|day|sender|channel|outcome")]
    pub(in crate::grammar) count_by: Option<String>,
    /// The viewer for whom the list is [default: the member; without one, an engineer]
    #[arg(long, value_name = "sender|recipient|agent|engineer")]
    pub(in crate::grammar) viewer: Option<String>,
    #[command(flatten)]
    pub(in crate::grammar) looks: LookArgs,
    #[command(flatten)]
    pub(in crate::grammar) part: SliceArgs,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct LookArgs {
    /// Record that this member of the network's staff looked at the request
    #[arg(long = "as", value_name = "AGENT", requires = "because")]
    pub(in crate::grammar) agent: Option<String>,
    /// The reason for looking, such as the number of a ticket
    #[arg(long, value_name = "TEXT", requires = "agent")]
    pub(in crate::grammar) because: Option<String>,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct ListArgs {
    /// The member
    pub(in crate::grammar) member: String,
    /// The viewer for whom the list is [default: that member]
    #[arg(long, value_name = "sender|recipient|agent|engineer")]
    pub(in crate::grammar) viewer: Option<String>,
    #[command(flatten)]
    pub(in crate::grammar) part: SliceArgs,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct FullListArgs {
    #[command(flatten)]
    pub(in crate::grammar) list: ListArgs,
    #[command(flatten)]
    pub(in crate::grammar) full: FullArgs,
}

#[derive(Args, Clone, Copy, Debug)]
pub(in crate::grammar) struct FullArgs {
    /// Show everything, not only the first screen
    #[arg(long)]
    pub(in crate::grammar) full: bool,
}

#[derive(Args, Clone, Copy, Debug)]
pub(in crate::grammar) struct SliceArgs {
    /// Show at most this many rows, 1 to 100000 [default: 1000 for people, all for programs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(in crate::grammar) limit: Option<u32>,
    /// Skip this many rows at the beginning
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(in crate::grammar) skip: u32,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct BlockedArgs {
    #[command(flatten)]
    pub(in crate::grammar) list: ListArgs,
    /// Only requests with this code or name
    #[arg(long, value_name = "CODE")]
    pub(in crate::grammar) by: Option<String>,
    /// Only rows from this time on
    #[arg(long, value_name = "T")]
    pub(in crate::grammar) since: Option<String>,
}
