//! A law that nothing can break shows nothing: every promise that is left out has to be noticed.
//!
//! The seed that noticed it the last time is tried first, and others only when that one no longer does. With
//! `SCHEDULES=200000` the seeds that are kept here are left aside: each is looked for anew, among as many.
#![expect(clippy::print_stdout, reason = "the table of what noticed what is the result")]

mod common;

use tributary_simulation::{Broken, Mutant, run};

/// Most mutants are noticed within a few hundred schedules; the rarest within some ten thousand.
const SCHEDULES: u64 = 200_000;

/// The first seed that notices each mutant. One that is missing, or notices no longer, costs a search and nothing else:
/// the table that is printed then has the new one.
const KNOWN: [(Mutant, u64); 29] = [
    (Mutant::AckBeforeStore, 4),
    (Mutant::AckBeforeCommit, 7),
    (Mutant::NoDedupe, 0),
    (Mutant::UnversionedUpsert, 0),
    (Mutant::BlindConfirm, 79),
    (Mutant::ResendAfterCrash, 78),
    (Mutant::NoMarker, 0),
    (Mutant::RetryUncertain, 135),
    (Mutant::NoAlarm, 0),
    (Mutant::LabelLost, 0),
    (Mutant::EvidenceIgnored, 666),
    (Mutant::ClosedNotReopened, 0),
    (Mutant::DuplicateReopens, 0),
    (Mutant::AuditApart, 0),
    (Mutant::MessagesApart, 6),
    (Mutant::StaleView, 3),
    (Mutant::RosterNotReleased, 24),
    (Mutant::WatermarkBack, 2),
    (Mutant::StageBack, 25),
    (Mutant::WordsCut, 15),
    (Mutant::PoisonDropped, 0),
    (Mutant::NoSweep, 1),
    (Mutant::LastEditWins, 11),
    (Mutant::ChainForgotten, 2),
    (Mutant::StepsForgotten, 7),
    (Mutant::AnswerOverwrites, 23_701),
    (Mutant::NoticeForgotten, 285),
    (Mutant::OwnerForgotten, 3476),
    (Mutant::LossIgnored, 458),
];

fn known(mutant: Mutant) -> Option<u64> {
    KNOWN.iter().find(|(of, _)| *of == mutant).map(|(_, seed)| *seed)
}

#[test]
fn every_mutant_is_caught() {
    let asked = common::number("SCHEDULES");
    let schedules = asked.unwrap_or(SCHEDULES);
    let caught = common::on_every_core(Mutant::ALL.len(), |place| {
        let mutant = *Mutant::ALL.get(place)?;
        let first = known(mutant).filter(|_| asked.is_none());
        Some((
            mutant,
            first
                .into_iter()
                .chain(0..schedules)
                .find_map(|seed| run(seed, Some(mutant)).err().map(|broken| (seed, broken))),
        ))
    });
    let mut survivors = Vec::new();
    for (mutant, caught) in caught {
        match caught {
            Some((seed, Broken { law, .. })) => {
                let note = if known(mutant) == Some(seed) { "" } else { "   (not the seed that is kept for it)" };
                println!("{:<20} seed {seed:>6}  {law}{note}", format!("{mutant:?}"));
            }
            None => survivors.push(mutant),
        }
    }
    assert!(survivors.is_empty(), "not noticed in {schedules} schedules: {survivors:?}");
}
