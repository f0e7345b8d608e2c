//! What a body may be before anything parses it.

/// The largest body that any of the platforms documents.
pub const MAX_BYTES: usize = 3 * 1024 * 1024;
/// The deepest nesting that is read. The platforms stay well below 20.
pub const MAX_DEPTH: usize = 32;

/// Why a body is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Excess {
    /// It is too large.
    #[error("the body has {actual} bytes, at most {max} are taken")]
    Bytes { actual: usize, max: usize },
    /// It is nested too deeply.
    #[error("the body is nested more than {max} levels deep")]
    Depth { max: usize },
}

/// Checks size and nesting without allocating anything. Whether the body is JSON is not asked here.
pub fn check_body(body: &[u8], max_bytes: usize, max_depth: usize) -> Result<(), Excess> {
    if body.len() > max_bytes {
        return Err(Excess::Bytes { actual: body.len(), max: max_bytes });
    }
    // Most bodies open fewer levels in all than may be nested, and counting is quicker than following.
    if openings(body) <= max_depth {
        return Ok(());
    }
    let mut depth = 0_usize;
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'\\' => {
                            bytes.next();
                        }
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            b'{' | b'[' => {
                depth += 1;
                if depth > max_depth {
                    return Err(Excess::Depth { max: max_depth });
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// How many `{` and `[` there are; in chunks small enough to be counted in one byte each, many at a time.
fn openings(body: &[u8]) -> usize {
    // `{` and `[` differ in one bit.
    let count = |chunk: &[u8]| chunk.iter().fold(0_u8, |count, byte| count + u8::from(byte | 0x20 == b'{'));
    body.chunks(255).map(|chunk| usize::from(count(chunk))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_held_to_the_byte() {
        assert_eq!(check_body(b"{}  ", 4, 32), Ok(()));
        assert_eq!(check_body(b"{}   ", 4, 32), Err(Excess::Bytes { actual: 5, max: 4 }));
    }

    #[test]
    fn nesting_is_held_to_the_level() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(check_body(nested(32).as_bytes(), MAX_BYTES, MAX_DEPTH), Ok(()));
        assert_eq!(check_body(nested(33).as_bytes(), MAX_BYTES, MAX_DEPTH), Err(Excess::Depth { max: 32 }));
        assert_eq!(check_body("[]".repeat(100).as_bytes(), MAX_BYTES, 1), Ok(()));
    }

    #[test]
    fn many_openings_are_counted_and_then_followed() {
        let wide = format!("[{}]", "{},".repeat(1000));
        assert_eq!(openings(wide.as_bytes()), 1001);
        assert_eq!(openings("{".repeat(600).as_bytes()), 600);
        assert_eq!(check_body(wide.as_bytes(), MAX_BYTES, 2), Ok(()));
        assert_eq!(check_body(wide.as_bytes(), MAX_BYTES, 1), Err(Excess::Depth { max: 1 }));
    }

    #[test]
    fn brackets_within_text_are_text() {
        assert_eq!(check_body(br#"{"a":"[[[[\"[[[[\\"}"#, MAX_BYTES, 1), Ok(()));
        assert_eq!(check_body(br#""never closed [[["#, MAX_BYTES, 0), Ok(()));
    }
}
