//! Sends messages when they are due, whatever became of the earlier ones, and notes which were acknowledged.

use super::Plan;
use crate::{
    backoff::Backoff,
    cli::Scenario,
    clock::{Clock, Moment},
    control::{Window, room_id},
    mark::Mark,
    protocol::{self, Incoming},
    results::{Acknowledged, Results, RoomResults, TWICE},
    scanner,
    schedule::Schedule,
    socket::{Door, Lost, Socket, Target},
};
use futures_util::future::join_all;
use serde_json::json;
use std::{cell::RefCell, collections::BTreeMap, collections::HashMap, time::Duration};
use tokio::time::timeout;

/// Messages without an answer on one connection; a server may refuse more operations at once. Later ones wait, and
/// that counts as lateness, because they are due nevertheless.
const IN_FLIGHT: usize = 64;
/// How long after the last message answers are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was sent.
pub(super) struct Sent(Results);

/// One connection that sends every so many message.
struct Sender<'a> {
    plan: &'a Plan,
    run_id: &'a str,
    clock: &'a Clock,
    from: Moment,
    schedule: Schedule,
    sent: &'a RefCell<Results>,
    in_flight: HashMap<u64, Acknowledged>,
}

/// Sends everything, and returns when everything is answered or given up.
pub(super) async fn send_all(
    plan: &Plan,
    targets: &[Target],
    run_id: &str,
    clock: &Clock,
    window: Window,
) -> Sent {
    let sent = RefCell::new(Results::default());
    let senders = plan.load.senders();
    let schedule = plan.load.schedule();
    let one = async |index: u64| {
        // Messages are shared out among the machines first, then among a machine's senders.
        let (first, step) = (plan.shard.index + plan.shard.of * index, plan.shard.of * senders);
        let mine: Vec<u64> = (first..schedule.messages()).step_by(step as usize).collect();
        let in_flight = HashMap::new();
        let from = window.from;
        let mut sender = Sender { plan, run_id, clock, from, schedule, sent: &sent, in_flight };
        sender.run(&targets[index as usize % targets.len()], &mine, window.until).await;
    };
    join_all((0..senders).map(one)).await;
    Sent(sent.into_inner())
}

