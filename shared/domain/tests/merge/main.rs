//! Facts come late, twice and in any order: whatever the order, a thread comes to the same state.
#![cfg(test)]

mod clocks;
mod desk;
mod edits;
mod facts;
mod histories;
mod permutations;
