//! Histograms with fixed bounds.

use metrics::{HistogramFn, atomics::AtomicU64};
use std::sync::atomic::Ordering;

/// Observations, counted by the bound that they lie below.
pub(super) struct Buckets {
    bounds: &'static [f64],
    /// One for each bound, and one for what lies beyond the last.
    counts: Box<[AtomicU64]>,
    /// The bits of a float.
    sum: AtomicU64,
}

/// What a histogram stands at, or by how much it has grown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    /// The upper bounds.
    pub bounds: &'static [f64],
    /// How many observations lie below each bound and above the one before, and at last, how many beyond all.
    pub counts: Vec<u64>,
    /// The sum of all observations.
    pub sum: f64,
}

impl Buckets {
    pub(super) fn new(bounds: &'static [f64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    pub(super) fn read(&self) -> Distribution {
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let sum = f64::from_bits(self.sum.load(Ordering::Relaxed));
        Distribution { bounds: self.bounds, counts, sum }
    }
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        self.counts[place].fetch_add(count as u64, Ordering::Relaxed);
        #[expect(clippy::cast_precision_loss, reason = "nobody records so many at once")]
        let added = value * count as f64;
        let add = |sum| Some((f64::from_bits(sum) + added).to_bits());
        let _ = self.sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl Distribution {
    /// How many observations there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Adds another one of the same bounds.
    pub fn add(&mut self, other: &Self) {
        self.bounds = other.bounds;
        self.counts.resize(other.counts.len(), 0);
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
        self.sum += other.sum;
    }

    /// How much this has grown since an earlier reading.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let before = earlier.counts.iter().copied().chain(std::iter::repeat(0));
        let counts = self.counts.iter().zip(before);
        Self {
            bounds: self.bounds,
            counts: counts.map(|(now, before)| now.saturating_sub(before)).collect(),
            sum: self.sum - earlier.sum,
        }
    }

    /// The value below which this share of the observations lies, as if they were spread evenly within their bucket: what
    /// Prometheus calls `histogram_quantile`. What lies beyond the last bound counts as that. `None` without observations.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "of so many observations one does not matter"
        )]
        let of = |count: u64| count as f64;
        let rank = share * of(self.count());
        let mut below = 0;
        for (place, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            if of(below + count) >= rank {
                let last = *self.bounds.last()?;
                let high = self.bounds.get(place).copied().unwrap_or(last);
                let low = if place == 0 { 0.0 } else { self.bounds[place - 1] };
                return Some(low + (high - low) * (rank - of(below)) / of(*count));
            }
            below += count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: &[f64] = &[1.0, 2.0, 4.0];

    fn recorded(values: &[f64]) -> Distribution {
        let buckets = Buckets::new(BOUNDS);
        values.iter().for_each(|value| buckets.record(*value));
        buckets.read()
    }

    #[test]
    fn a_bound_counts_what_is_no_greater() {
        let read = recorded(&[0.5, 1.0, 1.5, 4.0, 100.0]);
        assert_eq!(read.counts, [2, 1, 1, 1]);
        assert_eq!((read.count(), read.sum), (5, 107.0));
    }

    #[test]
    fn a_quantile_lies_within_its_bucket() {
        assert_eq!(recorded(&[]).quantile(0.99), None);
        assert_eq!(recorded(&[1.5, 1.5]).quantile(0.5), Some(1.5));
        assert_eq!(recorded(&[1.5; 100]).quantile(0.99), Some(1.99));
        assert_eq!(recorded(&[50.0]).quantile(0.99), Some(4.0));
        let most_are_fast = [vec![0.5; 98], vec![3.0; 2]].concat();
        assert_eq!(recorded(&most_are_fast).quantile(0.99), Some(3.0));
    }

    #[test]
    fn what_was_there_before_is_no_growth() {
        let buckets = Buckets::new(BOUNDS);
        buckets.record_many(3.0, 100);
        let before = buckets.read();
        buckets.record(0.5);
        let growth = buckets.read().since(&before);
        assert_eq!(growth.counts, [1, 0, 0, 0]);
        assert_eq!(growth.quantile(1.0), Some(1.0));
        assert_eq!(before.since(&Distribution::default()), before);
    }
}
