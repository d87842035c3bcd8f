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
    /// The address of the second listener, if there is to be one.
    pub admin_listen: Option<SocketAddr>,
    /// How a line for each request is written; `None`: none is.
    pub log_format: Option<RequestLogFormat>,
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

/// How the log of requests is written. The grammar does not depend on the server, which is a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestLogFormat {
    /// A line of words a request.
    Text,
    /// A JSON object a line.
    Json,
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

/// How the log of requests is written, as it is typed.
const LOG_FORMATS: [(&str, RequestLogFormat); 2] =
    [("text", RequestLogFormat::Text), ("json", RequestLogFormat::Json)];

pub(super) fn serve(word: &ServeArgs) -> Resolved<CliCommand> {
    let listen = address("--listen", &word.listen)?;
    let admin = word.admin_listen.as_deref();
    let admin_listen = admin.map(|entered| address("--admin-listen", entered)).transpose()?;
    let log_format = word.log_format.as_deref().map(|entered| values::choice(entered, &LOG_FORMATS));
    let log_format = log_format.transpose().map_err(at("--log-format"))?;
    Ok(MaintainCommand::Serve(ServeCommand { listen, admin_listen, log_format }).into())
}

fn address(argument: &'static str, entered: &str) -> Resolved<SocketAddr> {
    entered.trim().parse().map_err(|_| {
        let quoted = values::quoted(entered);
        let sentence =
            format!("{quoted} is not an address and a port, such as `127.0.0.1:8080` or `[::1]:8080`");
        at(argument)(BadValue::new(entered, sentence))
    })
}

pub(super) fn keys(word: KeysArgs) -> Resolved<CliCommand> {
    let command = match word {
        KeysArgs::Add { name, role, member } => KeysCommand::Add {
            name,
            role: values::choice(&role, &ROLES).map_err(at("--role"))?,
            member: member.map(|member| super::resolve::handle("--member", &member)).transpose()?,
        },
        KeysArgs::List => KeysCommand::List,
        KeysArgs::Revoke { id } => KeysCommand::Revoke(id),
    };
    Ok(MaintainCommand::Keys(command).into())
}
