//! The part of an address after the `?`, and the values that lists take from it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::problem::{Code, Refused};

/// Parameters that every list takes without naming them.
const ALWAYS: [&str; 2] = ["cursor", "limit"];

/// Names and values, decoded.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Of what follows the `?`.
    pub(crate) fn of(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// A value; an empty one is none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Refuses names that a route does not take, and names given twice.
    pub(crate) fn check(&self, taken: &[(&str, &str)]) -> Result<(), Refused> {
        for (place, (name, _)) in self.0.iter().enumerate() {
            let known = ALWAYS.contains(&name.as_str()) || taken.iter().any(|(one, _)| one == name);
            if !known {
                let names: Vec<&str> = taken.iter().map(|(one, _)| *one).collect();
                let listed = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                return Err(parameter(name, format!("There is no parameter of this name here; there are: {listed}.")));
            }
            if self.0.iter().take(place).any(|(before, _)| before == name) {
                return Err(parameter(name, "This parameter is given twice."));
            }
        }
        Ok(())
    }

    /// `limit`, from 1 to `most`.
    pub(crate) fn limit(&self, most: u32) -> Result<u32, Refused> {
        let Some(text) = self.get("limit") else { return Ok(20) };
        let limit = text.parse().ok().filter(|limit| (1..=most).contains(limit));
        limit.ok_or_else(|| parameter("limit", format!("`limit` is a number from 1 to {most}.")))
    }

    /// One of several words.
    pub(crate) fn one_of<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, Refused> {
        let Some(text) = self.get(name) else { return Ok(None) };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(Some(*value));
        }
        let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Err(parameter(name, format!("`{name}` is one of: {}.", allowed.join(", "))))
    }

    /// What a cursor that we made says: a number and an id.
    pub(crate) fn cursor(&self) -> Result<Option<(i64, String)>, Refused> {
        let Some(text) = self.get("cursor") else { return Ok(None) };
        let place = (|| {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            let (number, id) = text.split_once(':')?;
            let fits = id.len() <= 96 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
            fits.then_some((number.parse().ok().filter(|number| (-1..1 << 53).contains(number))?, id.to_owned()))
        })();
        place.map(Some).ok_or_else(|| {
            Refused::new(Code::InvalidCursor, "Pass `nextCursor` of the page before, unchanged.").field("cursor")
        })
    }
}

/// A cursor to go on after this place.
pub(crate) fn cursor(number: i64, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{number}:{id}"))
}

/// A query parameter is not acceptable.
pub(crate) fn parameter(name: &str, detail: impl Into<String>) -> Refused {
    let name: String = name.chars().take(60).collect();
    Refused::new(Code::InvalidParameter, detail).field(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded() {
        let query = Query::of("q=a%20b+c%C3%A9&x=%zz&y&z=%4");
        assert_eq!(query.get("q"), Some("a b cé"));
        assert_eq!(query.get("x"), Some("%zz"));
        assert_eq!(query.get("y"), None);
        assert_eq!(query.get("z"), Some("%4"));
        assert_eq!(Query::of("").get("q"), None);
    }

    #[test]
    fn cursors_go_there_and_back() {
        let query = Query::of(&format!("cursor={}", cursor(1 << 50, "thr_1a")));
        assert_eq!(query.cursor().unwrap(), Some((1 << 50, "thr_1a".to_owned())));
        for bad in ["x", "AAAA", &cursor(1 << 53, "a"), &cursor(1, "a'b"), &cursor(-2, "a")] {
            assert!(Query::of(&format!("cursor={bad}")).cursor().is_err(), "{bad}");
        }
    }

    #[test]
    fn unknown_and_repeated_names_are_refused() {
        let taken = [("status", "")];
        assert!(Query::of("status=open&limit=5&cursor=x").check(&taken).is_ok());
        assert!(Query::of("stats=open").check(&taken).is_err());
        assert!(Query::of("status=open&status=closed").check(&taken).is_err());
        assert!(Query::of("limit=0").limit(100).is_err());
        assert!(Query::of("limit=101").limit(100).is_err());
        assert_eq!(Query::of("").limit(100).unwrap(), 20);
    }
}
