//! A law that nothing can break shows nothing: every promise that is left out has to be noticed.
//!
//! The seed that noticed it the last time is tried first, and others only when that one no longer does. With
//! `SCHEDULES=200000` the seeds that are kept here are left aside: each is looked for anew, among as many. `MUTANT=NoAlarm`
//! looks at one alone.
#![expect(clippy::print_stdout, reason = "the table of what noticed what is the result")]

mod common;

use std::sync::atomic::{AtomicU64, Ordering};

use tributary_simulation::{Broken, Mutant, run};

/// Most mutants are noticed within a few hundred schedules; the rarest within some ten thousand.
const SCHEDULES: u64 = 200_000;
/// Seeds that each core takes at a time.
const STRETCH: u64 = 250;

/// The first seed that notices each mutant. One that is missing, or notices no longer, costs a search and nothing else:
/// the table that is printed then has the new one.
const KNOWN: &[(Mutant, u64)] = &[
    (Mutant::AckBeforeStore, 4),
    (Mutant::AckBeforeCommit, 7),
    (Mutant::NoDedupe, 0),
    (Mutant::UnversionedUpsert, 0),
    (Mutant::BlindConfirm, 0),
    (Mutant::ResendAfterCrash, 41),
    (Mutant::NoMarker, 4),
    (Mutant::RetryUncertain, 571),
    (Mutant::NoAlarm, 0),
    (Mutant::LabelLost, 20),
    (Mutant::EvidenceIgnored, 1521),
    (Mutant::ClosedNotReopened, 0),
    (Mutant::DuplicateReopens, 30),
    (Mutant::AuditApart, 0),
    (Mutant::MessagesApart, 0),
    (Mutant::StaleView, 12),
    (Mutant::RosterNotReleased, 81),
    (Mutant::WatermarkBack, 2),
    (Mutant::StageBack, 27),
    (Mutant::WordsCut, 25),
    (Mutant::PoisonDropped, 0),
    (Mutant::NoSweep, 1),
    (Mutant::LastEditWins, 2),
    (Mutant::ChainForgotten, 2),
    (Mutant::StepsForgotten, 0),
    (Mutant::AnswerOverwrites, 5694),
    (Mutant::NoticeForgotten, 112),
    (Mutant::LossIgnored, 199),
    (Mutant::OwnerForgotten, 0),
    (Mutant::AckBeforePublish, 48),
    (Mutant::UnpublishedUnwatched, 30_698),
    (Mutant::StalePublication, 0),
    (Mutant::RestAckedWithPage, 0),
    (Mutant::PieceTakenForWhole, 0),
    (Mutant::EntriesAckedUnseen, 0),
    (Mutant::NamedBeforeCommit, 25),
    (Mutant::OldAckClearsNew, 50),
    (Mutant::OlderAckOverwrites, 257),
    (Mutant::FetchingForgotten, 7),
    (Mutant::PastAlarmStands, 0),
    (Mutant::LostAlarmStays, 7),
    (Mutant::VisitIgnored, 3),
    (Mutant::VisitForgetsWords, 7),
    (Mutant::VisitForgetsAudit, 3),
    (Mutant::SettledForgotten, 574),
    (Mutant::RosterVersionIgnored, 574),
    (Mutant::NoticeUnwritten, 112),
    (Mutant::ThreadUnwritten, 0),
];

/// The others are noticed by the suites of posts and of walls.
fn is_of_protocol(mutant: Mutant) -> bool {
    ![Mutant::OF_POSTS, Mutant::OF_WALLS].concat().contains(&mutant)
}

fn known(mutant: Mutant) -> Option<u64> {
    KNOWN.iter().find(|(of, _)| *of == mutant).map(|(_, seed)| *seed)
}

/// The first of so many seeds that notices a mutant, looked for on every core.
fn first(mutant: Mutant, schedules: u64) -> Option<u64> {
    let found = AtomicU64::new(u64::MAX);
    let stretches = usize::try_from(schedules.div_ceil(STRETCH)).unwrap_or(usize::MAX);
    common::on_every_core(stretches, |stretch| {
        let from = stretch as u64 * STRETCH;
        let seeds = from..(from + STRETCH).min(schedules);
        let caught = seeds.take_while(|seed| *seed < found.load(Ordering::Relaxed));
        let seed = caught.into_iter().find(|seed| run(*seed, Some(mutant)).is_err())?;
        found.fetch_min(seed, Ordering::Relaxed);
        Some(())
    });
    Some(found.into_inner()).filter(|seed| *seed != u64::MAX)
}

#[test]
fn every_mutant_is_caught() {
    let asked = common::number("SCHEDULES");
    let schedules = asked.unwrap_or(SCHEDULES);
    let caught = common::on_every_core(Mutant::ALL.len(), |place| {
        let mutant = *Mutant::ALL.get(place).filter(|one| is_of_protocol(**one))?;
        let seed = known(mutant).filter(|_| asked.is_none())?;
        run(seed, Some(mutant)).err().map(|broken| (mutant, seed, broken))
    });
    let mut survivors = Vec::new();
    let only = std::env::var("MUTANT").ok();
    for mutant in Mutant::ALL
        .iter()
        .filter(|one| is_of_protocol(**one))
        .filter(|one| only.as_ref().is_none_or(|only| *only == format!("{one:?}")))
    {
        let again = caught.iter().find(|(of, ..)| of == mutant).map(|(_, seed, broken)| (*seed, broken.clone()));
        let found = again.or_else(|| {
            let seed = first(*mutant, schedules)?;
            Some((seed, run(seed, Some(*mutant)).err()?))
        });
        match found {
            Some((seed, Broken { law, .. })) => {
                let note = if known(*mutant) == Some(seed) { "" } else { "   (not the seed that is kept for it)" };
                println!("{:<20} seed {seed:>6}  {law}{note}", format!("{mutant:?}"));
            }
            None => survivors.push(*mutant),
        }
    }
    assert!(survivors.is_empty(), "not noticed in {schedules} schedules: {survivors:?}");
}
