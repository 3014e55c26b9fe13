//! When things are due. Nothing that goes on during a run moves a due time: latency is counted from it, so a server
//! that stalls is not asked less, and what waits behind the stall counts as late (no coordinated omission).

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far apart bursts are.
const BURST_PERIOD: Duration = Duration::from_secs(5);
/// A burst is over in this part of the period.
const BURST_DENSITY: u32 = 10;

/// When messages are due, counted from the first one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub(crate) per_second: f64,
    pub(crate) duration: Duration,
    pub(crate) shape: Shape,
    /// How many more are due together when the duration is over.
    pub(crate) burst: u64,
}

/// How messages lie in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Shape {
    /// Evenly.
    Even,
    /// All of five seconds within half a second.
    Bursts,
}

impl Schedule {
    /// How many messages there are.
    pub(crate) fn messages(&self) -> u64 {
        self.paced() + self.burst
    }

    /// How many come before the burst.
    pub(crate) fn paced(&self) -> u64 {
        (self.per_second * self.duration.as_secs_f64()).round() as u64
    }

    pub(crate) fn due(&self, message: u64) -> Duration {
        if message >= self.paced() {
            return self.duration;
        }
        let even = Duration::from_secs_f64(message as f64 / self.per_second);
        match self.shape {
            Shape::Even => even,
            Shape::Bursts => {
                let within =
                    Duration::from_nanos((even.as_nanos() % BURST_PERIOD.as_nanos()) as u64);
                even - within + within / BURST_DENSITY
            }
        }
    }
}

/// When one of many is due that are spread evenly.
pub(crate) fn spread(number: u64, of: u64, over: Duration) -> Duration {
    over.mul_f64(number as f64 / of.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(shape: Shape) -> Schedule {
        Schedule { per_second: 20.0, duration: Duration::from_secs(10), shape, burst: 0 }
    }

    #[test]
    fn even_messages_are_due_evenly() {
        let even = schedule(Shape::Even);
        assert_eq!(even.messages(), 200);
        assert_eq!(even.due(0), Duration::ZERO);
        assert_eq!(even.due(30), Duration::from_millis(1500));
    }

    #[test]
    fn a_burst_has_the_messages_of_its_period() {
        let bursts = schedule(Shape::Bursts);
        let due: Vec<_> = (0..bursts.messages()).map(|message| bursts.due(message)).collect();
        assert!(due.is_sorted());
        assert!(due[99] < Duration::from_millis(500));
        assert_eq!(due[100], BURST_PERIOD);
        assert!(due[199] < BURST_PERIOD + Duration::from_millis(500));
    }

    #[test]
    fn the_burst_comes_last_and_at_once() {
        let schedule = Schedule { burst: 3, ..schedule(Shape::Even) };
        assert_eq!((schedule.paced(), schedule.messages()), (200, 203));
        assert!((200..203).all(|message| schedule.due(message) == schedule.duration));
        assert!(schedule.due(199) < schedule.duration);
    }

    #[test]
    fn less_than_one_message_a_second_is_a_rate_too() {
        let rare = Schedule { per_second: 0.5, ..schedule(Shape::Even) };
        assert_eq!((rare.messages(), rare.due(1)), (5, Duration::from_secs(2)));
    }

    #[test]
    fn joins_are_spread_over_the_ramp() {
        let ramp = Duration::from_secs(10);
        assert_eq!(spread(0, 4, ramp), Duration::ZERO);
        assert_eq!(spread(3, 4, ramp), Duration::from_millis(7500));
    }
}
