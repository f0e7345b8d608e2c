//! A seeded simulation of the whole protocol around the domain's own code.
//!
//! The domain decides, with the machines of its objects and of its publisher; this crate plays everything else: platforms that tell every fact at least once and in any
//! order, queues that repeat and forget, writes that land late, calls whose answers are lost, people who click
//! twice, and processes that die between any two steps. One seed is one schedule. When the faults stop, the world
//! comes to rest, and the laws of [`laws`] are held against what is left; others are held against every step.
//!
//! | module | plays |
//! | --- | --- |
//! | [`platform`] | customers, their webhooks, the send call, echoes and receipts |
//! | [`object`] | the storage of thread objects, around their machine |
//! | [`roster`] | the storage of the roster object, around its machine |
//! | [`index`] | the index, with writes that land late |
//! | [`step`] | processes: the webhook, the consumers, the publisher, the sender, the alarm |
//! | [`post`] | one post with its comments, apart from the rest of the world |
//! | [`wall`] | what people have done to comments, apart from it as well |
//! | [`people`] | teammates, their screens and their browsers' repeated requests |
//! | [`world`] | the scheduler, its clock and its dice |
//!
//! [`Mutant`]s are switches in the code that ships, compiled for this crate alone: the same protocol with one promise left
//! out, to see that a law notices.

pub mod cast;
pub mod dice;
pub mod index;
pub mod laws;
pub mod object;
pub mod people;
pub mod platform;
pub mod post;
pub mod roster;
pub mod step;
pub mod wall;
pub mod world;

pub use laws::Broken;
pub use tributary_domain::mutant::Mutant;
pub use world::{World, run, trace};
