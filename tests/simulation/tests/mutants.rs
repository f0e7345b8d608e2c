//! A law that nothing can break shows nothing: every promise that is left out has to be noticed.
#![expect(clippy::print_stdout, reason = "the table of what noticed what is the result")]

use tributary_simulation::{Broken, Mutant, run};

const SCHEDULES: u64 = 200_000;

#[test]
fn every_mutant_is_caught() {
    let mut survivors = Vec::new();
    for mutant in Mutant::ALL {
        let caught = (0..SCHEDULES).find_map(|seed| run(seed, Some(mutant)).err().map(|broken| (seed, broken)));
        match caught {
            Some((seed, Broken { law, .. })) => println!("{:<20} seed {seed:>6}  {law}", format!("{mutant:?}")),
            None => survivors.push(mutant),
        }
    }
    assert!(survivors.is_empty(), "not noticed in {SCHEDULES} schedules: {survivors:?}");
}
