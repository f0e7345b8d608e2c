//! The protocol as it is, under as many schedules as time allows.
//!
//! `SCHEDULES=1000000` runs more of them; `SEED=42` runs one, and prints every step of it.
#![expect(clippy::print_stdout, clippy::panic, reason = "a failure is told step by step")]

use std::{env, time::Duration};

use tributary_simulation::{run, trace};

const SCHEDULES: u64 = 200_000;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[expect(clippy::disallowed_methods, reason = "how fast the simulation is, is measured by the wall's clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    (work(), start.elapsed())
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
    if let Some(seed) = number("SEED") {
        let (result, log) = trace(seed, None);
        println!("{}", log.join("\n"));
        return assert_eq!(result, Ok(()), "SEED={seed}");
    }
    let schedules = number("SCHEDULES").unwrap_or(SCHEDULES);
    let (broken, took) = timed(|| (0..schedules).find(|seed| run(*seed, None).is_err()));
    if let Some(seed) = broken {
        tell(seed);
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
