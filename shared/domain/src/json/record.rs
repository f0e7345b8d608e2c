//! What `derive(Read)` leans on: the reading of structs and enums, done once for all of them.

use std::borrow::Cow;

use serde::de::Error as _;

use super::{Error, Kind, Read, Reader, Step};

/// What is to be known of a struct to read it.
#[derive(Debug)]
pub struct Shape {
    /// As errors call it.
    pub name: &'static str,
    /// The names of its members.
    pub members: &'static [&'static str],
    /// Nothing else may be there.
    pub strict: bool,
    /// A member that was read before, or an empty name.
    pub tag: &'static str,
}

/// A member that was found; or, at the end, any that may not have been.
#[expect(missing_debug_implementations, reason = "the text may be somebody's words")]
pub struct Member<'a, 'de> {
    name: &'static str,
    reader: Option<&'a mut Reader<'de>>,
}

/// Puts what a place among the members holds into its field.
pub type Fill<'a, 'de> = &'a mut dyn FnMut(usize, Member<'_, 'de>) -> Result<(), Error>;

/// Takes a member that has a name of its own.
pub type Named<'a, 'de> = &'a mut dyn FnMut(Cow<'de, str>, &mut Reader<'de>) -> Result<(), Error>;

impl<'de> Member<'_, 'de> {
    /// Reads it. What is absent has to be something that may be.
    pub fn fill<T: Read<'de>>(self, slot: &mut Option<T>) -> Result<(), Error> {
        match self.reader {
            Some(reader) => {
                once(slot.is_none(), self.name)?;
                *slot = Some(T::read(reader)?);
            }
            None if slot.is_none() => {
                *slot = T::absent();
                return there(slot.is_some(), self.name);
            }
            None => {}
        }
        Ok(())
    }

    /// Reads it. Where it is absent, the default stands.
    pub fn fill_unless_absent<T: Read<'de> + Default>(self, slot: &mut Option<T>) -> Result<(), Error> {
        if self.reader.is_some() {
            return self.fill(slot);
        }
        slot.get_or_insert_default();
        Ok(())
    }

    /// Reads it. Where it is absent or `null`, the default stands.
    pub fn fill_or_default<T: Read<'de> + Default>(mut self, slot: &mut Option<T>) -> Result<(), Error> {
        if let Some(reader) = &mut self.reader
            && !reader.source.null()?
        {
            return self.fill(slot);
        }
        once(self.reader.is_none() || slot.is_none(), self.name)?;
        slot.get_or_insert_default();
        Ok(())
    }
}

#[inline(never)]
fn once(so: bool, name: &'static str) -> Result<(), Error> {
    if so { Ok(()) } else { Err(Error::duplicate_field(name)) }
}

#[inline(never)]
fn there(so: bool, name: &'static str) -> Result<(), Error> {
    if so { Ok(()) } else { Err(Error::missing_field(name)) }
}

/// The place of a name among those of an enum's variants.
#[inline(never)]
pub fn choice(name: &str, names: &'static [&'static str]) -> Result<usize, Error> {
    let place = names.iter().position(|one| *one == name);
    place.ok_or_else(|| match names {
        [] => Error::custom("unknown variant, there are none"),
        [only] => Error::custom(format_args!("unknown variant, expected `{only}`")),
        _ => Error::custom(format_args!("unknown variant, expected one of `{}`", names.join("`, `"))),
    })
}

/// A variant whose name was read.
#[derive(Debug)]
pub struct Variant {
    /// Its place among the variants.
    pub place: usize,
    /// It is an object of its name and what it holds, not the name alone.
    holds: bool,
}

impl<'de> Reader<'de> {
    /// Reads an object's members, in any order, and then has those filled that were absent.
    #[inline(never)]
    pub fn record(&mut self, shape: &'static Shape, fill: Fill<'_, 'de>) -> Result<(), Error> {
        if self.source.kind()? != Kind::Object {
            return Err(self.unfit(&shape.name));
        }
        self.enter()?;
        let mut first = true;
        while self.source.more(b'}', &mut first)? {
            let name = self.source.string()?;
            let found = shape.members.iter().enumerate().find(|(_, one)| **one == name);
            // Without a tag its name is empty, as no member's is.
            if found.is_none() && shape.strict && (name.is_empty() || name != shape.tag) {
                return Err(Error::unknown_field(&name, shape.members));
            }
            self.source.expect(b':')?;
            match found {
                Some((place, name)) => {
                    let read = fill(place, Member { name, reader: Some(&mut *self) });
                    self.stopped(read, || Step::Member((*name).to_owned()))?;
                }
                None => drop(self.source.raw()?),
            }
        }
        for (place, name) in shape.members.iter().enumerate() {
            fill(place, Member { name, reader: None })?;
        }
        self.leave(b'}')
    }

