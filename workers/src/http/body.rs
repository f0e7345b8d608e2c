//! Bodies: bounded before they are read, and refused with the name of the field that is wrong.

use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tributary_connectors::limits;
use tributary_domain::json_error::{self, Misfit, Unreadable};
use worker::Request;

use super::{
    call::Call,
    problem::{Code, Refused},
};
use crate::error::InternalError;

/// Most bytes of a JSON body.
const JSON_BYTES: usize = 1 << 20;
/// Deepest nesting of a JSON body.
const DEPTH: usize = 32;
/// Longest part of a reader's complaint that is handed on.
const COMPLAINT: usize = 300;

/// The body as JSON.
pub(crate) async fn json<T: DeserializeOwned>(call: &mut Call) -> Result<T, Refused> {
    let kind = call.header("content-type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Refused::new(
            Code::MediaTypeUnsupported,
            "Send JSON, with the header Content-Type: application/json.",
        ));
    }
    let bytes = bytes(call.request(), JSON_BYTES).await?;
    limits::check_body(&bytes, JSON_BYTES, DEPTH)
        .map_err(|excess| Refused::new(Code::Malformed, format!("The JSON cannot be taken: {excess}.")))?;
    json_error::read_object(&bytes).map_err(|error| refused(&error))
}

/// The body's bytes, at most so many of them. More are never held in memory.
pub(crate) async fn bytes(request: &mut Request, most: usize) -> Result<Vec<u8>, Refused> {
    let told = request.headers().get("content-length").ok().flatten().and_then(|length| length.parse::<usize>().ok());
    if told.is_some_and(|told| told > most) {
        return Err(too_large(most));
    }
    if told == Some(0) || request.inner().body().is_none() {
        return Ok(Vec::new());
    }
    // A body with a length is exactly so long.
    if told.is_some() {
        return request.bytes().await.map_err(broken_off);
    }
    let mut kept = Vec::new();
    let mut stream = request.stream().map_err(InternalError::runtime("body"))?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(broken_off)?;
        if kept.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        kept.extend(chunk);
    }
    Ok(kept)
}

fn broken_off(_: worker::Error) -> Refused {
    Refused::new(Code::Malformed, "The body broke off. Send the request again.")
}

fn too_large(most: usize) -> Refused {
    Refused::new(Code::BodyTooLarge, format!("The body may have at most {most} bytes."))
}

fn refused(error: &Unreadable) -> Refused {
    let short = |told: String| told.chars().take(COMPLAINT).collect::<String>();
    if let Misfit::NotJson(_) = error.misfit {
        return Refused::new(Code::Malformed, short(format!("The body is not JSON: {error}.")));
    }
    match &error.field {
        // Where the member is named, nobody has to count columns.
        Some(field) => {
            let detail = format!("`{field}` is not acceptable: {}.", error.misfit);
            Refused::new(Code::Invalid, short(detail)).field(field.clone())
        }
        None => Refused::new(Code::Invalid, short(format!("The body is not acceptable: {error}."))),
    }
}
