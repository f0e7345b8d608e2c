//! What people have done to comments, under other schedules at every run, and what is left out of it one promise at a time.
//!
//! `SCHEDULES=200000` runs more of them, `FIRST_SEED=0` begins at a given one, and `SEED=42` runs one and prints every
//! step of it.
#![expect(clippy::print_stdout, reason = "a failure is told step by step")]

mod common;

use std::time::SystemTime;

use tributary_simulation::{
    Mutant,
    wall::{run, trace},
};

const SCHEDULES: u64 = 20_000;
const STRETCH: u64 = 500;
/// Each is noticed within a few hundred.
const TO_NOTICE: u64 = 5_000;

#[expect(clippy::disallowed_methods, reason = "any number that differs from run to run will do")]
fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_secs().wrapping_mul(SCHEDULES)
}

#[test]
fn a_comment_becomes_what_was_wanted_last() {
    if let Some(seed) = common::number("SEED") {
        let (result, log) = trace(seed, None);
        println!("{}", log.join("\n"));
        return assert_eq!(result, Ok(()), "SEED={seed}");
    }
    let schedules = common::number("SCHEDULES").unwrap_or(SCHEDULES);
    let first = common::number("FIRST_SEED").unwrap_or_else(fresh_seed);
    let stretches = usize::try_from(schedules.div_ceil(STRETCH)).unwrap_or(usize::MAX);
    let broken = common::on_every_core(stretches, |stretch| {
        let from = first.wrapping_add(stretch as u64 * STRETCH);
        (from..from.saturating_add(STRETCH)).find_map(|seed| run(seed, None).err().map(|broken| (seed, broken)))
    });
    assert_eq!(broken.first(), None, "FIRST_SEED={first}");
}

#[test]
fn every_mutant_of_a_wall_is_caught() {
    let survivors: Vec<_> = Mutant::OF_WALLS
        .iter()
        .filter(|mutant| !(0..TO_NOTICE).any(|seed| run(seed, Some(**mutant)).is_err()))
        .collect();
    assert!(survivors.is_empty(), "not noticed in {TO_NOTICE} schedules: {survivors:?}");
}
