//! `cargo xtask bench spam`: what the shipped spam filter does to populations of known make-up.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal; what it prints is its result")]

mod agenda;
mod chance;
mod choosing;
mod heavy;
mod network;
mod socialbots;

use acquaint_policy::{ARTICLE, Policy};
use heavy::{Habits, Notes};
use socialbots::Honesty;

fn main() {
    let policy = Policy::parse(ARTICLE).expect("reads");
    if std::env::args().any(|a| a == "--train") {
        let mut t = Vec::new();
        for c in choosing::candidates() { let r = c.trial(&policy, 1..=3); println!("{}h {} {}: {:?}", c.patience.as_millis()/3600000, c.neutral_percent, c.acceptance_milli, r); t.push((c, r)); }
        println!("{:?}", choosing::choose(&t));
        return;
    }
    for honesty in [Honesty::Geometric, Honesty::LogNormal, Honesty::Various] {
        let t = std::time::Instant::now();
        for seed in 1..=3 {
            let o = socialbots::play(&policy, seed, honesty);
            println!("{honesty:?} {seed}: stopped {} early median {} max {} out {}/{} harmed {} of 10000 sent {}", o.stopped, o.out_early[51], o.out_early[101], o.out, o.tried, o.harmed, o.honest_sent);
        }
        eprintln!("{:?}", t.elapsed());
    }
    for strangers in [0.3, 0.7, 1.0] { for notes in [Notes::None, Notes::Own, Notes::Template] {
        let t = std::time::Instant::now();
        let stopped: Vec<usize> = (1..=50).map(|seed| heavy::play(&policy, seed, Habits { strangers, notes })).collect();
        println!("heavy {strangers} {notes:?}: {} of 50 ever stopped, {} requests  {:?}", stopped.iter().filter(|s| **s>0).count(), stopped.iter().sum::<usize>(), t.elapsed());
    }}
}
