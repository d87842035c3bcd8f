//! Tests of the whole: one binary, one module a file.

mod as_of_a_position;
mod asking;
mod bad_input;
mod before_arrival;
mod check;
mod checkpoints;
mod consistency;
mod exports;
mod forms;
mod ids;
mod kill;
mod letters;
mod log_words;
mod network_file;
mod outstanding;
mod oversight;
mod private_worlds;
mod processes;
mod random_worlds;
mod real_input;
mod rebuilding;
mod recompute;
mod scripts;
mod ten_lines;
mod trouble;
mod what_if;
