//! What can go wrong between the parts of the Worker. Texts of these errors name parts and codes, never data.

use tributary_domain::json_error;

/// A part failed. Whether it is worth trying again is decided where the cause is known. Small, since every result on
/// the way carries it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InternalError {
    #[error("the index (D1) failed in {site}")]
    Index { site: &'static str, source: Box<worker::Error> },
    #[error("the object {binding} failed")]
    Object { binding: &'static str, source: Box<worker::Error> },
    #[error("an object's own storage failed in {site}")]
    Storage { site: &'static str, source: Box<worker::Error> },
    #[error("the blobs (R2) failed in {site}")]
    Blobs { site: &'static str, source: Box<worker::Error> },
    #[error("the queue {binding} failed")]
    Queue { binding: &'static str, source: Box<worker::Error> },
    #[error("the binding {0} is missing from wrangler.toml")]
    Binding(&'static str),
    #[error("what was stored or sent in {site} cannot be read")]
    Form { site: &'static str, source: serde_json::Error },
    #[error("the runtime failed in {site}")]
    Runtime { site: &'static str, source: Box<worker::Error> },
    #[error("no random numbers can be had")]
    Random,
    #[error("{0}")]
    Config(Box<crate::config::Unset>),
    #[error("the sealed credentials cannot be opened: was SEALING_KEY changed?")]
    Sealed,
    #[error("the stored rules cannot be read")]
    Rules,
}

impl InternalError {
    pub(crate) fn index(site: &'static str) -> impl FnOnce(worker::Error) -> Self {
        move |source: worker::Error| Self::Index { site, source: Box::new(source) }
    }

    pub(crate) fn storage(site: &'static str) -> impl FnOnce(worker::Error) -> Self {
        move |source: worker::Error| Self::Storage { site, source: Box::new(source) }
    }

    pub(crate) fn blobs(site: &'static str) -> impl FnOnce(worker::Error) -> Self {
        move |source: worker::Error| Self::Blobs { site, source: Box::new(source) }
    }

    pub(crate) fn runtime(site: &'static str) -> impl FnOnce(worker::Error) -> Self {
        move |source: worker::Error| Self::Runtime { site, source: Box::new(source) }
    }

    pub(crate) fn form(site: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Form { site, source }
    }

    /// For the log: the error and the parts behind it. Causes of the runtime name statements and codes, no values.
    pub(crate) fn log(&self, place: &'static str) {
        let cause = match self {
            Self::Form { source, .. } => json_error::fault(source),
            _ => std::error::Error::source(self).map(ToString::to_string).unwrap_or_default(),
        };
        worker::console_error!("{place}: {self}{}{cause}", if cause.is_empty() { "" } else { ": " });
    }
}

impl From<crate::config::Unset> for InternalError {
    fn from(unset: crate::config::Unset) -> Self {
        Self::Config(Box::new(unset))
    }
}
