//! Event streams: who waits for news, and how they hear of it. No stream has a thread or a backlog: what it has still to
//! send is in the log, and it knows its place there.

use std::sync::Arc;
use std::time::Duration;

use acquaint_domain::MemberId;
use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::channel::{Channel, Sender};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::state::State;

/// How often it is looked whether there is news. All streams hear at the same beats, so that when a member hears tells
/// nothing finer about when others acted.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The most pieces of a stream that wait for its client to take them.
const PIECES_MAX: usize = 16;

/// Whose events a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamOf {
    /// Those of the whole log, by their positions.
    Staff,
    /// Those that this member may see, by the member's own count.
    Member(MemberId),
}

/// Who waits for news.
#[derive(Default)]
pub(crate) struct Hub {
    waiting: Mutex<Vec<(StreamOf, watch::Sender<u64>)>>,
}

impl Hub {
    /// Tells the number of the last event of a stream from now on: 0 until the first look.
    pub(crate) fn subscribe(&self, of: StreamOf) -> watch::Receiver<u64> {
        let (sender, news) = watch::channel(0);
        self.waiting.lock().push((of, sender));
        news
    }

    /// How many streams are open.
    pub(crate) fn len(&self) -> usize {
        let mut waiting = self.waiting.lock();
        waiting.retain(|(_, sender)| !sender.is_closed());
        waiting.len()
    }

    /// Looks once, and tells those for whom there is news.
    fn look(&self, state: &State) {
        if self.len() == 0 {
            return;
        }
        // An engine that has stopped has no news; `/readyz` reports it.
        let _looked = state.engine.inquire(None, |inquiry, _| {
            for (of, sender) in self.waiting.lock().iter() {
                let last = match of {
                    StreamOf::Staff => inquiry.views().last().0,
                    StreamOf::Member(member) => inquiry.own_count(*member),
                };
                sender.send_if_modified(|known| std::mem::replace(known, last) != last);
            }
        });
    }
}

/// Looks for news until the server stops.
pub(crate) async fn watch(state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        let looking = Arc::clone(&state);
        // A look that panicked has said so; the next one is another.
        let _looked = tokio::task::spawn_blocking(move || looking.hub.look(&looking)).await;
    }
}

/// What a stream does between two pieces.
pub(crate) trait StreamSource: Send + 'static {
    /// The next pieces after the last that were given, at most a few; none where there are no more. It may block.
    /// `None` ends the stream: the caller may no longer read it, or the log cannot be read.
    fn next(&mut self, state: &State) -> Option<Vec<Bytes>>;
    /// Whether there is anything after what was given, where the last event has this number.
    fn is_behind(&self, last: u64) -> bool;
}

/// Begins a stream, with `first` as its first piece.
pub(crate) fn begin(
    state: &Arc<State>,
    source: impl StreamSource,
    news: watch::Receiver<u64>,
    first: Bytes,
) -> Body {
    let (sender, body) = Channel::<Bytes>::new(PIECES_MAX);
    let state = Arc::clone(state);
    tokio::runtime::Handle::current().spawn(carry(state, source, news, sender, first));
    Body::new(body.map_err(|never| match never {}))
}

/// Carries a stream until its client goes, is too slow, may no longer read it, or the server stops.
async fn carry<S: StreamSource>(
    state: Arc<State>,
    mut source: S,
    mut news: watch::Receiver<u64>,
    mut out: Sender<Bytes>,
    first: Bytes,
) {
    let mut stopped = state.stopped.clone();
    if !given(&state, &mut out, first).await {
        return;
    }
    loop {
        let last = *news.borrow_and_update();
        let is_quiet = !source.is_behind(last);
        if is_quiet {
            tokio::select! {
                changed = news.changed() => if changed.is_err() { return } else { continue },
                () = tokio::time::sleep(state.limits.keep_alive) => {}
                _ = stopped.wait_for(|stop| *stop) => return,
            }
        }
        if *stopped.borrow() {
            return;
        }
        let reading = Arc::clone(&state);
        let read = tokio::task::spawn_blocking(move || {
            let pieces = source.next(&reading);
            (source, pieces)
        });
        let Ok((back, Some(mut pieces))) = read.await else { return };
        source = back;
        if pieces.is_empty() {
            pieces.push(Bytes::from_static(b":\n\n"));
        }
        for piece in pieces {
            if !given(&state, &mut out, piece).await {
                return;
            }
        }
    }
}

/// Gives a piece to the client; false where it has gone, takes too long, or the server stops.
async fn given(state: &State, out: &mut Sender<Bytes>, piece: Bytes) -> bool {
    let mut stopped = state.stopped.clone();
    tokio::select! {
        sent = tokio::time::timeout(state.limits.answering, out.send_data(piece)) => matches!(sent, Ok(Ok(()))),
        _ = stopped.wait_for(|stop| *stop) => false,
    }
}
