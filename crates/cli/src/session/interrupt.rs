//! Ctrl-C during something long: it ends where it is, and says how far that was.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag::{register, register_conditional_shutdown};

use crate::grammar::Exit;

/// Set where the process is the program's own. In anybody else's, signals are not the program's to listen to.
static OWN_PROCESS: OnceLock<()> = OnceLock::new();

/// This process is the program's own.
pub(crate) fn own_process() {
    // A second time says nothing new.
    let _again = OWN_PROCESS.set(());
}

/// Ctrl-C, as something long asks about it.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on. The first Ctrl-C is left to the caller that asks; the second ends the process at once.
    pub(crate) fn listen() -> Self {
        let came = Arc::new(AtomicBool::new(false));
        if OWN_PROCESS.get().is_some() {
            let exit = i32::from(Exit::Interrupted.number());
            let heard = register_conditional_shutdown(SIGINT, exit, Arc::clone(&came))
                .and_then(|_| register(SIGINT, Arc::clone(&came)));
            // Where nobody can listen, Ctrl-C ends the process, as it does everywhere else.
            let _unheard = heard;
        }
        Self(came)
    }

    /// The same, and what asks a service to end (SIGTERM) is heard like Ctrl-C.
    #[cfg(feature = "serve")]
    pub(crate) fn listen_for_end() -> Self {
        let interrupt = Self::listen();
        if OWN_PROCESS.get().is_some() {
            // Where nobody can listen, the signal ends the process: what was acknowledged is durable.
            let _unheard = register(signal_hook::consts::SIGTERM, Arc::clone(&interrupt.0));
        }
        interrupt
    }

    /// Whether it was pressed.
    pub(crate) fn has_come(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Interrupt {
    /// Nobody asks any more: what comes from now on ends the process at once.
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
