//! Proofs that events are in a log, as files that can be checked without the log.

use std::io::Write;
use std::path::Path;

use acquaint_audit::Viewer;
use acquaint_codec::{decode_at, peek};
use acquaint_domain::{EventNumber, Recorded, RequestId};
use acquaint_engine::between;
use acquaint_log::Position;
use acquaint_log_file::{EventProof, Proof};
use acquaint_report::proof::{self as file, ProofClaims, ProofVersion};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Global, RequestSelector};
use crate::read::answers::found;
use crate::read::events::type_name;
use crate::render::{counted, json_text, object};
use crate::session::{ReadView, log_folder};
use crate::values::text_file;
use crate::values::{self, hex, human_time, rfc3339};

/// The largest proof file that is read, in bytes: about the size of a proof of every event of a full segment.
const PROOF_BYTES_MAX: u64 = 256 << 20;

/// `log prove`: writes the events of a request, each with its path to the root of its segment, for staff.
pub(super) fn prove(
    view: ReadView<'_>,
    subject: &RequestSelector,
    viewer: Viewer,
    global: &Global,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let (request, _) = found(view, subject, viewer)?;
    let recorded = view.log.next_position();
    let seen = view.inquiry().seen(request, viewer)?;
    let positions = seen.iter().filter_map(|number| Position::new(number.0));
    let positions: Vec<Position> = positions.filter(|&position| position < recorded).collect();
    if positions.is_empty() {
        return Err(CliError::new(Exit::NotFound, format!("the log has no event of {request} to prove")));
    }
    let proof = acquaint_log_file::prove(&log_folder(&global.data)?, &positions)?;
    Ok(json_text(&file::write(request, viewer, &proof), global.format, out)?)
}

/// `log check-proof`: checks that every event in the file leads to a trusted root, is about the request that the file names,
/// and may be seen by the viewer that it names.
pub(super) fn check(
    file: &Path,
    roots: &[[u8; 32]],
    format: Format,
    out: &mut dyn Write,
) -> Result<Exit, CliError> {
    let text =
        text_file::read_within(file, "give the file that `acquaint log prove` wrote", PROOF_BYTES_MAX)?;
    let (claims, proof) =
        file::read(&text, |entered| values::request(entered).map_err(|bad| bad.sentence))
            .map_err(|sentence| CliError::new(Exit::BadInput, format!("{}: {sentence}", file.display())))?;
    let unproven = |sentence| CliError::new(Exit::Failed, format!("not proven: {sentence}"));
    proof.check(roots).map_err(|error| unproven(error.to_string()))?;
    let events = read_events(&claims, &proof).map_err(unproven)?;
    let page = ProofPage { claims, proof, events };
    if format == Format::Human {
        page.human(out)?
    } else {
        page.json(format, out)?
    }
    Ok(Exit::Ok)
}

/// Decodes the events of the proof, and checks that each is about the request and visible to the viewer.
fn read_events(claims: &ProofClaims, proof: &Proof) -> Result<Vec<Recorded>, String> {
    let read = |event: &EventProof| {
        decode_at(EventNumber(event.position.get()), &event.record)
            .map_err(|error| format!("event {} cannot be read: {error}", event.position))
    };
    let events = proof.events().map(read).collect::<Result<Vec<Recorded>, String>>()?;
    let ProofClaims { request, viewer, .. } = *claims;
    if let Some(other) = events.iter().find(|recorded| !recorded.event.requests().contains(&request)) {
        return Err(format!("event {} is not about {request}", other.number));
    }
    match first_hidden(request, viewer, &events) {
        Hidden::Nothing => Ok(events),
        Hidden::Event(number) => Err(format!("event {number} is not for the viewer `{}`", viewer.name())),
        Hidden::Unknown => {
            Err(format!("no event in it names the members of {request}, so what a member may see is unknown"))
        }
    }
}

/// What a proof contains that its viewer may not see.
enum Hidden {
    Nothing,
    Event(EventNumber),
    /// The viewer is a member, and no event names the request's members.
    Unknown,
}

fn first_hidden(request: RequestId, viewer: Viewer, events: &[Recorded]) -> Hidden {
    let Some((sender, recipient)) = between(request, events) else {
        return match viewer {
            // Staff may see every event that is about a request.
            Viewer::Agent | Viewer::Engineer => Hidden::Nothing,
            Viewer::Sender | Viewer::Recipient => Hidden::Unknown,
        };
    };
    let hidden = events.iter().find(|recorded| !viewer.sees(&recorded.event, sender, recipient));
    hidden.map_or(Hidden::Nothing, |recorded| Hidden::Event(recorded.number))
}

/// The output about a valid proof.
struct ProofPage {
    claims: ProofClaims,
    proof: Proof,
    events: Vec<Recorded>,
}

impl ProofPage {
    fn human(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let ProofClaims { request, viewer, version } = self.claims;
        let noun = if self.events.len() == 1 { "event" } else { "events" };
        writeln!(
            out,
            "proven: {} {noun} of {request} {} in log {}, unchanged, and visible to the viewer `{}`",
            self.events.len(),
            if self.events.len() == 1 { "is" } else { "are" },
            self.proof.log_id,
            viewer.name(),
        )?;
        for (recorded, name) in self.events.iter().zip(self.names()) {
            writeln!(out, "  {:>8}  {}  {name}", recorded.number.to_string(), human_time(recorded.at))?;
        }
        writeln!(
            out,
            "not proven: that these are all events of {request}; a proof says nothing about events that were left out"
        )?;
        match (version, self.proof.head) {
            (_, Some(head)) => writeln!(
                out,
                "stated, not proven: the log had {} when the proof was made, and its head was {}",
                counted(head.events, "event"),
                hex(&head.hash)
            ),
            (ProofVersion::One | ProofVersion::Two, None) => {
                writeln!(
                    out,
                    "version 1 of the format does not say where the log ended when the proof was made"
                )
            }
        }
    }

    fn json(&self, format: Format, out: &mut dyn Write) -> std::io::Result<()> {
        let rows = self.events.iter().zip(self.names()).zip(self.proof.events());
        let rows = rows.map(|((recorded, name), event)| {
            json!({
                "position": recorded.number.0,
                "time": rfc3339(recorded.at),
                "type": name,
                "hash": hex(&event.hash()),
            })
        });
        let head = self.proof.head.map(|head| json!({ "events": head.events, "hash": hex(&head.hash) }));
        let value = json!({
            "schema": "acquaint.proven.v2",
            "request": self.claims.request.to_string(),
            "viewer": self.claims.viewer.name(),
            "log": self.proof.log_id.to_string(),
            "proof_version": match self.claims.version { ProofVersion::One => 1, ProofVersion::Two => 2 },
            "events": rows.collect::<Vec<_>>(),
            "stated_head": head,
            "not_proven": ["that no event was left out", "where the log ended"],
        });
        object(&value, format, out)
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.proof.events().map(|event| peek(&event.record).as_ref().map_or("unknown", type_name))
    }
}
