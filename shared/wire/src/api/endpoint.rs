//! What an operation of the API is: how it is asked for, by whom, and what it takes and gives. The list of them is in
//! [`endpoints`](super::endpoints); the Worker has a handler for each, and the description is written from them.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::{endpoints::Operation, teammate::Role};

/// Who may use an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, and nothing is looked at; the handler may refuse whom it likes.
    Open,
    /// Whoever is not signed in yet.
    Newcomer,
    /// A signed-in teammate with at least this role, and no program.
    Person(Role),
    /// A signed-in teammate with at least this role, or a program with a token of it.
    Program(Role),
}

impl Access {
    /// The least role that it takes.
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Open | Self::Newcomer => None,
            Self::Person(role) | Self::Program(role) => Some(role),
        }
    }
}

/// What an [`Access`] is called as a type: the Worker says what a handler is given of whoever asks.
pub mod who {
    /// As [`Access::Open`](super::Access::Open).
    #[derive(Debug)]
    pub enum Open {}
    /// As [`Access::Newcomer`](super::Access::Newcomer).
    #[derive(Debug)]
    pub enum Newcomer {}
    /// As [`Access::Person`](super::Access::Person).
    #[derive(Debug)]
    pub enum Person {}
    /// As [`Access::Program`](super::Access::Program).
    #[derive(Debug)]
    pub enum Program {}
}

/// No body.
#[derive(Debug)]
pub enum Nothing {}

/// A body in JSON.
#[derive(Debug)]
pub struct Json<T>(PhantomData<T>);

/// A body of any bytes, at most so many.
#[derive(Debug)]
pub enum Bytes<const MOST: usize> {}

/// An answer that the handler writes itself, in one of the forms that `T` names.
#[derive(Debug)]
pub struct Written<T>(PhantomData<T>);

/// A report as JSON, or as a file for spreadsheets.
#[derive(Debug)]
pub struct JsonOrCsv<T>(PhantomData<T>);

/// A file, in whatever type it is.
#[derive(Debug)]
pub enum File {}

/// The values of an address's path.
pub trait Path: Sized {
    /// Reads the segments that stand for values, in order; else which of them is not acceptable.
    fn read(segments: &[&str]) -> Result<Self, usize>;

    /// Their forms, in order.
    #[cfg(feature = "schema")]
    fn describe(generator: &mut schemars::SchemaGenerator) -> Vec<schemars::Schema>;
}

/// One value of a path.
pub trait Segment: Described + TryFrom<String> {}

impl<T: Described + TryFrom<String>> Segment for T {}

fn segment<T: Segment>(segments: &[&str], place: usize) -> Result<T, usize> {
    T::try_from((*segments.get(place).ok_or(place)?).to_owned()).map_err(|_| place)
}

impl Path for () {
    fn read(_: &[&str]) -> Result<Self, usize> {
        Ok(())
    }

    #[cfg(feature = "schema")]
    fn describe(_: &mut schemars::SchemaGenerator) -> Vec<schemars::Schema> {
        Vec::new()
    }
}

impl<A: Segment> Path for (A,) {
    fn read(segments: &[&str]) -> Result<Self, usize> {
        Ok((segment(segments, 0)?,))
    }

    #[cfg(feature = "schema")]
    fn describe(generator: &mut schemars::SchemaGenerator) -> Vec<schemars::Schema> {
        vec![generator.subschema_for::<A>()]
    }
}

impl<A: Segment, B: Segment> Path for (A, B) {
    fn read(segments: &[&str]) -> Result<Self, usize> {
        Ok((segment(segments, 0)?, segment(segments, 1)?))
    }

    #[cfg(feature = "schema")]
    fn describe(generator: &mut schemars::SchemaGenerator) -> Vec<schemars::Schema> {
        vec![generator.subschema_for::<A>(), generator.subschema_for::<B>()]
    }
}

/// What has a description, where there are descriptions.
#[cfg(feature = "schema")]
pub use schemars::JsonSchema as Described;

/// What has a description, where there are descriptions.
#[cfg(not(feature = "schema"))]
pub trait Described {}

#[cfg(not(feature = "schema"))]
impl<T> Described for T {}

/// What a body is made of.
pub trait Body {
    /// The media types that it comes in, each with its form.
    #[cfg(feature = "schema")]
    fn describe(generator: &mut schemars::SchemaGenerator) -> Vec<(&'static str, serde_json::Value)>;
}

#[cfg(feature = "schema")]
mod described {
    use schemars::{JsonSchema, SchemaGenerator};
    use serde_json::{Value, json};

    use super::{Body, Bytes, File, Json, JsonOrCsv, Nothing, Written};

    type Forms = Vec<(&'static str, Value)>;

    impl Body for Nothing {
        fn describe(_: &mut SchemaGenerator) -> Forms {
            Vec::new()
        }
    }

    impl<T: JsonSchema> Body for Json<T> {
        fn describe(generator: &mut SchemaGenerator) -> Forms {
            vec![("application/json", generator.subschema_for::<T>().to_value())]
        }
    }

    impl<const MOST: usize> Body for Bytes<MOST> {
        fn describe(_: &mut SchemaGenerator) -> Forms {
            vec![(
                "application/octet-stream",
                json!({ "type": "string", "format": "binary", "minLength": 1, "maxLength": MOST }),
            )]
        }
    }

    impl<T: Body> Body for Written<T> {
        fn describe(generator: &mut SchemaGenerator) -> Forms {
            T::describe(generator)
        }
    }

    impl<T: JsonSchema> Body for JsonOrCsv<T> {
        fn describe(generator: &mut SchemaGenerator) -> Forms {
            let mut forms = Json::<T>::describe(generator);
            forms.push(("text/csv", json!({ "type": "string" })));
            forms
        }
    }

    impl Body for File {
        fn describe(_: &mut SchemaGenerator) -> Forms {
            vec![("*/*", json!({ "type": "string", "format": "binary" }))]
        }
    }
}

#[cfg(not(feature = "schema"))]
impl<T> Body for T {}

/// An operation.
pub trait Endpoint {
    /// What it is called.
    const OPERATION: Operation;
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    const METHOD: &'static str;
    /// Where it is; a segment in braces is a value.
    const PATH: &'static str;
    /// Who may use it.
    const ACCESS: Access;
    /// The same as a type.
    type Who;
    /// One line for its description.
    const SUMMARY: &'static str;
    /// The values in its path.
    type Path: Path;
    /// What it takes behind the `?`.
    type Query: DeserializeOwned + Described;
    /// What it takes as its body.
    type Request: Body;
    /// The status when all is well.
    const STATUS: u16;
    /// What it then answers with.
    type Response: Body;
}

/// What there is to know of an operation before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// What it is called.
    pub operation: Operation,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// Where it is; a segment in braces is a value.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

impl Route {
    /// That of an endpoint.
    pub const fn of<E: Endpoint>() -> Self {
        Self { operation: E::OPERATION, method: E::METHOD, path: E::PATH, access: E::ACCESS }
    }

    /// The names of the values in its path.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }
}
