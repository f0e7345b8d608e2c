//! The live connection: hands a checked WebSocket to the object that keeps them all.

use tributary_wire::api::endpoints::Live;
use worker::{Headers, Request, RequestInit, Response};

use super::{
    call::Call,
    guard::{self, Person},
    handle::{Answer, Handle, Input},
    problem::{Code, Refused},
};
use crate::{
    error::InternalError,
    objects::{
        self,
        live::{Closing, ENDS, LiveCall, NAME, SESSION},
    },
};

impl Handle for Live {
    async fn handle(call: &Call, person: &Person, _: Input<Self>) -> Answer<Self> {
        guard::own_origin(call).await?;
        let upgrade = call.header("upgrade").is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"));
        if !upgrade || call.method == "HEAD" {
            let detail = "Open a WebSocket here: send Upgrade: websocket.";
            return Err(Refused::new(Code::UpgradeRequired, detail).header("upgrade", "websocket".to_owned()));
        }
        Ok(hand_over(call, person).await?)
    }
}

async fn hand_over(call: &Call, person: &Person) -> Result<Response, InternalError> {
    let failed = |source| InternalError::Object { binding: "LIVE", source: Box::new(source) };
    // Nothing of the browser's own request goes on: the object is told what was checked here.
    let headers = Headers::new();
    let ends = person.ends.millis().to_string();
    for (name, value) in [("upgrade", "websocket"), (SESSION, person.digest.as_str()), (ENDS, ends.as_str())] {
        headers.set(name, value).map_err(failed)?;
    }
    let mut init = RequestInit::new();
    init.with_headers(headers);
    let request = Request::new_with_init("http://object/", &init).map_err(failed)?;
    let stub = call.app.env.durable_object("LIVE").and_then(|namespace| namespace.get_by_name(NAME)).map_err(failed)?;
    stub.fetch_with_request(request).await.map_err(failed)
}

/// Closes the connections of sessions that ended.
pub(super) fn close(call: &Call, digests: Vec<String>) {
    if digests.is_empty() {
        return;
    }
    let app = call.app.clone();
    call.afterwards("close live", async move {
        let question = LiveCall { hints: Vec::new(), close: Closing::Some(digests) };
        objects::call::<_, serde_json::Value>(&app.env, "LIVE", NAME, &question).await.map(|_| ())
    });
}
