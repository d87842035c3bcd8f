//! `serve` and `keys`: the server, from the command line.

use std::io::Write;
use std::time::Duration;

use acquaint_clock::machine;
use acquaint_domain::Timestamp;
use acquaint_server::{
    ApiKey, KeyError, KeyFile, KeyRole, Limits, NewKey, Server, ServerSettings, ServerStartError,
    log_requests,
};
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::grammar::{Exit, Format, KeysCommand, RequestLogFormat, ServeCommand, TimeTrust};
use crate::render::{Listing, ListingRow, listing, object, paragraph};
use crate::session::Session;
use crate::session::interrupt::Interrupt;
use crate::values::{human_minute, rfc3339};

/// How often it is asked whether the server is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Serves the folder until Ctrl-C or SIGTERM, then lets what was begun finish.
pub(super) fn serve(
    session: &Session<'_>,
    command: &ServeCommand,
    out: &mut dyn Write,
) -> Result<Exit, CliError> {
    let global = &session.global;
    if global.at.is_some() {
        let sentence = "a server follows the machine's clock; leave `--at` out";
        return Err(CliError::new(Exit::BadInput, sentence.to_owned()));
    }
    let mut builder = acquaint::Engine::builder(&global.data);
    if global.time == TimeTrust::Confirmed {
        builder = builder.confirm_clock();
    }
    let engine = builder.open().map_err(of_library)?;
    let settings = ServerSettings {
        data: Some(global.data.clone()),
        listen: command.listen,
        admin_listen: command.admin_listen,
        limits: Limits::default(),
    };
    if let Some(format) = command.log_format {
        log_requests(match format {
            RequestLogFormat::Text => acquaint_server::LogFormat::Text,
            RequestLogFormat::Json => acquaint_server::LogFormat::Json,
        });
    }
    let interrupt = Interrupt::listen_for_end();
    let server = Server::start(engine, &settings).map_err(|error| {
        let exit = if let ServerStartError::NoKeys(_) = error { Exit::BadInput } else { Exit::Failed };
        CliError::new(exit, error.to_string())
    })?;
    let url = format!("http://{}", server.address());
    if session.format() == Format::Human {
        let data = global.data.display();
        writeln!(out, "serving `{data}` on {url}; Ctrl-C stops it")?;
        if let Some(address) = server.admin_address() {
            writeln!(out, "metrics and readiness are on http://{address}, without a key")?;
        }
        if server.is_open() {
            let warning = "there are no keys: every caller on this machine is the operator";
            writeln!(out, "{warning}")?;
        }
    } else {
        let admin_url = server.admin_address().map(|address| format!("http://{address}"));
        let mut value = json!({ "schema": "acquaint.serve.v1", "url": url, "open": server.is_open() });
        if let Some(admin_url) = admin_url {
            value["admin_url"] = json!(admin_url);
        }
        object(&value, session.format(), out)?;
    }
    out.flush()?;
    while !interrupt.has_come() {
        std::thread::sleep(LOOK_EVERY);
    }
    server.stopper().ask();
    server.wait();
    Ok(Exit::Ok)
}

/// Makes, lists or revokes keys. A running server reads them again within a second.
pub(super) fn keys(
    session: &Session<'_>,
    command: &KeysCommand,
    out: &mut dyn Write,
) -> Result<Exit, CliError> {
    let (global, format) = (&session.global, session.format());
    let (file, now) = (KeyFile::of(&global.data), global.at.unwrap_or_else(machine));
    match command {
        KeysCommand::Add { name, role, member } => {
            let role: KeyRole = role.parse().map_err(|error| CliError::new(Exit::BadInput, error))?;
            let member = member.as_ref().map(ToString::to_string);
            std::fs::create_dir_all(&global.data)?;
            let (key, secret) =
                file.add(NewKey { name: name.clone(), role, member }, now).map_err(of_keys)?;
            if format == Format::Human {
                writeln!(out, "{secret}")?;
                let line = format!("key {} of the role `{}`; it is shown this once", key.id, role.name());
                paragraph("  ", &line, out)?;
            } else {
                let mut value = json!({ "schema": "acquaint.key.v1", "secret": secret });
                merge(&mut value, &of_key(&key));
                object(&value, format, out)?;
            }
        }
        KeysCommand::List => {
            let used = file.last_used();
            let page = Listing {
                schema: "acquaint.keys.v1",
                title: "keys".to_owned(),
                context: Vec::new(),
                columns: vec!["id", "role", "name", "member", "made (UTC)", "used (UTC)", "state"],
                rows: file
                    .read()
                    .map_err(of_keys)?
                    .iter()
                    .map(|key| row(key, used.get(&key.id).copied()))
                    .collect(),
            };
            listing(&page, format, out)?;
        }
        KeysCommand::Revoke(id) => {
            let key = file.revoke(id, now).map_err(of_keys)?;
            if format == Format::Human {
                writeln!(out, "key {} (`{}`) is good no longer", key.id, acquaint_domain::shown(&key.name))?;
            } else {
                let mut value = json!({ "schema": "acquaint.key.v1" });
                merge(&mut value, &of_key(&key));
                object(&value, format, out)?;
            }
        }
    }
    Ok(Exit::Ok)
}

fn row(key: &ApiKey, used: Option<Timestamp>) -> ListingRow {
    let state = if key.revoked.is_some() { "revoked" } else { "good" };
    let member = key.member.clone().unwrap_or_default();
    let made = human_minute(Timestamp::from_millis(key.created));
    let (id, role, name) = (key.id.clone(), key.role.name().to_owned(), key.name.clone());
    let last = used.map_or_else(|| "never".to_owned(), human_minute);
    let mut value = of_key(key);
    value["last_used"] = json!(used.map(rfc3339));
    ListingRow { cells: vec![id, role, name, member, made, last, state.to_owned()], value }
}

fn of_key(key: &ApiKey) -> Value {
    json!({
        "id": key.id, "name": key.name, "role": key.role.name(), "member": key.member,
        "created": rfc3339(Timestamp::from_millis(key.created)),
        "revoked": key.revoked.map(|at| rfc3339(Timestamp::from_millis(at))),
    })
}

fn merge(value: &mut Value, more: &Value) {
    for (name, more) in more.as_object().into_iter().flatten() {
        value[name] = more.clone();
    }
}

fn of_keys(error: KeyError) -> CliError {
    let exit = match error {
        KeyError::Invalid(_) | KeyError::Malformed { .. } => Exit::BadInput,
        KeyError::Unknown(_) => Exit::NotFound,
        KeyError::Io { .. } | KeyError::NoChance(_) => Exit::Failed,
    };
    CliError::new(exit, error.to_string())
}

fn of_library(error: acquaint::Error) -> CliError {
    let exit = if let acquaint::Error::InUse { .. } = error {
        Exit::OtherWriter
    } else if let acquaint::Error::LostEvents { .. } = error {
        Exit::Damaged
    } else {
        Exit::Failed
    };
    let hints: Vec<String> = error.hints().iter().map(ToString::to_string).collect();
    CliError::new(exit, [error.to_string()].into_iter().chain(hints).collect::<Vec<_>>().join("; "))
}
