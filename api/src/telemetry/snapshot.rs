//! What all metrics stand at, at one time; as text it is what Prometheus reads.
//!
//! The format: <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>, version 0.0.4.

use super::{
    catalogue::{self, Metric, Where},
    histogram::Distribution,
};
use metrics::Key;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::{self, Write},
};

/// What all metrics stand at.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    series: HashMap<String, BTreeMap<Labels, Value>>,
}

/// Names and values, in the order of the catalogue.
type Labels = Vec<(String, String)>;

#[derive(Clone, Debug)]
enum Value {
    Number(f64),
    Distribution(Distribution),
}

impl Snapshot {
    pub(super) fn number(&mut self, key: &Key, value: f64) {
        self.insert(key, Value::Number(value));
    }

    pub(super) fn distribution(&mut self, key: &Key, value: Distribution) {
        self.insert(key, Value::Distribution(value));
    }

    fn insert(&mut self, key: &Key, value: Value) {
        let labels = key.labels();
        let labels = labels.map(|label| (label.key().to_owned(), label.value().to_owned()));
        self.series.entry(key.name().to_owned()).or_default().insert(labels.collect(), value);
    }

    /// The sum of a metric's values, of a histogram that of its counts, over all labels or some.
    #[must_use]
    pub fn sum(&self, name: &str, only: Where) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "52 bits of observations last for years")]
        let numbers = self.of(name, only).map(|value| match value {
            Value::Number(number) => *number,
            Value::Distribution(distribution) => distribution.count() as f64,
        });
        numbers.sum()
    }

    /// A histogram's observations over all labels or some.
    #[must_use]
    pub fn observations(&self, name: &str, only: Where) -> Distribution {
        let mut all = Distribution::default();
        for value in self.of(name, only) {
            if let Value::Distribution(distribution) = value {
                all.add(distribution);
            }
        }
        all
    }

    /// Whether anything is known of a metric.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.series.contains_key(name)
    }

    fn of(&self, name: &str, only: Where) -> impl Iterator<Item = &Value> {
        let wanted = move |labels: &Labels| {
            only.is_none_or(|(label, values)| {
                labels.iter().any(|(name, value)| name == label && values.contains(&value.as_str()))
            })
        };
        let series = self.series.get(name).into_iter().flatten();
        series.filter(move |(labels, _)| wanted(labels)).map(|(_, value)| value)
    }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for metric in catalogue::all() {
            let Metric { name, kind, meaning, .. } = metric;
            writeln!(f, "# HELP {name} {meaning}\n# TYPE {name} {}", kind.name())?;
            for (labels, value) in self.series.get(*name).into_iter().flatten() {
                match value {
                    Value::Number(number) => {
                        writeln!(f, "{name}{} {number}", Braced(labels, None))?
                    }
                    Value::Distribution(distribution) => {
                        write_buckets(f, name, labels, distribution)?
                    }
                }
            }
        }
        Ok(())
    }
}

fn write_buckets(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    labels: &Labels,
    distribution: &Distribution,
) -> fmt::Result {
    let bounds = distribution.bounds.iter().map(ToString::to_string);
    let mut below = 0;
    for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(&distribution.counts) {
        below += count;
        writeln!(f, "{name}_bucket{} {below}", Braced(labels, Some(&bound)))?;
    }
    writeln!(f, "{name}_sum{} {}", Braced(labels, None), distribution.sum)?;
    writeln!(f, "{name}_count{} {below}", Braced(labels, None))
}

/// Labels in braces, with the bound of a bucket.
struct Braced<'a>(&'a Labels, Option<&'a str>);

impl fmt::Display for Braced<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut opening = '{';
        for (name, value) in labels.chain(self.1.map(|bound| ("le", bound))) {
            write!(f, "{opening}{name}=\"")?;
            for char in value.chars() {
                match char {
                    '\\' => f.write_str("\\\\")?,
                    '"' => f.write_str("\\\"")?,
                    '\n' => f.write_str("\\n")?,
                    char => f.write_char(char)?,
                }
            }
            f.write_char('"')?;
            opening = ',';
        }
        if opening == ',' { f.write_char('}') } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics::Label;

    #[test]
    fn what_would_end_a_label_is_escaped() {
        let mut snapshot = Snapshot::default();
        let labels = vec![Label::new("status", "a\"b\\c\nd")];
        snapshot.number(&Key::from_parts("plenary_http_requests_total", labels), 1.0);
        let text = snapshot.to_string();
        assert!(text.contains(r#"plenary_http_requests_total{status="a\"b\\c\nd"} 1"#), "{text}");
    }
}
