//! Which member of a body could not be read.

use serde::de::DeserializeOwned;

/// A body that could not be read.
#[derive(Debug)]
pub struct BodyError {
    /// Why.
    pub error: serde_json::Error,
    /// The member that is wrong, as in `draft.parts[0].text`.
    pub field: Option<String>,
}

/// Reads a body, which is an object.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    if body.trim_ascii_start().first() == Some(&b'[') {
        // serde would take the items of a list for the members of an object.
        let error = serde::de::Error::invalid_type(serde::de::Unexpected::Seq, &"an object");
        return Err(BodyError { error, field: None });
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut track = serde_path_to_error::Track::new();
    let read = T::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let whole = read.and_then(|value| json.end().map(|()| value));
    whole.map_err(|error| {
        let path = track.path().to_string();
        let field = if path == "." { absent(&error) } else { Some(path) };
        BodyError { error, field }
    })
}

/// The member that is not there: the reader names it in its complaint alone.
fn absent(error: &serde_json::Error) -> Option<String> {
    let complaint = error.to_string();
    complaint.strip_prefix("missing field `")?.split('`').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::reply::ReplyRequest;

    fn field(text: &str) -> Option<String> {
        read::<ReplyRequest>(text.as_bytes()).unwrap_err().field
    }

    #[test]
    fn the_wrong_field_is_named() {
        assert_eq!(field(r#"{"replyId":"short","expectedVersion":1}"#).as_deref(), Some("replyId"));
        assert_eq!(field(r#"{"replyId":"11111111-1","expectedVersion":"1"}"#).as_deref(), Some("expectedVersion"));
        assert_eq!(field("{\n \"replyId\": \"11111111-1\",\n \"text\": 5\n}").as_deref(), Some("text"));
        assert_eq!(field(r#"{"replyId":"11111111-1"}"#).as_deref(), Some("expectedVersion"));
        assert_eq!(field(r#"{"replyId":"11111111-1","expectedVersion":1,"via":"x"}"#).as_deref(), Some("via"));
    }

    #[test]
    fn a_list_is_no_body() {
        let list = r#" ["Ada", "ada@team.example", "agent"]"#;
        let error = read::<crate::api::teammate::InviteRequest>(list.as_bytes()).unwrap_err();
        let told = tributary_domain::json_error::complaint(&error.error);
        assert_eq!((error.error.is_data(), told.as_str()), (true, "invalid type: sequence, expected an object"));
    }
}
