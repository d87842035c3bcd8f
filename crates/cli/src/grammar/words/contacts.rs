//! The words of a member's address book.

use clap::Subcommand;

use super::CommandId;

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum ContactsArgs {
    /// Add e-mail addresses to a member's address book
    Import {
        /// The member
        handle: String,
        /// The e-mail addresses
        #[arg(required = true, value_name = "EMAIL")]
        emails: Vec<String>,
        #[command(flatten)]
        id: CommandId,
    },
}
