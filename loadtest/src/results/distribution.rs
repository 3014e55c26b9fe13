//! Durations of one kind: an `HdrHistogram` of microseconds, which merges without loss and is base64 in JSON.

use base64::{Engine, engine::general_purpose::STANDARD};
use hdrhistogram::{
    AdditionError, Histogram,
    serialization::{Deserializer as Reader, Serializer as Writer, V2Serializer},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use std::time::Duration;

/// What is longer counts as this long: an hour.
const LONGEST: u64 = 3_600_000_000;
/// Values are exact to a thousandth.
const DIGITS: u8 = 3;

/// Durations, counted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Distribution(Histogram<u64>);

impl Distribution {
    pub(crate) fn record(&mut self, duration: Duration) {
        self.0.saturating_record(u64::try_from(duration.as_micros()).unwrap_or(LONGEST));
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.0.add(&other.0).expect("all distributions have the same bounds");
    }

    pub(crate) fn histogram(&self) -> &Histogram<u64> {
        &self.0
    }

    /// Adds a histogram of microseconds, whatever its bounds.
    pub(crate) fn add(&mut self, histogram: &Histogram<u64>) -> Result<(), AdditionError> {
        self.0.add(histogram)
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// The duration that this share, of 1, does not exceed.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        Duration::from_micros(self.0.value_at_quantile(share))
    }

    pub(crate) fn max(&self) -> Duration {
        Duration::from_micros(self.0.max())
    }
}

impl Default for Distribution {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST, DIGITS).expect("the bounds are in order"))
    }
}

impl Serialize for Distribution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        V2Serializer::new().serialize(&self.0, &mut bytes).map_err(S::Error::custom)?;
        STANDARD.encode(bytes).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(D::Error::custom)?;
        let read: Histogram<u64> =
            Reader::new().deserialize(&mut bytes.as_slice()).map_err(D::Error::custom)?;
        let mut distribution = Self::default();
        distribution.add(&read).map_err(D::Error::custom)?;
        Ok(distribution)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(milliseconds: std::ops::Range<u64>) -> Distribution {
        let mut distribution = Distribution::default();
        milliseconds.for_each(|value| distribution.record(Duration::from_millis(value)));
        distribution
    }

    #[test]
    fn parts_merge_to_the_whole_through_json() {
        let mut merged = of(0..500);
        let other = serde_json::to_string(&of(500..1000)).unwrap();
        merged.merge(&serde_json::from_str(&other).unwrap());
        assert_eq!(merged, of(0..1000));
        assert_eq!(merged.count(), 1000);
        let median = merged.quantile(0.5).as_millis();
        assert!((498..=501).contains(&median), "{median}");
    }

    #[test]
    fn nothing_and_too_much_are_counted_too() {
        let mut distribution = Distribution::default();
        assert_eq!(distribution.max(), Duration::ZERO);
        distribution.record(Duration::ZERO);
        distribution.record(Duration::from_secs(100_000));
        assert_eq!(distribution.count(), 2);
    }
}
