//! `HdrHistogram`'s log of intervals, which its own tools read and plot. Ours has one interval, the run, for each kind
//! of duration, with the kind as its tag; values are microseconds.

use crate::results::{Distribution, Results};
use base64::{Engine, engine::general_purpose::STANDARD};
use hdrhistogram::serialization::{
    Deserializer, V2DeflateSerializer,
    interval_log::{IntervalLogIterator, IntervalLogWriterBuilder, LogEntry, Tag},
};
use std::{collections::BTreeMap, error::Error, path::Path, time::Duration};

/// What ends the name of such a file.
const EXTENSION: &str = "hlog";

/// Distributions by kind.
pub(crate) type Named = BTreeMap<String, Distribution>;

/// Whether a file is a log by its name.
pub(crate) fn is_log(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION)
}

/// All distributions of a run that has them.
pub(crate) fn named(results: &Results) -> Named {
    let all = [
        ("delivery", results.latency.clone()),
        ("last-receipt", results.last_receipts()),
        ("burst-delivery", results.burst_latency.clone()),
        ("burst-last-receipt", results.last_burst_receipts()),
        ("small-room-delivery", results.small_room_latency.clone()),
        ("slow-delivery", results.slow_latency.clone()),
        ("acknowledgement", results.acknowledgements.clone()),
        ("join", results.joins.clone()),
    ];
    let some = all.into_iter().filter(|(_, distribution)| distribution.count() > 0);
    some.map(|(name, distribution)| (name.to_owned(), distribution)).collect()
}

/// The log of a run that began and took so long.
pub(crate) fn write(
    named: &Named,
    began: Duration,
    took: Duration,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let (mut log, mut serializer) = (Vec::new(), V2DeflateSerializer::new());
    let mut writer = IntervalLogWriterBuilder::new()
        .add_comment("Microseconds; the column of maxima is in milliseconds")
        .with_max_value_divisor(1000.0)
        .begin_log_with(&mut log, &mut serializer)?;
    for (name, distribution) in named {
        let written = writer.write_histogram(distribution.histogram(), began, took, Tag::new(name));
        written.map_err(|error| error.to_string())?;
    }
    Ok(log)
}

/// Adds what a log has.
pub(crate) fn read(log: &[u8], named: &mut Named) -> Result<(), Box<dyn Error>> {
    for entry in IntervalLogIterator::new(log) {
        let entry = entry.map_err(|error| format!("no log of histograms: {error:?}"))?;
        if let LogEntry::Interval(interval) = entry {
            let name = interval.tag().map_or("untagged", |tag| tag.as_str());
            let bytes = STANDARD.decode(interval.encoded_histogram())?;
            let histogram = Deserializer::new().deserialize(&mut bytes.as_slice())?;
            named.entry(name.to_owned()).or_default().add(&histogram)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_merge() {
        let log = |milliseconds: &[u64]| {
            let mut results = Results::default();
            for &value in milliseconds {
                results.latency.record(Duration::from_millis(value));
            }
            write(&named(&results), Duration::from_secs(1_700_000_000), Duration::from_secs(60))
                .unwrap()
        };
        let mut merged = Named::new();
        for log in [log(&[1, 2]), log(&[3])] {
            read(&log, &mut merged).unwrap();
        }
        assert_eq!(merged.keys().collect::<Vec<_>>(), ["delivery"]);
        let delivery = &merged["delivery"];
        assert_eq!((delivery.count(), delivery.quantile(0.5)), (3, Duration::from_millis(2)));
        assert!(read(b"hello\n", &mut merged).is_err());
    }
}
