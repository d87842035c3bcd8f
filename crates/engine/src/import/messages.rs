//! Imports another network's messages about requests.

use std::collections::BTreeSet;

use acquaint_domain::export::{Join, SourceRef};
use acquaint_domain::{
    Event, Handle, Personal, Profile, RequestId, RequestRef, Standing, Tier, Timestamp, account, import,
};
use acquaint_projection_members::Member;

use crate::error::SubmitError;
use crate::write::job::{Job, SealedJob};
use crate::write::kernel::Kernel;

/// The records of one source, in order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observations {
    /// BLAKE3 of the source.
    pub source: [u8; 32],
    /// The records, in order of time.
    pub rows: Vec<Observation>,
}

/// One request or acceptance that another network recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Handle of the member who sent the request.
    pub sender: Handle,
    /// Handle of the recipient.
    pub recipient: Handle,
    /// When this happened.
    pub at: Timestamp,
    /// 1-based line of the record in the source.
    pub line: u32,
    /// What the message shows.
    pub what: Observed,
}

/// What a record of another network can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// The request was sent, and arrived.
    Request,
    /// The sender's last request to the recipient was accepted.
    Acceptance,
}

impl SealedJob for Observations {}

impl Job for Observations {
    type Output = ();

    fn carry_out(self, kernel: &mut Kernel) -> Result<(), SubmitError> {
        kernel.observe(&self)
    }
}

impl Kernel {
    /// Records another network's records: all of them or, after an interrupted import, the rest.
    ///
    /// # Errors
    /// The source was imported before, or a record is about two members who are connected or have an open request here, or of
    /// whom one has closed the account.
    pub fn observe(&mut self, observations: &Observations) -> Result<(), SubmitError> {
        self.run_all_followups();
        let Observations { source, rows } = observations;
        let recorded = match self.views().index.source(source) {
            Some((begun, recorded)) if recorded >= rows.len() => {
                return Err(SubmitError::BadInput(format!(
                    "this file was imported before, at event {begun}; import it into a separate data folder, or not at all"
                )));
            }
            Some((_, recorded)) => recorded,
            None => {
                rows.first().into_iter().for_each(|row| self.run_due(row.at));
                rows.iter().try_for_each(|row| self.check_row(row))?;
                let count = |what| rows.iter().filter(|row| row.what == what).count() as u32;
                let (requests, accepted) = (count(Observed::Request), count(Observed::Acceptance));
                let begun = Event::Import(import::Event::Begun { source: *source, requests, accepted });
                let first = rows.first().map(|row| row.at).or(self.views().last_at());
                self.record_imported(begun, first.unwrap_or(Timestamp::from_millis(0)));
                0
            }
        };
        let mut joined: BTreeSet<Handle> = BTreeSet::new();
        for row in rows.iter().skip(recorded) {
            self.run_due(row.at);
            self.join(&row.sender, row.at, &mut joined);
            self.join(&row.recipient, row.at, &mut joined);
            self.observe_row(row);
        }
        Ok(())
    }

    /// Rejects a row about two members who are connected or have an open request here, or of whom one has closed the account:
    /// the other network's records could not be distinguished from this one's.
    fn check_row(&self, row: &Observation) -> Result<(), SubmitError> {
        let views = self.views();
        let known = |handle| views.members.by_handle(handle);
        let (Some(sender), Some(recipient)) = (known(&row.sender), known(&row.recipient)) else {
            return Ok(());
        };
        let is_closed = |member: &Member| matches!(member.standing, Standing::Closed { .. });
        let is_open = |from: &Member, to: &Member| {
            views.pending.to_member(from.id, to.id).is_some() || views.connected.end(from.id, to.id).is_some()
        };
        let clashes = is_closed(sender) || is_closed(recipient);
        if clashes || is_open(sender, recipient) || is_open(recipient, sender) {
            return Err(SubmitError::BadInput(format!(
                "line {}: in this log `{}` and `{}` are connected, have an open request, or one has closed the account; import into a separate data folder",
                row.line, row.sender, row.recipient
            )));
        }
        Ok(())
    }

    fn join(&mut self, handle: &Handle, at: Timestamp, joined: &mut BTreeSet<Handle>) {
        if self.views().members.by_handle(handle).is_some() || !joined.insert(handle.clone()) {
            return;
        }
        let member = self.views().members.next_id();
        let profile = Personal::Held(Profile::default());
        let added = Event::Account(account::Event {
            member,
            kind: account::Kind::Added { handle: handle.clone(), tier: Tier::Free, profile },
        });
        self.record_imported(added, at);
    }

    fn observe_row(&mut self, row: &Observation) {
        let members = &self.views().members;
        let (Some(sender), Some(recipient)) =
            (members.by_handle(&row.sender), members.by_handle(&row.recipient))
        else {
            return;
        };
        let (sender, recipient) = (sender.id, recipient.id);
        let (observed_at, seen) = (row.at, SourceRef::in_messages(row.line));
        let event = match row.what {
            Observed::Request => {
                let request = self.next_request(sender);
                let note = Personal::Held(None);
                Event::Import(import::Event::RequestObserved {
                    request_ref: RequestRef { request, sender, recipient },
                    observed_at,
                    seen,
                    note,
                })
            }
            Observed::Acceptance => {
                let open: Option<RequestId> =
                    self.views().pending.to_member(sender, recipient).map(|known| known.open.request);
                let Some(request) = open else { return };
                let join = Join::Stated;
                Event::Import(import::Event::AcceptanceObserved {
                    request_ref: RequestRef { request, sender, recipient },
                    observed_at,
                    seen,
                    join,
                })
            }
        };
        self.record_imported(event, observed_at);
    }
}
