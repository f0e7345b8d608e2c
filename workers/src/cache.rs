//! What an isolate remembers for a while. Whatever is forgotten is asked again, so forgetting too much does no harm.

use std::{cell::RefCell, collections::BTreeMap};

use tributary_domain::time::{Span, Timestamp};

/// Values by their keys, with the times at which they were put in.
pub(crate) struct TtlCache<K, V> {
    most: usize,
    entries: RefCell<BTreeMap<K, (Timestamp, V)>>,
}

impl<K: Ord, V: Clone> TtlCache<K, V> {
    /// A cache that forgets all when it has `most` entries.
    pub(crate) const fn new(most: usize) -> Self {
        Self { most, entries: RefCell::new(BTreeMap::new()) }
    }

    /// What was put in less than `ttl` ago. A clock that went backwards makes nothing fresher.
    pub(crate) fn fresh(&self, key: &K, now: Timestamp, ttl: Span) -> Option<V> {
        let entries = self.entries.borrow();
        let (at, value) = entries.get(key)?;
        (*at <= now && now.since(*at) < ttl).then(|| value.clone())
    }

    /// What was put in last, however long ago.
    pub(crate) fn last(&self, key: &K) -> Option<V> {
        self.entries.borrow().get(key).map(|(_, value)| value.clone())
    }

    pub(crate) fn put(&self, key: K, now: Timestamp, value: V) {
        let mut entries = self.entries.borrow_mut();
        if entries.len() >= self.most && !entries.contains_key(&key) {
            entries.clear();
        }
        entries.insert(key, (now, value));
    }

    /// What was put in is out of date.
    pub(crate) fn clear(&self) {
        self.entries.borrow_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: Span = Span::seconds(5);

    #[test]
    fn a_value_is_fresh_for_its_time_and_there_is_room_for_so_many() {
        let at = Timestamp::from_seconds;
        let cache = TtlCache::new(2);
        cache.put("one", at(10), 1);
        assert_eq!(cache.fresh(&"one", at(14), TTL), Some(1));
        assert_eq!(
            (cache.fresh(&"one", at(15), TTL), cache.last(&"one")),
            (None, Some(1)),
            "it is old, and still there"
        );
        assert_eq!(cache.fresh(&"one", at(9), TTL), None, "the clock went backwards");
        cache.put("two", at(20), 2);
        cache.put("one", at(20), 3);
        assert_eq!(
            (cache.fresh(&"one", at(20), TTL), cache.fresh(&"two", at(20), TTL)),
            (Some(3), Some(2)),
            "written over"
        );
        cache.put("three", at(20), 4);
        assert_eq!(
            (cache.fresh(&"two", at(20), TTL), cache.fresh(&"three", at(20), TTL)),
            (None, Some(4)),
            "no room was left"
        );
        cache.clear();
        assert_eq!(cache.last(&"three"), None);
    }
}