    /// Reads a list of exactly so many.
    #[inline(never)]
    pub fn row(&mut self, name: &'static str, count: usize, fill: Fill<'_, 'de>) -> Result<(), Error> {
        let mut place = 0;
        self.list(name, &mut |reader| {
            if place == count {
                return Err(Error::invalid_length(place + 1, &name));
            }
            place += 1;
            fill(place - 1, Member { name, reader: Some(reader) })
        })?;
        if place == count { Ok(()) } else { Err(Error::invalid_length(place, &name)) }
    }

    /// Reads a list, item by item.
    #[inline(never)]
    pub fn list(
        &mut self,
        name: &'static str,
        item: &mut dyn FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.source.kind()? != Kind::List {
            return Err(self.unfit(&name));
        }
        self.enter()?;
        let mut first = true;
        let mut place = 0;
        while self.source.more(b']', &mut first)? {
            let read = item(self);
            self.stopped(read, || Step::Item(place))?;
            place += 1;
        }
        self.leave(b']')
    }

    /// Reads an object whose members have names of their own.
    #[inline(never)]
    pub fn map(&mut self, member: Named<'_, 'de>) -> Result<(), Error> {
        if self.source.kind()? != Kind::Object {
            return Err(self.unfit(&"a map"));
        }
        self.enter()?;
        let mut first = true;
        while self.source.more(b'}', &mut first)? {
            let name = self.source.string()?;
            self.source.expect(b':')?;
            let read = member(name.clone(), self);
            self.stopped(read, || Step::Member(name.into_owned()))?;
        }
        self.leave(b'}')
    }

    /// Notes the step to what could not be read.
    fn stopped(&mut self, read: Result<(), Error>, step: impl FnOnce() -> Step) -> Result<(), Error> {
        if read.is_err() {
            self.trail.push(step());
        }
        read
    }

    /// Reads the name of a variant that holds nothing.
    #[inline(never)]
    pub fn word(&mut self, name: &'static str, names: &'static [&'static str]) -> Result<usize, Error> {
        let variant = self.variant(name, names)?;
        self.unit(&variant)?;
        self.end(&variant)?;
        Ok(variant.place)
    }

    /// Reads the name of a variant, alone or before what it holds.
    #[inline(never)]
    pub fn variant(&mut self, name: &'static str, names: &'static [&'static str]) -> Result<Variant, Error> {
        let holds = match self.source.kind()? {
            Kind::Text => false,
            Kind::Object => {
                self.enter()?;
                true
            }
            _ => return Err(self.unfit(&name)),
        };
        let place = choice(&self.source.string()?, names)?;
        if holds {
            self.source.expect(b':')?;
        }
        Ok(Variant { place, holds })
    }

    /// The variant holds nothing.
    pub fn unit(&mut self, variant: &Variant) -> Result<(), Error> {
        if variant.holds { self.source.word("null") } else { Ok(()) }
    }

    /// The variant holds something, which comes next.
    #[inline(never)]
    pub fn held(&self, variant: &Variant) -> Result<(), Error> {
        let lacking = || Error::custom("invalid type: unit variant, expected one that holds something");
        variant.holds.then_some(()).ok_or_else(lacking)
    }

    /// Behind what the variant holds.
    pub fn end(&mut self, variant: &Variant) -> Result<(), Error> {
        if variant.holds { self.leave(b'}') } else { Ok(()) }
    }

    /// Looks in the object that comes next for the member that says which variant it is. Nothing is passed over.
    #[inline(never)]
    pub fn tag(
        &mut self,
        name: &'static str,
        tag: &'static str,
        names: &'static [&'static str],
    ) -> Result<usize, Error> {
        let mut ahead = self.clone();
        if ahead.source.kind()? != Kind::Object {
            return Err(self.unfit(&name));
        }
        let mut found = None;
        ahead.map(&mut |name, reader| {
            if name != tag {
                return reader.source.raw().map(drop);
            }
            once(found.is_none(), tag)?;
            found = Some(reader.text()?);
            Ok(())
        })?;
        choice(&found.ok_or_else(|| Error::missing_field(tag))?, names)
    }

    /// Reads what comes next, if it is that; else, nothing is passed over.
    pub fn attempt<T: Read<'de>>(&mut self) -> Result<T, Error> {
        let mut ahead = self.clone();
        let read = T::read(&mut ahead)?;
        *self = ahead;
        Ok(read)
    }
}
