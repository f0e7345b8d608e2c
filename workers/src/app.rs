//! What every part of the Worker is given: the bindings and the configuration.

use std::rc::Rc;

use worker::{Bucket, D1Database, Env, Queue};

use crate::{
    config::{self, Config},
    error::InternalError,
};

/// The bindings and the configuration. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct AppContext {
    pub(crate) env: Env,
    pub(crate) config: Rc<Config>,
    /// Where the outside reaches us, without a trailing slash: as configured, else as this request asked.
    pub(crate) origin: Option<Rc<str>>,
}

impl AppContext {
    pub(crate) fn new(env: Env) -> Self {
        let config = config::of(&env);
        let origin = config.public_url.as_deref().map(Rc::from);
        Self { env, config, origin }
    }

    pub(crate) fn index(&self) -> Result<D1Database, InternalError> {
        self.env.d1("DB").map_err(|_| InternalError::Binding("DB"))
    }

    /// Raw bodies and media.
    pub(crate) fn blobs(&self) -> Result<Bucket, InternalError> {
        self.env.bucket("BLOBS").map_err(|_| InternalError::Binding("BLOBS"))
    }

    /// A queue, by its binding.
    pub(crate) fn queue(&self, binding: &'static str) -> Result<Queue, InternalError> {
        self.env.queue(binding).map_err(|_| InternalError::Binding(binding))
    }
}
