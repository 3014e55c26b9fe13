//! How many chat messages a second are pushed to each participant: a token bucket over the log's own time.
//!
//! It depends on nothing but the entries, so that all readers of a node, and after a second all nodes, choose alike.

use schema::{DateTime, Message, MessageKind, Role, RoomSettings};

/// The bucket, which holds one second's messages.
#[derive(Clone)]
pub(crate) struct DisplayCap {
    tokens: f64,
    at: DateTime,
}

impl DisplayCap {
    /// A bucket from which nothing has been taken.
    pub(super) fn full(settings: &RoomSettings) -> Self {
        Self { tokens: f64::from(settings.max_delivery_rate), at: DateTime::from_millis(0) }
    }

    /// Whether a message that has just been sent is pushed to participants. What is not the crowd's chat always is.
    pub(super) fn shows(&mut self, message: &Message, settings: &RoomSettings) -> bool {
        let by_crowd = message.author.as_ref().is_some_and(|by| by.role == Role::Participant);
        if message.kind != MessageKind::Chat
            || message.is_reply()
            || !message.is_public()
            || !by_crowd
        {
            return true;
        }
        let rate = f64::from(settings.max_delivery_rate);
        let passed = message.created_at.since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * rate).min(rate);
        // Clocks of nodes differ; time that goes back gives nothing twice.
        self.at = self.at.max(message.created_at);
        let shows = self.tokens >= 1.0;
        if shows {
            self.tokens -= 1.0;
        }
        shows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::message::{author_for_tests, message_for_tests};

    fn shown(kind: MessageKind, role: Role, times: impl Iterator<Item = i64>) -> usize {
        let settings = RoomSettings { max_delivery_rate: 5, ..RoomSettings::default() };
        let mut cap = DisplayCap::full(&settings);
        let author = schema::Author { role, ..author_for_tests("ada") };
        let message = |at| {
            let at = DateTime::from_millis(at);
            Message { author: Some(author.clone()), ..message_for_tests("ada", kind, at) }
        };
        times.filter(|&at| cap.shows(&message(at), &settings)).count()
    }

    #[test]
    fn a_burst_shows_one_seconds_messages_and_a_flood_as_many_each_second() {
        assert_eq!(shown(MessageKind::Chat, Role::Participant, (0..50).map(|_| 1_000)), 5);
        assert_eq!(shown(MessageKind::Chat, Role::Participant, (0..1_000).map(|n| n * 10)), 54);
        assert_eq!(shown(MessageKind::Question, Role::Participant, (0..50).map(|_| 0)), 50);
        assert_eq!(shown(MessageKind::Chat, Role::Speaker, (0..50).map(|_| 0)), 50);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_twice() {
        let times = (0..100).map(|n| if n % 2 == 0 { 10_000 } else { 9_000 });
        assert_eq!(shown(MessageKind::Chat, Role::Participant, times), 5);
    }
}
