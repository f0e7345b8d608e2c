//! What every part of the Worker is given: the bindings and the configuration.

use std::rc::Rc;

use worker::{Bucket, D1Database, Env, Queue};

use crate::{
    config::{self, Config},
    fault::Fault,
};

/// The bindings and the configuration. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) env: Env,
    pub(crate) config: Rc<Config>,
    /// Where the outside reaches us, without a trailing slash: as configured, else as this request asked.
    pub(crate) origin: Option<Rc<str>>,
}

impl Edge {
    pub(crate) fn new(env: Env) -> Self {
        let config = config::of(&env);
        let origin = config.public_url.as_deref().map(Rc::from);
        Self { env, config, origin }
    }

    /// The index.
    pub(crate) fn index(&self) -> Result<D1Database, Fault> {
        self.env.d1("DB").map_err(|_| Fault::Binding("DB"))
    }

    /// Raw bodies and media.
    pub(crate) fn blobs(&self) -> Result<Bucket, Fault> {
        self.env.bucket("BLOBS").map_err(|_| Fault::Binding("BLOBS"))
    }

    /// A queue, by its binding.
    pub(crate) fn queue(&self, binding: &'static str) -> Result<Queue, Fault> {
        self.env.queue(binding).map_err(|_| Fault::Binding(binding))
    }
}
