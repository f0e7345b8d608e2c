//! The browsers that look at the inbox: hibernating web sockets that carry hints and nothing else.
//!
//! A frame says that a thread has reached a version; whoever wants to know more asks the API, which checks who
//! asks. A socket is tagged with its session's digest and closed when the session ends.

use serde::{Deserialize, Serialize};
use tributary_domain::time::Timestamp;
use tributary_wire::objects::Hint;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{
    Response, State, WebSocket, WebSocketPair, web_sys,
    worker_sys::{DurableObjectState, WebSocketRequestResponsePair},
};

use super::{answer, question};
use crate::{clock, error::InternalError};

/// The name of the one object.
pub(crate) const NAME: &str = "live";
/// The header that carries the session's digest from the API to here.
pub(crate) const SESSION: &str = "x-session";
/// The header that carries when the session ends, in milliseconds.
pub(crate) const ENDS: &str = "x-session-ends";
/// Largest frame that is read.
const FRAME: usize = 256;
/// Most sockets of one session; more than anybody has tabs.
const SOCKETS: usize = 50;

/// What can be asked of it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct LiveCall {
    /// Tell everybody.
    pub(crate) hints: Vec<Hint>,
    /// Close the sockets of these sessions.
    pub(crate) close: Closing,
}

/// Whose sockets are to be closed: one tag, or several.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Closing {
    One(String),
    Some(Vec<String>),
}

impl Default for Closing {
    fn default() -> Self {
        Self::Some(Vec::new())
    }
}

/// What a socket carries along while the object sleeps.
#[derive(Debug, Serialize, serde::Deserialize)]
struct Attached {
    /// When its session ends, in milliseconds.
    ends: i64,
}

/// What a browser may say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
enum Said {
    Ping,
}

/// The tag of a session's sockets.
pub(crate) fn tag(digest: &str) -> &str {
    digest.get(..32).unwrap_or(digest)
}

#[wasm_bindgen]
pub struct LiveObject {
    state: State,
}

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
#[expect(clippy::unused_self, reason = "the runtime calls methods")]
impl LiveObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState) -> Self {
        let state = State::from(state);
        // Answered by the runtime while the object sleeps.
        if let Ok(pair) = WebSocketRequestResponsePair::new("ping", "pong") {
            state.set_websocket_auto_response(&pair);
        }
        Self { state }
    }

    /// Takes a WebSocket in.
    pub async fn fetch(&self, request: web_sys::Request) -> Result<web_sys::Response, JsValue> {
        let headers = request.headers();
        let Some(session) = headers.get(SESSION)? else {
            return Ok(Response::error("the header x-session, whose socket it is, is missing", 400)?.into());
        };
        let ends = headers.get(ENDS)?.and_then(|ends| ends.parse().ok()).unwrap_or(0);
        Ok(self.join(&session, ends).await?.into())
    }

    pub fn ask(&self, text: &str) -> Result<String, JsValue> {
        answer(self.handle(&question(text)?), "live")
    }

    pub async fn alarm(&self) {
        let now = clock::now();
        for socket in self.state.get_websockets() {
            if ends(&socket) <= now {
                close(&socket, 4401, "session ended");
            }
        }
        self.wake().await;
    }

    /// Text, or bytes.
    #[wasm_bindgen(js_name = webSocketMessage)]
    pub fn message(&self, socket: web_sys::WebSocket, message: &JsValue) {
        let socket = WebSocket::from(socket);
        let Some(text) = message.as_string().filter(|text| text.len() <= FRAME) else {
            return close(&socket, 1009, "frame not accepted");
        };
        if let Ok(Said::Ping) = serde_json::from_str(&text) {
            // A socket that is gone needs no answer.
            let _ = socket.send_with_str(r#"{"pong":true}"#);
        }
    }

    #[wasm_bindgen(js_name = webSocketClose)]
    pub fn closed(&self, socket: web_sys::WebSocket) {
        close(&socket.into(), 1000, "closed");
    }

    #[wasm_bindgen(js_name = webSocketError)]
    pub fn failed(&self, socket: web_sys::WebSocket) {
        close(&socket.into(), 1011, "connection failed");
    }
}

impl LiveObject {
    async fn join(&self, session: &str, ends: i64) -> worker::Result<Response> {
        let tag = tag(session);
        let present = self.state.get_websockets_with_tag(tag);
        if let Some(first) = present.first().filter(|_| present.len() >= SOCKETS) {
            close(first, 4429, "too many connections");
        }
        let pair = WebSocketPair::new()?;
        self.state.accept_websocket_with_tags(&pair.server, &[tag]);
        pair.server.serialize_attachment(Attached { ends })?;
        pair.server.send_with_str(r#"{"hello":true}"#)?;
        self.wake().await;
        Response::from_websocket(pair.client)
    }

    /// Sees to it that the next session to end finds its sockets closed.
    async fn wake(&self) {
        let next = self.state.get_websockets().iter().map(ends).min();
        let Some(next) = next else { return };
        let wait = next.since(clock::now()).as_millis().max(1000);
        let alarm = self.state.storage().set_alarm(std::time::Duration::from_millis(wait)).await;
        if let Err(source) = alarm {
            InternalError::storage("live.alarm")(source).log("live");
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "objects answer with results")]
    fn handle(&self, call: &LiveCall) -> Result<(), InternalError> {
        let tags = match &call.close {
            Closing::One(tag) => std::slice::from_ref(tag),
            Closing::Some(tags) => tags.as_slice(),
        };
        for socket in tags.iter().flat_map(|one| self.state.get_websockets_with_tag(tag(one))) {
            close(&socket, 4401, "session ended");
        }
        if call.hints.is_empty() {
            return Ok(());
        }
        let frames: Vec<String> = call.hints.iter().filter_map(|hint| serde_json::to_string(hint).ok()).collect();
        let now = clock::now();
        for socket in self.state.get_websockets() {
            if ends(&socket) <= now {
                close(&socket, 4401, "session ended");
                continue;
            }
            for frame in &frames {
                // A socket that is gone learns what it missed when it comes back.
                if socket.send_with_str(frame).is_err() {
                    break;
                }
            }
        }
        Ok(())
    }
}

fn ends(socket: &WebSocket) -> Timestamp {
    let attached: Option<Attached> = socket.deserialize_attachment().ok().flatten();
    Timestamp::from_millis(attached.map_or(0, |attached| attached.ends))
}

fn close(socket: &WebSocket, code: u16, reason: &str) {
    // It may be closed already, which is as good.
    let _ = socket.close(Some(code), Some(reason));
}
