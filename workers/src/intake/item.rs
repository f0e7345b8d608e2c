//! A delivery of a batch on its way to its threads.

use tributary_connectors::contract::Kept;
use tributary_domain::time::Span;
use tributary_wire::queue::DeliveryHeader;
use worker::RawMessage;

use crate::{clock, error::InternalError};

/// A delivery of the batch on its way.
pub(super) struct Item {
    pub(super) message: RawMessage,
    pub(super) header: Option<DeliveryHeader>,
    /// Calls to threads that have not succeeded.
    pub(super) open: usize,
    pub(super) failed: bool,
    /// What failed, in words of ours.
    pub(super) fault: Option<String>,
    /// Some of it waits for a person.
    pub(super) parked: bool,
    /// What of it is not read, and not known to be harmless.
    pub(super) unread: Vec<Kept>,
    /// Bytes.
    pub(super) size: usize,
    /// The message has its bytes.
    pub(super) inline: bool,
}

impl Item {
    pub(super) fn of(message: RawMessage) -> Self {
        Self {
            message,
            header: None,
            open: 0,
            failed: false,
            fault: None,
            parked: false,
            unread: Vec::new(),
            size: 0,
            inline: false,
        }
    }

    /// What lies on the queue.
    pub(super) fn text(&self) -> Option<String> {
        self.message.body().as_string()
    }

    /// It will come again. The fault was or will be logged.
    pub(super) fn failed(&mut self, told: impl Into<String>) {
        self.failed = true;
        self.fault.get_or_insert_with(|| told.into());
    }

    /// Something of it could not be done, and it will come again.
    pub(super) fn fail(&mut self, site: &'static str, fault: &InternalError) {
        fault.log(site);
        self.failed(fault.to_string());
    }

    /// Nothing failed, and it will come again all the same.
    pub(super) fn come_again(&mut self) {
        self.failed = true;
    }

    /// How long ago it came in.
    pub(super) fn age(&self) -> Span {
        self.header.as_ref().map_or(Span::millis(0), |header| clock::now().since(header.received_at))
    }
}
