//! The engine with its time source, shared by the handles and the timer thread.

use std::sync::Arc;

use acquaint_domain::{Command, Timestamp};
use acquaint_engine::{Input, Inquiry, Kernel, Rebuild, Receipt, ReplayTo, Views, When, command_key};
use acquaint_log::Position;
use acquaint_tree_head::GrowingTree;
use parking_lot::Mutex;

use crate::clock::TimeSource;
use crate::command::Identified;
use crate::error::Error;
use crate::folder::{DataFolder, history_line, views_summary};

pub(crate) struct Running {
    pub(crate) engine: Arc<acquaint_engine::Engine>,
    pub(crate) time: TimeSource,
    /// `None` for an engine in memory.
    pub(crate) folder: Option<DataFolder>,
    /// Why the last tick of the timer thread failed.
    pub(crate) trouble: Mutex<Option<Error>>,
    /// The tree over the log as far as [`Engine::log_tree`](crate::Engine::log_tree) has read it.
    pub(crate) tree: Mutex<GrowingTree>,
}

impl Running {
    pub(crate) fn submit(&self, Identified { command, id }: Identified) -> Result<Receipt, Error> {
        Ok(self.engine.submit(self.input(command, id.as_deref()))?)
    }

    /// A command id belongs to the acting member, or to the operator.
    pub(crate) fn input(&self, command: Command, id: Option<&str>) -> Input {
        let actor = command.acting_member().map(ToString::to_string).unwrap_or_default();
        let key = id.map(|id| command_key(&actor, id));
        Input { command, when: When::NotBefore(self.time.now()), key }
    }

    /// Runs the work that is due, and saves the reading of the machine's clock.
    pub(crate) fn tick(&self) -> Result<(), Error> {
        match self.time.reading() {
            Some(reading) => self.engine.tick(reading)?,
            None => self.engine.advance(self.time.now())?,
        }
        if let TimeSource::Kept(clock) = &self.time {
            let kept = clock.tick();
            kept.map_err(|error| Error::Storage {
                what: format!("the clock's reading cannot be saved: {error}"),
            })?;
        }
        Ok(())
    }

    /// Reads as of now. Due work is recorded first, so that the views need not be copied.
    pub(crate) fn read<T>(&self, read: impl FnOnce(Inquiry<'_>, Timestamp) -> T) -> Result<T, Error> {
        let now = self.time.now();
        if self.engine.next_due()?.is_some_and(|due| due <= now) {
            self.tick()?;
        }
        self.read_at(now, read)
    }

    /// Reads as of `at`, or as of the last recorded time if that is later.
    pub(crate) fn read_at<T>(
        &self,
        at: Timestamp,
        read: impl FnOnce(Inquiry<'_>, Timestamp) -> T,
    ) -> Result<T, Error> {
        let at = self.engine.read(|views| views.last_at().map_or(at, |last| last.max(at)))?;
        Ok(self.engine.inquire(at, |inquiry| read(inquiry, at))?)
    }

    /// Reads as of exactly `at`, also in the past: the views contain no later event.
    pub(crate) fn read_as_of<T>(
        &self,
        at: Timestamp,
        read: impl FnOnce(Inquiry<'_>, Timestamp) -> T,
    ) -> Result<T, Error> {
        if self.engine.read(Views::last_at)?.is_none_or(|last| last <= at) {
            return self.read_at(at, read);
        }
        let log = self.engine.log();
        let mut desk = Kernel::new(Rebuild::of(log).to(ReplayTo::Moment(at)).run()?.views);
        desk.advance(at);
        Ok(read(Inquiry::new(desk.views(), log, desk.staged()), at))
    }

    pub(crate) fn note_trouble(&self, trouble: Option<Error>) {
        *self.trouble.lock() = trouble;
    }

    /// Saves the summary of the views and the clock's reading for the next start.
    fn save_for_next_start(&self) {
        let Some(folder) = &self.folder else { return };
        if self.engine.log().next_position() == Position::FIRST {
            return;
        }
        // Do not save a reading that the engine refuses: the next start would use it.
        if let (Ok(()), TimeSource::Kept(clock)) = (self.tick(), &self.time) {
            // The recorded events are durable even if this fails.
            let _unkept = clock.keep();
        }
        if let Ok((summary, last)) = self.engine.read(|views| (views_summary(views), views.last().0)) {
            // Without a summary, the next start compares the log only with the checkpoints.
            let _unwritten = folder.write_summary(&(summary + &history_line(self.engine.log(), last)));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.save_for_next_start();
    }
}
