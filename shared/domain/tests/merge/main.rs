//! Facts come late, twice and in any order: whatever the order, a thread comes to the same state.
#![cfg(test)]

mod desk;
mod facts;
mod histories;
mod permutations;
