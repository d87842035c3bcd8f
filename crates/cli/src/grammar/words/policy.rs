//! Words about policies, reviews and appeals.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CommandId, FullWord};

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum PolicyArgs {
    /// Print a policy to begin with, which says what each of its parts means
    New,
    /// Read a policy and say everything that is wrong with it, and what is hardly meant
    Check {
        /// The file
        file: PathBuf,
        /// End with exit code 5 if there are warnings
        #[arg(long)]
        strict: bool,
    },
    /// What a policy says, in words
    Show {
        /// A file, a name, or a version such as v2; the policy in force if not given
        #[arg(value_name = "POLICY")]
        policy: Option<String>,
    },
    /// The policies that come with the program, and those that were adopted
    List,
    /// What differs between two policies
    Diff {
        /// A file, a name, or a version such as v2
        a: String,
        /// The other
        b: String,
    },
    /// Let a policy judge from now on
    Adopt {
        /// A file or a name
        #[arg(value_name = "POLICY")]
        policy: String,
        #[command(flatten)]
        id: CommandId,
    },
    /// Play scripts under a policy, and write nothing
    Test {
        /// A file or a name
        #[arg(value_name = "POLICY")]
        policy: String,
        /// The scripts
        #[arg(required = true, value_name = "SCRIPT")]
        scripts: Vec<PathBuf>,
    },
    /// What a rule or a part of the policy in force asks, and where its numbers come from
    Explain {
        /// The name of a rule or limit, such as daily-limit, or of a part, such as expiry
        name: String,
    },
    /// How every rule did: hits, what it decided alone, what it could not see, how often it was right
    Rules,
    /// The JSON Schema of a policy, for editors
    Schema,
    /// Judge every send of the log again under a policy, and compare; writes nothing
    Backtest(Box<BacktestArgs>),
    /// Which number of a changed policy turns the verdict about a request
    Bisect {
        /// The changed policy: a file, a name, or a version such as v2
        #[arg(value_name = "POLICY")]
        policy: String,
        /// The id of the request
        #[arg(long, value_name = "REQUEST")]
        request: String,
        /// What it is compared with; the policy that was in force if not given
        #[arg(long, value_name = "POLICY")]
        against: Option<String>,
    },
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct BacktestArgs {
    /// The policy that is tried: a file, a name, or a version such as v2
    #[arg(value_name = "POLICY")]
    pub(in crate::grammar) policy: String,
    /// What it is compared with; what was decided then if not given
    #[arg(long, value_name = "POLICY")]
    pub(in crate::grammar) against: Option<String>,
    /// Only sends from this time on; before it, history is as it was
    #[arg(long, value_name = "T")]
    pub(in crate::grammar) from: Option<String>,
    /// Only sends before this time
    #[arg(long, value_name = "T")]
    pub(in crate::grammar) to: Option<String>,
    /// In the state that history had, or in the one that would have followed
    #[arg(long, value_name = "open|closed", default_value = "open")]
    pub(in crate::grammar) mode: String,
    /// End with exit code 6 if this is so, such as 'newly-refused-accepted > 0.5%'; may be given again
    #[arg(long, value_name = "CONDITION")]
    pub(in crate::grammar) fail_on: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum ReviewArgs {
    /// What waits for a decision
    List(FullWord),
    /// One held request: what may be said, why it is held, and how to decide
    Show {
        /// The id of the request
        request: String,
        #[command(flatten)]
        full: FullWord,
    },
    /// Let a held request go on
    Release {
        #[command(flatten)]
        held: HeldArgs,
        /// Whatever the sender's limits say; it is not counted in them
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
    /// A member asks for a decision to be looked at again
    Open(Appealing),
    /// The member was right: the decision is taken back
    Uphold(Appealing),
    /// The decision stands
    Dismiss(Appealing),
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct Appealing {
    /// Who appeals
    pub(in crate::grammar) member: String,
    /// About this request; if not given, about what restricts or bans the account
    #[arg(value_name = "REQUEST")]
    pub(in crate::grammar) request: Option<String>,
    #[command(flatten)]
    pub(in crate::grammar) id: CommandId,
}
