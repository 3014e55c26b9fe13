//! What the node tells about its connections. Labels come from small fixed sets.

use super::connection::End;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Handles that are looked up once: one lookup per message would cost more than the message.
#[derive(Clone)]
pub(super) struct Metrics {
    connections: Gauge,
    streams: Gauge,
    subscriptions: Gauge,
    executions: Counter,
    sent: Counter,
    sent_bytes: Counter,
    slow_consumers: Counter,
    send_queue: Histogram,
    ping: Histogram,
    open: Arc<AtomicUsize>,
}

/// Counts one thing for as long as it is held.
pub(super) struct Counted {
    gauge: Gauge,
    open: Option<Arc<AtomicUsize>>,
}

impl Metrics {
    /// Looks the handles up in the recorder that is installed now.
    pub(super) fn new() -> Self {
        Self {
            connections: gauge!("plenary_ws_connections"),
            streams: gauge!("plenary_sse_streams"),
            subscriptions: gauge!("plenary_subscriptions"),
            executions: counter!("plenary_single_executions_total"),
            sent: counter!("plenary_ws_sent_total"),
            sent_bytes: counter!("plenary_ws_sent_bytes_total"),
            slow_consumers: counter!("plenary_ws_slow_consumers_total"),
            send_queue: histogram!("plenary_ws_send_queue_bytes"),
            ping: histogram!("plenary_ws_ping_seconds"),
            open: Arc::default(),
        }
    }

    /// Counts a connection, unless there are `max` already.
    pub(super) fn connection(&self, max: usize) -> Option<Counted> {
        self.one_of(&self.connections, max)
    }

    /// Counts an event stream, unless there are `max` connections and streams already.
    pub(super) fn stream(&self, max: usize) -> Option<Counted> {
        self.one_of(&self.streams, max)
    }

    fn one_of(&self, gauge: &Gauge, max: usize) -> Option<Counted> {
        let open = self.open.clone();
        if open.fetch_add(1, Ordering::AcqRel) >= max {
            open.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        Some(Counted::new(gauge.clone(), Some(open)))
    }

    /// Counts a subscription.
    pub(super) fn subscription(&self) -> Counted {
        Counted::new(self.subscriptions.clone(), None)
    }

    pub(super) fn connections(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    /// Counts a response that was executed for one subscriber alone.
    pub(super) fn executed(&self) {
        self.executions.increment(1);
    }

    /// Counts messages, and the bytes that the kernel took of them.
    pub(super) fn sent(&self, messages: usize, bytes: usize) {
        self.sent.increment(messages as u64);
        self.sent_bytes.increment(bytes as u64);
    }

    /// What a connection has yet to send, as it was found when somebody looked.
    #[expect(clippy::cast_precision_loss, reason = "no queue is so long")]
    pub(super) fn queued(&self, bytes: usize) {
        self.send_queue.record(bytes as f64);
    }

    /// A ping was answered after so long.
    pub(super) fn answered(&self, ping: Duration) {
        self.ping.record(ping.as_secs_f64());
    }

    pub(super) fn closed(&self, end: &End) {
        if end.is_slow_consumer() {
            self.slow_consumers.increment(1);
        }
        counter!("plenary_ws_closed_total", "code" => end.label()).increment(1);
    }

    /// Counts the end of a stream.
    pub(super) fn stream_ended(&self, end: &End) {
        if end.is_slow_consumer() {
            self.slow_consumers.increment(1);
        }
        counter!("plenary_sse_ended_total", "code" => end.label()).increment(1);
    }
}

impl Counted {
    fn new(gauge: Gauge, open: Option<Arc<AtomicUsize>>) -> Self {
        gauge.increment(1.0);
        Self { gauge, open }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.gauge.decrement(1.0);
        if let Some(open) = &self.open {
            open.fetch_sub(1, Ordering::AcqRel);
        }
    }
}
