//! PostgreSQL on its own Unix socket, with default durability and a PL/pgSQL function for each command.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, Config, NoTls, Statement};

use super::order::Order;
use super::{BATCH, Span, checked, numbered};
use crate::Problem;
use crate::engine::workload::Step;

const CONNECTIONS: usize = 64;

/// Measures one connection, then many, then batches.
pub(super) fn measure(span: Span<'_>, place: &Path) -> Result<Vec<f64>, Problem> {
    let server = Server::start(place)?;
    let mut client = server.connect()?;
    let mut rates = Vec::new();
    begin(&mut client, span)?;
    let statement = prepared(&mut client)?;
    rates.push(
        span.batches(1, |steps| steps.iter().map(|step| ask(&mut client, &statement, span, step)).collect())?,
    );
    begin(&mut client, span)?;
    rates.push(many(&server, span)?);
    begin(&mut client, span)?;
    rates.push(span.batches(BATCH, |steps| batch(&mut client, span, steps))?);
    Ok(rates)
}

fn begin(client: &mut Client, span: Span<'_>) -> Result<(), Problem> {
    client.batch_execute(include_str!("w.sql"))?;
    let members = i32::try_from(span.workload.members)?;
    client.execute("insert into members select id, 0 from generate_series(1, $1) as id", &[&members])?;
    client.batch_execute("analyze; checkpoint")?;
    Ok(())
}

fn prepared(client: &mut Client) -> Result<Statement, Problem> {
    Ok(client.prepare("select w($1, $2, $3, $4, $5, $6)")?)
}

fn ask(client: &mut Client, statement: &Statement, span: Span<'_>, step: &Step) -> Result<i64, Problem> {
    let (act, until) = numbered(step.act);
    let (member, other) = (i32::try_from(step.member)?, i32::try_from(step.other)?);
    let note = span.workload.note(step);
    let row = client.query_one(statement, &[&step.at, &act, &member, &other, &until, &note])?;
    Ok(row.try_get::<_, i32>(0)?.into())
}

fn batch(client: &mut Client, span: Span<'_>, steps: &[Step]) -> Result<Vec<i64>, Problem> {
    let numbers = |number: fn(&Step) -> u32| -> Vec<i32> {
        steps.iter().map(|step| i32::try_from(number(step)).unwrap_or_default()).collect()
    };
    let at: Vec<i64> = steps.iter().map(|step| step.at).collect();
    let (acts, untils): (Vec<i32>, Vec<i64>) = steps.iter().map(|step| numbered(step.act)).unzip();
    let (members, others) = (numbers(|step| step.member), numbers(|step| step.other));
    let notes: Vec<Option<&str>> = steps.iter().map(|step| span.workload.note(step)).collect();
    let statement = "select w_batch($1, $2, $3, $4, $5, $6)";
    let row = client.query_one(statement, &[&at, &acts, &members, &others, &untils, &notes])?;
    Ok(row.try_get::<_, Vec<i32>>(0)?.into_iter().map(i64::from).collect())
}

/// Runs many connections, each with one command at a time; returns commands a second.
fn many(server: &Server, span: Span<'_>) -> Result<f64, Problem> {
    let clients = (0..CONNECTIONS).map(|_| {
        let mut client = server.connect()?;
        let statement = prepared(&mut client)?;
        Ok((client, statement))
    });
    let clients: Vec<(Client, Statement)> = clients.collect::<Result<_, Problem>>()?;
    let order = Order::new(&span.workload.steps);
    let started = Instant::now();
    let call = |(mut client, statement): (Client, Statement)| -> Result<usize, Problem> {
        let mut done = 0;
        while started.elapsed() < span.time_max {
            let Some((index, step)) = order.take() else { break };
            let outcome = ask(&mut client, &statement, span, step).and_then(|number| checked(step, number));
            if outcome.is_err() {
                order.give_up();
            }
            outcome?;
            order.finish(index);
            done += 1;
        }
        Ok(done)
    };
    let done = thread::scope(|scope| {
        let threads: Vec<_> = clients.into_iter().map(|client| scope.spawn(|| call(client))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(|_| "a caller panicked")?);
        joined.sum::<Result<usize, Problem>>()
    })?;
    Ok(done as f64 / started.elapsed().as_secs_f64())
}

/// A server process, which is stopped when this is dropped.
struct Server {
    process: Child,
    bin: PathBuf,
    place: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Server {
    fn start(place: &Path) -> Result<Server, Problem> {
        let bin = newest_bin()?;
        fs::create_dir(place)?;
        let owner = if rustix::process::geteuid().is_root() { Some(owner()?) } else { None };
        if let Some((user, group)) = owner {
            // PostgreSQL refuses to run as root, so its user needs access to the folder.
            chown(place, Some(user), Some(group))?;
            if let Some(parent) = place.parent() {
                fs::set_permissions(parent, fs::Permissions::from_mode(0o711))?;
            }
        }
        let data = place.join("data");
        let mut made = command(&bin.join("initdb"), owner);
        made.args(["--auth", "trust", "--username", "w", "--encoding", "UTF8", "--locale", "C", "-D"])
            .arg(&data);
        if !made.stdout(Stdio::null()).status()?.success() {
            return Err("initdb failed".into());
        }
        let mut started = command(&bin.join("postgres"), owner);
        started.arg("-D").arg(&data).arg("-k").arg(place);
        started.args([
            "-c",
            "listen_addresses=",
            "-c",
            "logging_collector=off",
            "-c",
            "log_min_messages=panic",
        ]);
        let process = started.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Server { process, bin, place: place.to_owned(), owner })
    }

    fn connect(&self) -> Result<Client, Problem> {
        let mut config = Config::new();
        config.host_path(&self.place).user("w").dbname("postgres");
        let mut tries = 0;
        loop {
            match config.connect(NoTls) {
                Ok(client) => return Ok(client),
                Err(error) if tries == 200 => return Err(error.into()),
                Err(_) => tries += 1,
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = command(&self.bin.join("pg_ctl"), self.owner);
        stop.args(["stop", "-m", "immediate", "-s", "-D"]).arg(self.place.join("data"));
        if !stop.status().is_ok_and(|status| status.success()) {
            let _ended = self.process.kill();
        }
        let _ended = self.process.wait();
    }
}

fn command(program: &Path, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = owner {
        command.uid(user).gid(group).current_dir("/");
    }
    command
}

/// The folder of the newest version that the package has installed.
fn newest_bin() -> Result<PathBuf, Problem> {
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir("/usr/lib/postgresql")? {
        let path = entry?.path();
        let version = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        versions.extend(version.map(|version| (version, path.join("bin"))));
    }
    let newest = versions.into_iter().max().map(|(_, bin)| bin);
    Ok(newest.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?)
}

/// The user and group of the account that the package has created.
fn owner() -> Result<(u32, u32), Problem> {
    let accounts = fs::read_to_string("/etc/passwd")?;
    let own = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, user, group) = (fields.next()?, fields.nth(1)?, fields.next()?);
        (name == "postgres").then(|| Some((user.parse().ok()?, group.parse().ok()?))).flatten()
    });
    Ok(own.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?)
}
