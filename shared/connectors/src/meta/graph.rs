//! Calls to Graph hosts.

use crate::{
    http::{BaseSpec, Body, HttpRequest, Method, Target, segment},
    meta::signature,
    secret::Secret,
};

/// Where Pages are spoken for.
pub(crate) const GRAPH: BaseSpec = BaseSpec { variable: "FACEBOOK_API_BASE", usual: "https://graph.facebook.com" };
/// The variable of the app's secret.
pub(crate) const APP_SECRET: &str = "META_APP_SECRET";

/// The version all calls name.
const VERSION: &str = "v25.0";

/// Whom a call speaks for.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) base: BaseSpec,
    pub(crate) token: &'a Secret,
    pub(crate) app_secret: Option<&'a str>,
}

impl Caller<'_> {
    /// `GET /{node}` with a query.
    pub(crate) fn get(self, node: &str, query: &[(&str, &str)]) -> HttpRequest {
        HttpRequest::get(self.base, self.path(node, None, query)).bearer(self.token.expose())
    }

    /// `GET /{node}/{edge}` with a query.
    pub(crate) fn edge(self, node: &str, edge: &str, query: &[(&str, &str)]) -> HttpRequest {
        HttpRequest::get(self.base, self.path(node, Some(edge), query)).bearer(self.token.expose())
    }

    /// `POST /{node}/{edge}`.
    pub(crate) fn post(self, node: &str, edge: &str, query: &[(&str, &str)], body: Body) -> HttpRequest {
        HttpRequest::post(self.base, self.path(node, Some(edge), query), body).bearer(self.token.expose())
    }

    /// `POST /{node}`: changes it.
    pub(crate) fn update(self, node: &str, query: &[(&str, &str)], body: Body) -> HttpRequest {
        HttpRequest::post(self.base, self.path(node, None, query), body).bearer(self.token.expose())
    }

    /// `DELETE /{node}`, or what is on one of its edges.
    pub(crate) fn delete(self, node: &str, edge: Option<&str>) -> HttpRequest {
        let target = Target::Api(self.base, self.path(node, edge, &[]));
        HttpRequest::new(Method::DELETE, target, Body::Empty).bearer(self.token.expose())
    }

    fn path(self, node: &str, edge: Option<&str>, query: &[(&str, &str)]) -> String {
        let mut path = format!("/{VERSION}/{}", segment(node));
        if let Some(edge) = edge {
            path.push('/');
            path.push_str(edge);
        }
        let proof = self.app_secret.filter(|secret| !secret.is_empty());
        let proof = proof.map(|secret| signature::proof(secret, self.token.expose()));
        let pairs = query.iter().copied().chain(proof.as_deref().map(|proof| ("appsecret_proof", proof)));
        for (index, (name, value)) in pairs.enumerate() {
            path.push(if index == 0 { '?' } else { '&' });
            path.push_str(name);
            path.push('=');
            path.push_str(&segment(value));
        }
        path
    }
}