impl Sender<'_> {
    async fn run(&mut self, target: &Target, mine: &[u64], until: Moment) {
        self.sent.borrow_mut().counts.messages += mine.len() as u64;
        let mut begun = 0;
        let patience = until.plus(PATIENCE).since(self.clock.now());
        let sent = timeout(patience, self.send(target, mine, &mut begun)).await;
        if let Err(lost) = sent.unwrap_or_else(|_| Err(Lost::Failed("no answer".to_owned()))) {
            let unsent = mine.len() - begun + self.in_flight.len();
            let kind = format!("not sent: {lost}");
            for _ in 0..unsent {
                self.sent.borrow_mut().fail(&kind, || format!("{unsent} messages of one sender"));
            }
        }
    }

    /// Sends on one connection after the other, if that is what the scenario is about.
    async fn send(&mut self, target: &Target, mine: &[u64], begun: &mut usize) -> Result<(), Lost> {
        let mut backoff = Backoff::new();
        loop {
            let lost = match target.connect(Door::default(), &self.plan.tokens.host).await {
                Ok(socket) => {
                    backoff = Backoff::new();
                    match self.send_through(socket, mine, begun).await {
                        Ok(()) => return Ok(()),
                        Err(lost) if !lost.is_restart() => return Err(lost),
                        Err(lost) => lost,
                    }
                }
                Err(lost) => lost,
            };
            if !self.can_repeat() {
                return Err(lost);
            }
            tokio::time::sleep(backoff.wait()).await;
        }
    }

    fn can_repeat(&self) -> bool {
        let load = &self.plan.load;
        load.scenario == Scenario::RollingRestart && load.send().contains("$clientMessageId")
    }

    /// Sends what is left of a sender's messages, first those whose answer did not come through the last connection.
    async fn send_through(
        &mut self,
        mut socket: Socket,
        mine: &[u64],
        begun: &mut usize,
    ) -> Result<(), Lost> {
        let unanswered: BTreeMap<_, _> =
            self.in_flight.iter().map(|(&it, of)| (it, of.due)).collect();
        for (number, due) in unanswered {
            self.post(&mut socket, number, due).await?;
        }
        for &number in &mine[*begun..] {
            let due = self.from.plus(self.schedule.due(number));
            self.wait(&mut socket, due).await?;
            self.in_flight.insert(number, Acknowledged { due, sent: self.clock.now() });
            *begun += 1;
            self.post(&mut socket, number, due).await?;
        }
        while !self.in_flight.is_empty() {
            self.receive(&mut socket).await?;
        }
        Ok(())
    }

    /// Reads answers until a message is due and has room.
    async fn wait(&mut self, socket: &mut Socket, due: Moment) -> Result<(), Lost> {
        let clock = self.clock;
        loop {
            tokio::select! {
                () = clock.reach(due), if self.in_flight.len() < IN_FLIGHT => return Ok(()),
                received = self.receive(socket) => received?,
            }
        }
    }

    async fn post(&self, socket: &mut Socket, number: u64, due: Moment) -> Result<(), Lost> {
        let content = Mark { due, number }.content(self.plan.load.content_bytes);
        let room = room_id(self.run_id, self.room(number));
        let mut variables = json!({ "roomId": room, "content": content });
        let id = number.to_string();
        if self.can_repeat() {
            variables["clientMessageId"] = json!(id);
        }
        socket.say(&protocol::operation(&id, self.plan.load.send(), &variables)).await
    }

    async fn receive(&mut self, socket: &mut Socket) -> Result<(), Lost> {
        let understand = |incoming, frame: &[u8]| {
            match incoming {
                Incoming::Next => self.answered(frame),
                Incoming::Ended { id, errors } => self.ended(&id, errors),
                _ => {}
            }
            Ok(())
        };
        socket.hear(understand).await
    }

    fn answered(&mut self, frame: &[u8]) {
        let Some(number) = operation(frame) else { return };
        let Some(message) = self.in_flight.remove(&number) else { return };
        // A mutation may send several messages: everything is there when the last one is.
        let mut seq = None;
        scanner::scan(frame, |event| seq = event.seq.or(seq));
        let mut sent = self.sent.borrow_mut();
        let Some(seq) = seq else {
            let error = protocol::errors(frame).unwrap_or_else(|| "no position".to_owned());
            return sent.fail(&format!("not sent: {error}"), || format!("message {number}"));
        };
        sent.counts.acknowledged += 1;
        sent.acknowledgements.record(self.clock.now().since(message.due));
        let room = sent.rooms.entry(self.room(number)).or_default();
        if room.acknowledged.insert(seq, message).is_some() {
            sent.fail(TWICE, || format!("position {seq}"));
        }
    }

    /// An operation that ends without an answer was refused.
    fn ended(&mut self, id: &str, errors: Option<String>) {
        let number = id.parse().ok();
        if number.and_then(|number: u64| self.in_flight.remove(&number)).is_some() {
            let error = errors.unwrap_or_else(|| "no answer".to_owned());
            self.sent.borrow_mut().fail(&format!("not sent: {error}"), || format!("message {id}"));
        }
    }

    fn room(&self, number: u64) -> u32 {
        (number % u64::from(self.plan.load.rooms())) as u32
    }
}

impl Sent {
    pub(super) fn rooms(&self) -> &BTreeMap<u32, RoomResults> {
        &self.0.rooms
    }

    pub(super) fn results(self) -> Results {
        self.0
    }
}

/// The message whose answer this is.
fn operation(frame: &[u8]) -> Option<u64> {
    let frame: serde_json::Value = serde_json::from_slice(frame).ok()?;
    frame["id"].as_str()?.parse().ok()
}
