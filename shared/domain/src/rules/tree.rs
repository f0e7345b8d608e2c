//! Reads the parts of a document from the tree that the TOML reader makes of it.
//!
//! By hand, and not by serde: every type of the document read by a general deserializer made a third of the Worker.

use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{TeamChannelKind, error::Fault};
use crate::{capability::MediaPolicy, label::Urgency};

/// A value with its place.
pub(super) type Node<'i> = Spanned<DeValue<'i>>;
/// Text with its place.
pub(super) type Text = Spanned<String>;
/// What the document names, in the order of the names.
pub(super) type Table<T> = Vec<(Text, T)>;

/// What can be read from a value.
pub(super) trait Read: Sized {
    fn read(node: Node<'_>) -> Result<Self, Fault>;
}

/// A value as it was written, without quotes: what may be text or TOML's own date, time or number.
#[derive(Debug)]
pub(super) struct Loose(pub(super) Text);

/// Declares parts of the document, and reads them: what is not `required` may be left out, and nothing else may
/// be there.
macro_rules! document {
    ($($(#[$meta:meta])* struct $name:ident { $($mark:ident $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub(super) struct $name { $(pub(super) $field: $type,)* }

        impl $crate::rules::tree::Read for $name {
            fn read(node: $crate::rules::tree::Node<'_>) -> Result<Self, $crate::rules::error::Fault> {
                let mut members = $crate::rules::tree::Members::of(node, &[$(stringify!($field)),*])?;
                $(let mut $field: Option<$type> = None;)*
                $(members.$mark(stringify!($field), &mut $field)?;)*
                match ($($field,)*) {
                    ($(Some($field),)*) => Ok(Self { $($field,)* }),
                    _ => Err(members.lacking("")),
                }
            }
        }
    )*};
}
pub(super) use document;

/// The members of a table, each of which is known.
pub(super) struct Members<'i> {
    table: Spanned<DeTable<'i>>,
}

impl<'i> Members<'i> {
    pub(super) fn of(node: Node<'i>, known: &[&str]) -> Result<Self, Fault> {
        let table = table(node)?;
        let unknown = table.get_ref().keys().find(|key| !known.contains(&key.get_ref().as_ref()));
        unknown.map_or(Ok(()), |key| Err(Fault::unknown(key.span(), "field", key.get_ref(), known)))?;
        Ok(Self { table })
    }

    fn take(&mut self, name: &str) -> Option<Node<'i>> {
        self.table.get_mut().remove(name)
    }

    pub(super) fn lacking(&self, name: &str) -> Fault {
        Fault::new(self.table.span(), format!("missing field `{name}`"))
    }

    pub(super) fn required<T: Read>(&mut self, name: &str, slot: &mut Option<T>) -> Result<(), Fault> {
        let node = self.take(name).ok_or_else(|| self.lacking(name))?;
        *slot = Some(T::read(node)?);
        Ok(())
    }

    pub(super) fn optional<T: Read + Default>(&mut self, name: &str, slot: &mut Option<T>) -> Result<(), Fault> {
        *slot = Some(self.take(name).map_or_else(|| Ok(T::default()), T::read)?);
        Ok(())
    }

    /// A part whose members may all be left out: the part may be as well.
    pub(super) fn section<T: Read>(&mut self, name: &str, slot: &mut Option<T>) -> Result<(), Fault> {
        let node = self.take(name).unwrap_or_else(|| Spanned::new(0..0, DeValue::Table(DeTable::new())));
        *slot = Some(T::read(node)?);
        Ok(())
    }
}

fn table(node: Node<'_>) -> Result<Spanned<DeTable<'_>>, Fault> {
    let span = node.span();
    match node.into_inner() {
        DeValue::Table(table) => Ok(Spanned::new(span, table)),
        other => Err(unfit(span, &other, "a table")),
    }
}

/// Another kind of value was expected.
fn unfit(span: std::ops::Range<usize>, value: &DeValue<'_>, expected: &str) -> Fault {
    let found = match value {
        DeValue::String(text) => format!("string {:?}", text.as_ref()),
        DeValue::Array(_) | DeValue::Table(_) => plain(value),
        _ => format!("{} `{}`", value.type_str(), plain(value)),
    };
    Fault::new(span, format!("invalid type: {found}, expected {expected}"))
}

fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.trim().to_owned(),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| number.to_string(), |it| it.to_string()),
        DeValue::Float(number) => {
            serde_json::from_str::<f64>(number.as_str()).map_or_else(|_| number.to_string(), |it| it.to_string())
        }
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

impl Read for Text {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        let span = node.span();
        match node.into_inner() {
            DeValue::String(text) => Ok(Self::new(span, text.into_owned())),
            other => Err(unfit(span, &other, "a string")),
        }
    }
}

impl Read for Loose {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        Ok(Self(Spanned::new(node.span(), plain(node.get_ref()))))
    }
}

impl Read for Spanned<i64> {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        let number = match node.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number
            .map(|number| Self::new(node.span(), number))
            .ok_or_else(|| unfit(node.span(), node.get_ref(), "a whole number"))
    }
}

impl Read for bool {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        node.get_ref().as_bool().ok_or_else(|| unfit(node.span(), node.get_ref(), "true or false"))
    }
}

impl<T: Read> Read for Option<T> {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        T::read(node).map(Some)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        let span = node.span();
        match node.into_inner() {
            DeValue::Array(items) => items.into_iter().map(T::read).collect(),
            other => Err(unfit(span, &other, "a list")),
        }
    }
}

/// A part that keeps its place.
impl<T: Read> Read for Spanned<T> {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        let span = node.span();
        Ok(Self::new(span, T::read(node)?))
    }
}

/// Parts under names of the document's own.
impl<T: Read> Read for Table<T> {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        let named = |(name, node): (Spanned<DeString<'_>>, Node<'_>)| {
            Ok((Spanned::new(name.span(), name.into_inner().into_owned()), T::read(node)?))
        };
        table(node)?.into_inner().into_iter().map(named).collect()
    }
}

impl Read for Urgency {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        word(&Text::read(node)?, &Self::ALL, Self::as_str)
    }
}

impl Read for MediaPolicy {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        word(&Text::read(node)?, &[Self::Link, Self::Store], |policy| match policy {
            Self::Link => "link",
            Self::Store => "store",
        })
    }
}

impl Read for TeamChannelKind {
    fn read(node: Node<'_>) -> Result<Self, Fault> {
        word(&Text::read(node)?, &[Self::Slack, Self::Teams, Self::Json], |kind| match kind {
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Json => "json",
        })
    }
}

/// All of them, one after the other: `collect` would sort them first, with a sort for every type.
pub(super) fn all<T, C: Default + Extend<T>>(items: impl Iterator<Item = Result<T, Fault>>) -> Result<C, Fault> {
    let mut all = C::default();
    for item in items {
        all.extend([item?]);
    }
    Ok(all)
}

/// One of a few words.
pub(super) fn word<T: Copy>(text: &Text, known: &[T], name: impl Fn(T) -> &'static str) -> Result<T, Fault> {
    let found = known.iter().find(|one| name(**one) == text.get_ref());
    found.copied().ok_or_else(|| {
        let names: Vec<&'static str> = known.iter().map(|one| name(*one)).collect();
        let fault = Fault::unknown(text.span(), "variant", text.get_ref(), &names);
        match names.first() {
            Some(first) => fault.with_stand_in(first),
            None => fault,
        }
    })
}
