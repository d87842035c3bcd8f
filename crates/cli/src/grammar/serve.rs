//! `serve` and `keys`.

use std::net::SocketAddr;

use acquaint_domain::Handle;

use super::resolve::{Resolved, at};
use super::words::{KeysArgs, ServeArgs};
use super::{CliCommand, MaintainCommand};
use crate::values::{self, BadValue};

/// `serve`: the HTTP API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeCommand {
    /// The address to listen on.
    pub listen: SocketAddr,
}

/// A command about API keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysCommand {
    /// Make a key and show its secret, once.
    Add {
        /// A name for its owner, in lists.
        name: String,
        /// The name of its role.
        role: &'static str,
        /// The member, for the role `member`.
        member: Option<Handle>,
    },
    /// List all keys, revoked ones too.
    List,
    /// Revoke a key.
    Revoke(String),
}

/// The roles, as they are entered.
const ROLES: [(&str, &str); 6] = [
    ("service", "service"),
    ("member", "member"),
    ("support", "support"),
    ("read-only", "read-only"),
    ("policy", "policy"),
    ("admin", "admin"),
];

pub(super) fn serve(word: &ServeArgs) -> Resolved<CliCommand> {
    let listen = word.listen.trim().parse().map_err(|_| {
        let quoted = values::quoted(&word.listen);
        let sentence =
            format!("{quoted} is not an address and a port, such as `127.0.0.1:8080` or `[::1]:8080`");
        at("--listen")(BadValue::new(&word.listen, sentence))
    })?;
    Ok(MaintainCommand::Serve(ServeCommand { listen }).into())
}

pub(super) fn keys(word: KeysArgs) -> Resolved<CliCommand> {
    let order = match word {
        KeysArgs::Add { name, role, member } => KeysCommand::Add {
            name,
            role: values::choice(&role, &ROLES).map_err(at("--role"))?,
            member: member.map(|member| super::resolve::handle("--member", &member)).transpose()?,
        },
        KeysArgs::List => KeysCommand::List,
        KeysArgs::Revoke { id } => KeysCommand::Revoke(id),
    };
    Ok(MaintainCommand::Keys(order).into())
}
