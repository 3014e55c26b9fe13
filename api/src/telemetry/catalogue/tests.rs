use super::*;
use std::collections::HashSet;

#[test]
fn each_name_is_there_once_and_says_what_it_is() {
    let names: HashSet<_> = all().map(|metric| metric.name).collect();
    assert_eq!(names.len(), all().count());
    for Metric { name, kind, unit, meaning, .. } in all() {
        assert_eq!(*kind == Kind::Counter, name.ends_with("_total"), "{name}");
        let base = name.trim_end_matches("_total");
        assert_eq!(*unit == Unit::Seconds, base.ends_with("_seconds"), "{name}");
        assert_eq!(*unit == Unit::Bytes, base.ends_with("_bytes"), "{name}");
        assert!(meaning.ends_with('.') && !meaning.contains('\n'), "{name}: {meaning}");
    }
}

#[test]
fn bounds_rise() {
    for Metric { name, kind, .. } in all() {
        if let Kind::Histogram(bounds) = kind {
            assert!(bounds.is_sorted_by(|one, next| one < next), "{name}");
        }
    }
}

#[test]
fn cloudwatch_gets_what_there_is() {
    for CloudWatchMetric { name, source, .. } in CLOUDWATCH {
        for of in source.names() {
            let metric = find(of).unwrap_or_else(|| panic!("{name} is made of {of}"));
            let fits = match source {
                Source::Now(_) => metric.kind == Kind::Gauge && metric.labels.is_empty(),
                Source::Growth(..) => metric.kind != Kind::Gauge,
                Source::P99(..) => matches!(metric.kind, Kind::Histogram(_)),
            };
            assert!(fits, "{name} is made of {of}");
            if let Source::Growth(_, Some((label, values)))
            | Source::P99(_, Some((label, values))) = source
            {
                let label = metric
                    .labels
                    .iter()
                    .find(|it| it.name == *label)
                    .expect("a label of the metric");
                assert!(values.iter().all(|value| label.values().contains(value)), "{name}");
            }
        }
    }
    // The most that one line may carry.
    assert!(CLOUDWATCH.len() <= 100);
}

#[test]
fn combinations_are_those_of_all_labels() {
    assert_eq!(find("plenary_feeds").unwrap().combinations(), [Vec::<&str>::new()]);
    assert_eq!(find("plenary_replays_total").unwrap().combinations(), [["memory"], ["table"]]);
    assert_eq!(find("plenary_limiter_decisions_total").unwrap().combinations().len(), 4 * 5);
    assert!(find("plenary_http_requests_total").unwrap().combinations().is_empty());
}
