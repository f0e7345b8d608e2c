//! Values with bounds: one that exists keeps them, and its description says them.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A value is not within its bounds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("a text of 1 to {0} characters on one line")]
    Line(usize),
    #[error("give a name of 1 to {0} characters")]
    Name(usize),
    #[error("give a text of {0} to {1} characters")]
    Text(usize, usize),
    #[error("give a list of {0} to {1} entries")]
    Few(usize, usize),
    #[error("give a number from {0} to {1}")]
    Within(u32, u32),
}

/// One line of text: without blanks around it, not empty, without control characters, at most so many characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Line<const MOST: usize>(String);

impl<const MOST: usize> TryFrom<String> for Line<MOST> {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        let line = text.trim();
        let fits = !line.is_empty() && text.chars().count() <= MOST && !text.chars().any(char::is_control);
        if fits { Ok(Self(line.to_owned())) } else { Err(Unfit::Line(MOST)) }
    }
}

/// What somebody or something is called: a [`Line`], which says of itself that it is a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Name<const MOST: usize>(String);

impl<const MOST: usize> TryFrom<String> for Name<MOST> {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        Line::<MOST>::try_from(text).map(|line| Self(line.0)).map_err(|_| Unfit::Name(MOST))
    }
}

/// A text without blanks around it, of so many characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Text<const LEAST: usize, const MOST: usize>(String);

impl<const LEAST: usize, const MOST: usize> TryFrom<String> for Text<LEAST, MOST> {
    type Error = Unfit;

    fn try_from(given: String) -> Result<Self, Unfit> {
        let text = given.trim();
        let fits = text.chars().count() >= LEAST && given.chars().count() <= MOST;
        if fits { Ok(Self(text.to_owned())) } else { Err(Unfit::Text(LEAST, MOST)) }
    }
}

/// A list of so many entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>")]
pub struct Few<T, const LEAST: usize, const MOST: usize>(Vec<T>);

impl<T, const LEAST: usize, const MOST: usize> TryFrom<Vec<T>> for Few<T, LEAST, MOST> {
    type Error = Unfit;

    fn try_from(all: Vec<T>) -> Result<Self, Unfit> {
        if (LEAST..=MOST).contains(&all.len()) { Ok(Self(all)) } else { Err(Unfit::Few(LEAST, MOST)) }
    }
}

impl<T, const MOST: usize> Default for Few<T, 0, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const LEAST: usize, const MOST: usize> Deref for Few<T, LEAST, MOST> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema, const LEAST: usize, const MOST: usize> schemars::JsonSchema for Few<T, LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Few{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let items = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": "array", "items": items, "minItems": LEAST, "maxItems": MOST })
    }
}

/// A number from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct Within<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> Within<LEAST, MOST> {
    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const LEAST: u32, const MOST: u32> TryFrom<u32> for Within<LEAST, MOST> {
    type Error = Unfit;

    fn try_from(number: u32) -> Result<Self, Unfit> {
        if (LEAST..=MOST).contains(&number) { Ok(Self(number)) } else { Err(Unfit::Within(LEAST, MOST)) }
    }
}

#[cfg(feature = "schema")]
impl<const LEAST: u32, const MOST: u32> schemars::JsonSchema for Within<LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Within".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}

macro_rules! text {
    ($name:ident <$(const $bound:ident),+>, $schema:expr) => {
        impl<$(const $bound: usize),+> $name<$($bound),+> {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<$(const $bound: usize),+> Deref for $name<$($bound),+> {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl<$(const $bound: usize),+> From<$name<$($bound),+>> for String {
            fn from(text: $name<$($bound),+>) -> Self {
                text.0
            }
        }

        #[cfg(feature = "schema")]
        impl<$(const $bound: usize),+> schemars::JsonSchema for $name<$($bound),+> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $schema
            }
        }
    };
}

#[cfg(feature = "schema")]
fn line_schema(most: usize) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string", "minLength": 1, "maxLength": most,
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$",
    })
}

text!(Line<const MOST>, line_schema(MOST));
text!(Name<const MOST>, line_schema(MOST));
text!(Text<const LEAST, const MOST>, if LEAST == 0 {
    schemars::json_schema!({ "type": "string", "maxLength": MOST })
} else {
    schemars::json_schema!({ "type": "string", "minLength": LEAST, "maxLength": MOST, "pattern": "\\S" })
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_and_is_not_empty() {
        assert_eq!(&*Line::<3>::try_from("é ".to_owned()).unwrap(), "é");
        for text in ["", "   ", "abcd", "a\nb", "\u{7f}"] {
            assert_eq!(Line::<3>::try_from(text.to_owned()), Err(Unfit::Line(3)), "{text:?}");
            assert_eq!(Name::<3>::try_from(text.to_owned()), Err(Unfit::Name(3)), "{text:?}");
        }
    }

    #[test]
    fn a_text_keeps_its_bounds() {
        assert_eq!(&*Text::<0, 3>::try_from("  ".to_owned()).unwrap(), "");
        assert_eq!(&*Text::<1, 3>::try_from("a\nb".to_owned()).unwrap(), "a\nb");
        for text in ["", "  ", "abcd"] {
            assert_eq!(Text::<1, 3>::try_from(text.to_owned()), Err(Unfit::Text(1, 3)), "{text:?}");
        }
    }

    #[test]
    fn lists_and_numbers_keep_theirs() {
        let few = |text: &str| serde_json::from_str::<Few<u8, 1, 2>>(text).map_err(|error| error.to_string());
        assert_eq!(few("[1,2]").map(|few| few.to_vec()), Ok(vec![1, 2]));
        for text in ["[]", "[1,2,3]"] {
            assert!(few(text).unwrap_err().starts_with("give a list of 1 to 2 entries"), "{text}");
        }
        assert_eq!(Within::<1, 30>::try_from(30).map(Within::get), Ok(30));
        assert_eq!(Within::<1, 30>::try_from(31), Err(Unfit::Within(1, 30)));
    }
}
