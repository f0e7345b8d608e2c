//! Points in time and spans, in whole milliseconds.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

/// Milliseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A span of time in milliseconds, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Span(u64);

impl Timestamp {
    /// The latest time: some hours before the year 9999 ends, so that it can be written in every time zone.
    pub const MAX: Self = Self(253_402_207_200_000);

    /// From milliseconds since the epoch; times outside of the years 1970 to 9999 are brought to the nearest of them.
    pub const fn from_millis(millis: i64) -> Self {
        if millis < 0 {
            Self(0)
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// From whole seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This time and `span` more.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self::from_millis(self.0.saturating_add_unsigned(span.0))
    }

    /// This time less `span`.
    #[must_use]
    pub const fn minus(self, span: Span) -> Self {
        Self::from_millis(self.0.saturating_sub_unsigned(span.0))
    }

    /// How long it is since `earlier`; nothing when that is yet to come.
    pub fn since(self, earlier: Self) -> Span {
        Span(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads RFC 3339, also with Meta's `+0000` for the offset.
    pub fn parse(text: &str) -> Option<Self> {
        let time: jiff::Timestamp = text.parse().ok()?;
        Some(Self::from_millis(time.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        write!(f, "{time:.3}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(WrittenOut)
    }
}

/// Reads a time from its text.
struct WrittenOut;

impl Visitor<'_> for WrittenOut {
    type Value = Timestamp;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an RFC 3339 time, as in 2026-01-31T12:00:00Z")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        Timestamp::parse(text).ok_or_else(|| E::custom("not an RFC 3339 time, as in 2026-01-31T12:00:00Z"))
    }
}

impl Span {
    /// From milliseconds.
    pub const fn millis(millis: u64) -> Self {
        Self(millis)
    }
    /// From seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }
    /// In whole seconds, rounded up.
    pub fn whole_seconds(self) -> u32 {
        u32::try_from(self.0.div_ceil(1000)).unwrap_or(u32::MAX)
    }
    /// From minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }
    /// From hours.
    pub const fn hours(hours: u64) -> Self {
        Self::minutes(hours.saturating_mul(60))
    }
    /// From days of 24 hours.
    pub const fn days(days: u64) -> Self {
        Self::hours(days.saturating_mul(24))
    }
    /// In milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339_in_utc() {
        let time = Timestamp::from_millis(1_767_225_600_123);
        assert_eq!(time.to_string(), "2026-01-01T00:00:00.123Z");
        assert_eq!(Timestamp::parse("2026-01-01T01:00:00.123+01:00"), Some(time));
        assert_eq!(Timestamp::parse("2026-01-01T00:00:00+0000"), Some(Timestamp::from_seconds(1_767_225_600)));
        assert_eq!(Timestamp::parse("yesterday"), None);
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_007, "2000-02-29T00:00:00.007Z"),
            (1_798_761_599_999, "2026-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).to_string(), text);
            assert_eq!(Timestamp::parse(text), Some(Timestamp::from_millis(millis)));
        }
        for text in [
            "2026-02-30T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2026-01-01T00:00:+1.000Z",
            "2026-01-01T00:00:00.00éZ",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        assert_eq!(Timestamp::parse("2026-01-01t00:00:00.123z"), Some(time), "RFC 3339 allows small letters");
    }

    #[test]
    fn no_time_is_outside_of_what_can_be_written() {
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9999-12-30T22:00:00.000Z");
        assert_eq!(Timestamp::MAX.millis(), jiff::Timestamp::MAX.as_second() * 1000);
        assert_eq!(Timestamp::from_millis(-5), Timestamp::from_millis(0));
        assert_eq!(Timestamp::from_seconds(i64::MAX).plus(Span::days(9)), Timestamp::MAX);
    }
}
