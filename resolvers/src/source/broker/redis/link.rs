//! A connection at work: rounds of commands, each sent whole and answered whole.
//!
//! While a round is under way the next one gathers, so any number of publications costs one round trip at a time and
//! nothing waits for a timer.

use super::{
    connection::{Connection, Failure, check_role},
    lanes::{Lane, LinkId, Publication, count_dropped},
    rooms::Changes,
    shared::Shared,
    topology,
};
use metrics::{counter, histogram};
use redis::{Pipeline, Value};
use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::{
    sync::{Notify, mpsc},
    time::{Instant, sleep, sleep_until},
};
use tracing::warn;

/// Payloads that wait for one round trip. At 5,000 a second that is most of a second; what is older than that has been
/// read from the table.
const PUBLICATION_QUEUE: usize = 4096;

/// Commands of one kind in one round: enough to make round trips cheap, few enough to leave the server to others in between.
const ROUND: usize = 512;

/// How often a server is asked whether it is alive and still the primary.
const BEAT: Duration = Duration::from_secs(1);

/// The words for plain and for sharded publish and subscribe.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    subscribe: &'static str,
    unsubscribe: &'static str,
    publish: &'static str,
}

/// What the supervisor keeps of a link.
pub(super) struct Link {
    pub(super) id: LinkId,
    pub(super) connection: Connection,
}

struct Worker {
    shared: Arc<Shared>,
    id: LinkId,
    connection: Connection,
    dialect: Dialect,
    publications: mpsc::Receiver<Publication>,
    bell: Arc<Notify>,
    next_beat: Instant,
    refusal: Option<String>,
}

#[derive(Default)]
struct Round {
    changes: Changes,
    publications: Vec<Publication>,
}

impl Dialect {
    pub(super) const PLAIN: Self =
        Self { subscribe: "SUBSCRIBE", unsubscribe: "UNSUBSCRIBE", publish: "PUBLISH" };
    pub(super) const SHARDED: Self =
        Self { subscribe: "SSUBSCRIBE", unsubscribe: "SUNSUBSCRIBE", publish: "SPUBLISH" };
}

impl Link {
    /// Puts a connection to work until it fails, its lane is closed or the broker ends.
    pub(super) fn start(
        shared: &Arc<Shared>,
        id: LinkId,
        connection: Connection,
        dialect: Dialect,
    ) -> Self {
        let (sender, publications) = mpsc::channel(PUBLICATION_QUEUE);
        let bell = Arc::new(Notify::new());
        shared.rooms().open(
            id,
            Lane { publications: sender, bell: Arc::clone(&bell), pending: HashSet::new() },
        );
        let worker = Worker {
            shared: Arc::clone(shared),
            id,
            connection: connection.clone(),
            dialect,
            publications,
            bell,
            next_beat: Instant::now() + BEAT,
            refusal: None,
        };
        tokio::spawn(worker.run());
        Self { id, connection }
    }

    pub(super) fn is_alive(&self) -> bool {
        !self.connection.ear.lost.is_cancelled()
    }
}

impl Worker {
    async fn run(mut self) {
        let (closed, lost) = (self.shared.closed.clone(), self.connection.ear.lost.clone());
        let failure = loop {
            let round = tokio::select! {
                () = closed.cancelled() => break None,
                () = lost.cancelled() => break Some(Failure("the server closed the connection".to_owned())),
                round = self.gather() => round,
            };
            let Some(round) = round else { break None };
            if let Err(failure) = self.perform(&round).await {
                count_dropped("disconnected", round.publications.len() as u64);
                break Some(failure);
            }
        };
        lost.cancel();
        self.shared.rooms().close(self.id);
        self.publications.close();
        count_dropped("disconnected", self.publications.len() as u64);
        if let Some(failure) = failure {
            self.shared.report_down(&failure);
            self.shared.trouble.notify_one();
        }
    }

    /// Waits until there is something to do, then takes what there is. `None` when the lane is closed.
    async fn gather(&mut self) -> Option<Round> {
        let mut publications = Vec::new();
        tokio::select! {
            () = self.bell.notified() => {}
            () = sleep_until(self.next_beat) => {}
            count = self.publications.recv_many(&mut publications, ROUND) => if count == 0 { return None },
        }
        Some(Round { changes: self.shared.rooms().take_changes(self.id, ROUND), publications })
    }

    async fn perform(&mut self, round: &Round) -> Result<(), Failure> {
        let commands = self.commands(round);
        if commands.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        let answers = self.connection.exchange(&commands).await?;
        histogram!("plenary_broker_round_trip_seconds").record(began.elapsed().as_secs_f64());
        while self.connection.ear.surplus.swap(0, Ordering::Relaxed) > 0 {
            self.realign().await?;
        }
        check_role(&answers)?;
        self.account(round, &answers);
        if self.shared.rooms().conclude(self.id, &round.changes) > 0 {
            self.shared.trouble.notify_one();
        }
        Ok(())
    }

    /// One channel per command: the channels of a cluster lie in different slots, and so each has its own answer.
    fn commands(&mut self, round: &Round) -> Pipeline {
        let mut commands = redis::pipe();
        for room in &round.changes.unsubscribe {
            commands.cmd(self.dialect.unsubscribe).arg(topology::channel(room));
        }
        for room in &round.changes.subscribe {
            commands.cmd(self.dialect.subscribe).arg(topology::channel(room));
        }
        for Publication { channel, payload } in &round.publications {
            commands.cmd(self.dialect.publish).arg(channel).arg(payload.as_ref());
        }
        let now = Instant::now();
        if now >= self.next_beat {
            self.next_beat = now + BEAT;
            commands.cmd("HELLO");
        }
        commands
    }

    /// A publication is answered with a number. Which command an error belongs to is not asked: subscriptions are judged
    /// by their confirmations.
    fn account(&mut self, round: &Round, answers: &[Value]) {
        let published = answers.iter().filter(|answer| matches!(answer, Value::Int(_))).count();
        counter!("plenary_broker_published_total").increment(published as u64);
        count_dropped("refused", round.publications.len().saturating_sub(published) as u64);
        let refusal = answers.iter().find_map(|answer| match answer {
            Value::ServerError(error) => Some(error.code().to_owned()),
            _ => None,
        });
        let Some(refusal) = refusal else { return };
        self.shared.trouble.notify_one();
        if self.refusal.as_ref() != Some(&refusal) {
            warn!(code = refusal, "the server refused a command of the broker");
            self.refusal = Some(refusal);
        }
    }

    /// After a surplus answer the client library may be one answer ahead. Asks for echoes until one comes in its turn, with
    /// ever longer pauses, in which what is still under way comes in and is forgotten.
    async fn realign(&mut self) -> Result<(), Failure> {
        let mut pause = Duration::from_millis(1);
        loop {
            let token = fastrand::u64(..).to_string();
            let mut echo = redis::pipe();
            echo.cmd("ECHO").arg(&token);
            let answers = self.connection.exchange(&echo).await?;
            if answers.iter().any(|answer| is_text(answer, &token)) {
                return Ok(());
            }
            sleep(pause).await;
            pause *= 2;
        }
    }
}

fn is_text(answer: &Value, expected: &str) -> bool {
    matches!(answer, Value::BulkString(text) if text == expected.as_bytes())
}
