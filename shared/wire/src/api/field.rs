//! Which member of a body could not be read.

/// The member that is meant by a reader's complaint of a JSON text.
pub fn field_of(body: &[u8], error: &serde_json::Error) -> Option<String> {
    let complaint = error.to_string();
    ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| complaint.strip_prefix(start)?.split('`').next())
        .map(str::to_owned)
        .or_else(|| field_before(body, error.line(), error.column()))
}

/// The name of the last member that begins before a place in a JSON text: the one whose value is wrong there.
fn field_before(body: &[u8], line: usize, column: usize) -> Option<String> {
    let start: usize = body.split(|byte| *byte == b'\n').take(line.checked_sub(1)?).map(|line| line.len() + 1).sum();
    let upto = body.get(..start.saturating_add(column).min(body.len()))?;
    let (mut field, mut last, mut open) = (None, None, None);
    let mut bytes = upto.iter().enumerate();
    while let Some((place, byte)) = bytes.next() {
        match (byte, open) {
            (b'\\', Some(_)) => {
                bytes.next();
            }
            (b'"', Some(from)) => {
                last = upto.get(from..place);
                open = None;
            }
            (b'"', None) => open = Some(place + 1),
            (b':', None) => field = last,
            _ => {}
        }
    }
    let name = std::str::from_utf8(field?).ok()?;
    Some(name.chars().take(60).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::reply::ReplyRequest;

    fn field(text: &str) -> Option<String> {
        field_of(text.as_bytes(), &tributary_domain::json::from_str::<ReplyRequest>(text).unwrap_err())
    }

    #[test]
    fn the_wrong_field_is_named() {
        assert_eq!(field(r#"{"replyId":"short","expectedVersion":1}"#).as_deref(), Some("replyId"));
        assert_eq!(field(r#"{"replyId":"11111111-1","expectedVersion":"1"}"#).as_deref(), Some("expectedVersion"));
        assert_eq!(field("{\n \"replyId\": \"11111111-1\",\n \"text\": 5\n}").as_deref(), Some("text"));
        assert_eq!(field(r#"{"replyId":"11111111-1"}"#).as_deref(), Some("expectedVersion"));
        assert_eq!(field(r#"{"replyId":"11111111-1","expectedVersion":1,"via":"x"}"#).as_deref(), Some("via"));
    }
}
