//! A law that nothing can break shows nothing: every promise that is left out has to be noticed.
#![expect(clippy::print_stdout, reason = "the table of what noticed what is the result")]

mod common;

use tributary_simulation::{Broken, Mutant, run};

/// Most mutants are noticed within a few hundred schedules; the rarest within some ten thousand.
const SCHEDULES: u64 = 200_000;

#[test]
fn every_mutant_is_caught() {
    let caught = common::on_every_core(Mutant::ALL.len(), |place| {
        let mutant = *Mutant::ALL.get(place)?;
        Some((mutant, (0..SCHEDULES).find_map(|seed| run(seed, Some(mutant)).err().map(|broken| (seed, broken)))))
    });
    let mut survivors = Vec::new();
    for (mutant, caught) in caught {
        match caught {
            Some((seed, Broken { law, .. })) => println!("{:<20} seed {seed:>6}  {law}", format!("{mutant:?}")),
            None => survivors.push(mutant),
        }
    }
    assert!(survivors.is_empty(), "not noticed in {SCHEDULES} schedules: {survivors:?}");
}
