//! Ctrl-C during a long command, which then stops where it is and says how far it got.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag::{register, register_conditional_shutdown};

use crate::grammar::Exit;

/// Set by the program's `main`. In a caller's process the signals belong to the caller.
static OWN_PROCESS: OnceLock<()> = OnceLock::new();

/// Declares that this process is the program's own.
pub(crate) fn own_process() {
    // Setting it twice changes nothing.
    let _again = OWN_PROCESS.set(());
}

/// Whether Ctrl-C was pressed, for a long command to poll.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Starts to listen. The first Ctrl-C is left to the caller, who polls; the second ends the process at once.
    pub(crate) fn listen() -> Self {
        let pressed = Arc::new(AtomicBool::new(false));
        if OWN_PROCESS.get().is_some() {
            let exit = i32::from(Exit::Interrupted.number());
            let registered = register_conditional_shutdown(SIGINT, exit, Arc::clone(&pressed))
                .and_then(|_| register(SIGINT, Arc::clone(&pressed)));
            // Without a handler, Ctrl-C ends the process, which is the system's default.
            let _ignored = registered;
        }
        Self(pressed)
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

    /// Whether Ctrl-C was pressed.
    pub(crate) fn has_come(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Interrupt {
    /// Nothing polls any more, so the next Ctrl-C ends the process at once.
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
