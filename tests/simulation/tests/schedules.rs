//! The protocol as it is, under other schedules at every run.
//!
//! `SCHEDULES=200000` runs more of them, `FIRST_SEED=0` begins at a given one, and `SEED=42` runs one and prints every
//! step of it.
#![expect(clippy::print_stdout, clippy::panic, reason = "a failure is told step by step")]

mod common;

use std::time::{Duration, Instant, SystemTime};

use tributary_simulation::{run, trace};

const SCHEDULES: u64 = 20_000;
/// Seeds that each core takes at a time.
const STRETCH: u64 = 500;

#[expect(clippy::disallowed_methods, reason = "how fast the simulation is, is measured by the wall's clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// Another one at each run, so that what few schedules show is met in time.
#[expect(clippy::disallowed_methods, reason = "any number that differs from run to run will do")]
fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_secs().wrapping_mul(SCHEDULES)
}

fn tell(seed: u64) -> ! {
    let (result, log) = trace(seed, None);
    println!("{}", log.join("\n"));
    match result {
        Ok(()) => panic!("SEED={seed} holds when it is told step by step: the schedule is not the same twice"),
        Err(broken) => panic!("SEED={seed} (the {} steps are above)\n{broken}", log.len()),
    }
}

#[test]
fn every_schedule_keeps_the_laws() {
    if let Some(seed) = common::number("SEED") {
        let (result, log) = trace(seed, None);
        println!("{}", log.join("\n"));
        return assert_eq!(result, Ok(()), "SEED={seed}");
    }
    let schedules = common::number("SCHEDULES").unwrap_or(SCHEDULES);
    let first = common::number("FIRST_SEED").unwrap_or_else(fresh_seed);
    println!("from FIRST_SEED={first}");
    let stretches = usize::try_from(schedules.div_ceil(STRETCH)).unwrap_or(usize::MAX);
    let (broken, took) = timed(|| {
        common::on_every_core(stretches, |stretch| {
            let from = first.wrapping_add(stretch as u64 * STRETCH);
            (from..from.saturating_add(STRETCH)).find(|seed| run(*seed, None).is_err())
        })
    });
    if let Some(seed) = broken.first() {
        tell(*seed);
    }
    let rate = f64::from(u32::try_from(schedules).unwrap_or(u32::MAX)) / took.as_secs_f64();
    println!("{schedules} schedules, {rate:.0} a second");
}

#[test]
fn a_seed_is_always_the_same_schedule() {
    for seed in 0..50 {
        let (first, second) = (trace(seed, None), trace(seed, None));
        assert_eq!(first, second, "SEED={seed}");
        assert!(first.1.len() > 40, "a schedule is not empty");
    }
}
