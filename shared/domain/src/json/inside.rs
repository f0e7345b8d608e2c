//! What is inside lists and objects, for serde.

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::{Error, Reader};

/// The items of a list or the members of an object, from behind the bracket.
pub(super) struct Inside<'a, 'de> {
    reader: &'a mut Reader<'de>,
    first: bool,
}

impl<'a, 'de> Inside<'a, 'de> {
    pub(super) fn new(reader: &'a mut Reader<'de>) -> Self {
        Self { reader, first: true }
    }
}

impl<'de> SeqAccess<'de> for Inside<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let more = self.reader.source.more(b']', &mut self.first)?;
        more.then(|| seed.deserialize(&mut *self.reader)).transpose()
    }
}

impl<'de> MapAccess<'de> for Inside<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let more = self.reader.source.more(b'}', &mut self.first)?;
        more.then(|| seed.deserialize(&mut *self.reader)).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.reader.source.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}
