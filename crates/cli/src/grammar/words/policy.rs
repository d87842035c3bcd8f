//! Arguments of commands about policies, reviews and appeals.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CommandId, FullArgs};

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum PolicyArgs {
    /// Print a policy to start from, which explains each of its parts
    New,
    /// Report everything that is wrong with a policy, and what is probably a mistake
    Check {
        /// The file
        file: PathBuf,
        /// End with exit code 5 if there are warnings
        #[arg(long)]
        strict: bool,
    },
    /// Describe a policy in words
    Show {
        /// A file, a name, or a version such as v2; the policy in force if not given
        #[arg(value_name = "POLICY")]
        policy: Option<String>,
    },
    /// List the built-in policies and those that were adopted
    List,
    /// Show the differences between two policies
    Diff {
        /// A file, a name, or a version such as v2
        a: String,
        /// The other policy
        b: String,
    },
    /// Put a policy into force
    Adopt {
        /// A file or a name
        #[arg(value_name = "POLICY")]
        policy: String,
        #[command(flatten)]
        id: CommandId,
    },
    /// Play scripts under a policy, in memory only
    Test {
        /// A file or a name
        #[arg(value_name = "POLICY")]
        policy: String,
        /// The scripts
        #[arg(required = true, value_name = "SCRIPT")]
        scripts: Vec<PathBuf>,
    },
    /// Explain a rule or a part of the policy in force, and where its numbers come from
    Explain {
        /// The name of a rule or limit, such as daily-limit, or of a part, such as expiry
        name: String,
    },
    /// Show each rule's record: hits, decisions made alone, missing evidence, how often it was right
    Rules,
    /// Print the JSON Schema of a policy, for editors
    Schema,
    /// Judge every send of the log again under a policy, and compare; nothing is recorded
    Backtest(Box<BacktestArgs>),
    /// Find the changes of a policy that change the verdict about a request
    Bisect {
        /// The changed policy: a file, a name, or a version such as v2
        #[arg(value_name = "POLICY")]
        policy: String,
        /// The id of the request
        #[arg(long, value_name = "REQUEST")]
        request: String,
        /// The policy to compare with; the one that was in force if not given
        #[arg(long, value_name = "POLICY")]
        against: Option<String>,
    },
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct BacktestArgs {
    /// The policy to try: a file, a name, or a version such as v2
    #[arg(value_name = "POLICY")]
    pub(in crate::grammar) policy: String,
    /// The policy to compare with; the recorded decisions if not given
    #[arg(long, value_name = "POLICY")]
    pub(in crate::grammar) against: Option<String>,
    /// Only sends from this time on; earlier history stays as it was
    #[arg(long, value_name = "T")]
    pub(in crate::grammar) from: Option<String>,
    /// Only sends before this time
    #[arg(long, value_name = "T")]
    pub(in crate::grammar) to: Option<String>,
    /// Judge in the state that history had (open), or in the state that would have followed (closed)
    #[arg(long, value_name = "open|closed", default_value = "open")]
    pub(in crate::grammar) mode: String,
    /// End with exit code 6 if this is met, such as 'newly-refused-accepted > 0.5%'; may be repeated
    #[arg(long, value_name = "CONDITION")]
    pub(in crate::grammar) fail_on: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum ReviewArgs {
    /// List what waits for a decision
    List(FullArgs),
    /// Show one held request: what may be said, why it is held, and how to decide
    Show {
        /// The id of the request
        request: String,
        #[command(flatten)]
        full: FullArgs,
    },
    /// Release a held request
    Release {
        #[command(flatten)]
        held: HeldArgs,
        /// Ignore the sender's limits; the request is not counted in them
        #[arg(long)]
        waive_limits: bool,
    },
    /// Refuse a held request
    Refuse(HeldArgs),
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct HeldArgs {
    /// The id of the request
    pub(in crate::grammar) request: String,
    #[command(flatten)]
    pub(in crate::grammar) id: CommandId,
}

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum AppealArgs {
    /// Open an appeal against a decision
    Open(Appealing),
    /// Uphold an appeal: the decision is taken back
    Uphold(Appealing),
    /// Dismiss an appeal: the decision stands
    Dismiss(Appealing),
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct Appealing {
    /// The member who appeals
    pub(in crate::grammar) member: String,
    /// The request; if not given, the restriction or ban of the account
    #[arg(value_name = "REQUEST")]
    pub(in crate::grammar) request: Option<String>,
    #[command(flatten)]
    pub(in crate::grammar) id: CommandId,
}
