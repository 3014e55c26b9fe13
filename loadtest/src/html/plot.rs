//! Plots as SVG that takes its colors from the page.

use crate::{
    results::{Distribution, Timeline},
    summary::{grouped, time},
};
use std::time::Duration;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 30.0;

/// The percentiles that are named below the axis, with the number of nines that they lie at.
const NAMED: [(&str, f64); 6] =
    [("0%", 0.0), ("90%", 1.0), ("99%", 2.0), ("99.9%", 3.0), ("99.99%", 4.0), ("99.999%", 5.0)];
/// Classes of curves, in order.
const CURVES: [&str; 2] = ["first", "second"];
/// More bars than this would be thinner than a pixel.
const MOST_BARS: usize = 300;

/// Distributions by percentile: each nine more takes as much room as the one before it, as tails want it.
pub(super) fn percentiles(distributions: &[(&str, &Distribution)]) -> String {
    let shown = distributions.iter().filter(|(_, distribution)| distribution.count() > 0);
    let shown: Vec<_> = shown.zip(CURVES).collect();
    let most = shown.iter().map(|((_, it), _)| it.count()).max().unwrap_or(1);
    let nines = (most as f64).log10().clamp(1.0, 5.0);
    let max = shown.iter().map(|((_, it), _)| it.max()).max().unwrap_or_default();
    let top = nice(max.as_secs_f64() * 1000.0);
    let mut parts = grid(top, |value| time(Duration::from_secs_f64(value / 1000.0)));
    for (name, at) in NAMED.iter().filter(|(_, at)| *at <= nines) {
        parts += &label_below(x(at / nines), name);
    }
    for (index, ((name, distribution), class)) in shown.into_iter().enumerate() {
        let points: String = (0..=200)
            .map(|step| {
                let at = f64::from(step) / 200.0;
                let share = 1.0 - 10_f64.powf(-at * nines);
                let value = distribution.quantile(share).as_secs_f64() * 1000.0;
                format!("{:.1},{:.1} ", x(at), y(value / top))
            })
            .collect();
        let points = points.trim_end();
        parts += &format!("<polyline class=\"curve {class}\" points=\"{points}\"/>\n");
        let left = LEFT + 12.0 + index as f64 * 220.0;
        parts += &format!("<text class=\"name-{class}\" x=\"{left}\" y=\"16\">{name}</text>\n");
    }
    svg("Latency by percentile", &parts)
}

/// Counts by second, up to a second; in a long run each bar is the average of some seconds.
pub(super) fn seconds(timeline: &Timeline, length: usize) -> String {
    let per_bar = length.div_ceil(MOST_BARS).max(1);
    let bars: Vec<f64> = timeline
        .seconds
        .chunks(per_bar)
        .map(|some| some.iter().sum::<u64>() as f64 / some.len() as f64)
        .collect();
    let top = nice(bars.iter().copied().fold(1.0, f64::max));
    let mut parts = grid(top, |value| grouped(value as u64));
    let all = length.div_ceil(per_bar).max(1) as f64;
    for (index, count) in bars.iter().enumerate() {
        let (from, until) = (x(index as f64 / all), x((index as f64 + 0.85) / all));
        let high = y(count / top);
        parts += &format!(
            "<rect class=\"bar\" x=\"{from:.1}\" y=\"{high:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>\n",
            until - from,
            y(0.0) - high
        );
    }
    let step = (length / 8).max(1);
    for second in (0..=length).step_by(step) {
        let share = second as f64 / (all * per_bar as f64);
        parts += &label_below(x(share), &format!("{second} s"));
    }
    svg("Counts by second", &parts)
}

/// Lines across, from zero to the top, with their values.
fn grid(top: f64, name: impl Fn(f64) -> String) -> String {
    let line = |step: u32| {
        let share = f64::from(step) / 4.0;
        let (at, right) = (y(share), WIDTH - RIGHT);
        format!(
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            LEFT - 8.0,
            at + 4.0,
            name(top * share)
        )
    };
    (0..=4).map(line).collect()
}

fn label_below(at: f64, text: &str) -> String {
    let baseline = HEIGHT - 8.0;
    let anchor = if at > WIDTH - 40.0 { "end" } else { "middle" };
    format!("<text x=\"{at:.1}\" y=\"{baseline}\" text-anchor=\"{anchor}\">{text}</text>\n")
}

fn svg(title: &str, parts: &str) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\n{parts}</svg>"
    )
}

fn x(share: f64) -> f64 {
    LEFT + share * (WIDTH - LEFT - RIGHT)
}

fn y(share: f64) -> f64 {
    HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
}

/// The next number above that people like to read on an axis.
fn nice(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let magnitude = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0, 10.0];
    let step = steps.into_iter().find(|step| step * magnitude >= value);
    step.unwrap_or(10.0) * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_number_that_is_easy_to_read() {
        assert_eq!([0.0, 1.0, 7.3, 110.0, 2001.0].map(nice), [1.0, 1.0, 8.0, 120.0, 2400.0]);
    }

    #[test]
    fn a_long_run_has_as_many_bars_as_can_be_seen() {
        let timeline = Timeline { seconds: vec![4; 10_000], ..Timeline::default() };
        let plot = seconds(&timeline, 10_000);
        assert!(plot.matches("<rect").count() <= MOST_BARS);
    }
}
