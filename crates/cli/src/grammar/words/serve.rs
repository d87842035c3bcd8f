//! The words of the server: `serve` and `keys`.

use clap::{Args, Subcommand};

#[derive(Args, Debug)]
pub(in crate::grammar) struct ServeArgs {
    /// Address and port; without keys it has to be a loopback address. Port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(in crate::grammar) listen: String,
    /// A second address, for metrics and the details of readiness. It asks for no key
    #[arg(long, value_name = "ADDR")]
    pub(in crate::grammar) admin_listen: Option<String>,
    /// Write a line for each request to standard error
    #[arg(long, value_name = "text|json")]
    pub(in crate::grammar) log_format: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum KeysArgs {
    /// Make a key and show it, once
    Add {
        /// What you call it
        name: String,
        /// What it may do: docs/api.md has the table
        #[arg(long, value_name = "service|member|support|read-only|policy|admin")]
        role: String,
        /// Of the role `member`: which
        #[arg(long, value_name = "HANDLE")]
        member: Option<String>,
    },
    /// Every key, those that were revoked included
    List,
    /// Let a key be good no longer
    Revoke {
        /// Its id, as `keys list` has it
        id: String,
    },
}
