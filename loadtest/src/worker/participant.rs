//! One participant: joins, receives, and comes back when its connection breaks.

use super::{Shared, tally::Brought};
use crate::{
    backoff::Backoff,
    cli::Scenario,
    clock::Moment,
    control::room_id,
    protocol::{self, Incoming},
    schedule::spread,
    socket::{Door, Lost, Socket},
};
use serde_json::json;
use std::{future, rc::Rc, time::Duration};
use tokio::time::timeout;

/// One attempt to join may take this long.
const ATTEMPT: Duration = Duration::from_secs(15);
/// Source addresses of a worker: those who come back use another one, whose ports are not waiting to be free.
const SOURCES: u32 = 16;
/// Small enough for a slow reader to be noticed within a run.
const SLOW_BUFFER: u32 = 4096;

/// Somebody in a room.
pub(super) struct Participant {
    number: u64,
    /// The place in the worker's tally.
    index: usize,
    shared: Rc<Shared>,
    connections: u32,
    /// Whether the scenario has still something in store for it.
    awaits_turn: bool,
}

/// How it ends to follow.
enum End {
    /// The scenario broke the connection.
    Turn,
    Lost(Lost),
}

impl Participant {
    pub(super) fn new(number: u64, index: usize, shared: Rc<Shared>) -> Self {
        let assignment = &shared.assignment;
        let storm = assignment.scenario == Scenario::ReconnectStorm;
        let awaits_turn = storm || assignment.is_slow(number);
        Self { number, index, shared, connections: 0, awaits_turn }
    }

    /// Takes part until the worker ends.
    pub(super) async fn attend(mut self) {
        let shared = Rc::clone(&self.shared);
        let (tally, assignment) = (&shared.tally, &shared.assignment);
        let mut due = assignment.due(self.number);
        loop {
            shared.clock.reach(due).await;
            // In a box, because joining needs more memory than all that comes after.
            let mut socket = match Box::pin(self.join(due)).await {
                Ok(socket) => socket,
                Err(lost) => return tally.borrow_mut().gives_up(self.index, &lost),
            };
            let end = self.follow(&mut socket).await;
            drop(socket);
            tally.borrow_mut().leaves();
            due = shared.clock.now().plus(self.absence(&end));
            if let End::Lost(lost) = end {
                if !self.expects(&lost) {
                    tally.borrow_mut().fail(self.index, &format!("connection lost: {lost}"));
                }
                if !assignment.can_resume() {
                    return;
                }
            }
        }
    }

    /// For how long it stays away.
    fn absence(&self, end: &End) -> Duration {
        let assignment = &self.shared.assignment;
        match end {
            End::Lost(lost) if lost.is_restart() => Backoff::new().wait(),
            _ => spread(self.number, assignment.participants, assignment.return_spread),
        }
    }

    /// Whether the scenario is there for its connection to end like that.
    fn expects(&self, lost: &Lost) -> bool {
        let assignment = &self.shared.assignment;
        let is_restarted = assignment.scenario == Scenario::RollingRestart && lost.is_restart();
        is_restarted || assignment.is_slow(self.number)
    }

    async fn join(&mut self, due: Moment) -> Result<Socket, Lost> {
        let shared = Rc::clone(&self.shared);
        let last = shared.clock.now().max(due).plus(shared.assignment.patience);
        let mut backoff = Backoff::new();
        loop {
            let permit = shared.joins.acquire().await.expect("the semaphore is never closed");
            let attempt = timeout(ATTEMPT, self.subscribe()).await;
            drop(permit);
            let lost = match attempt {
                Ok(Ok(socket)) => {
                    shared.tally.borrow_mut().joins(self.index, due, shared.clock.now());
                    return Ok(socket);
                }
                Ok(Err(lost)) => lost,
                Err(_) => Lost::Failed(format!("not within {ATTEMPT:?}")),
            };
            let wait = backoff.wait();
            if shared.clock.now().plus(wait) > last {
                return Err(lost);
            }
            shared.tally.borrow_mut().retries();
            tokio::time::sleep(wait).await;
        }
    }

    /// Connects and subscribes; what follows is live.
    async fn subscribe(&mut self) -> Result<Socket, Lost> {
        let shared = Rc::clone(&self.shared);
        let assignment = &shared.assignment;
        let own = (self.index as u32 + self.connections) % SOURCES;
        let source = assignment.worker as u32 * SOURCES + own;
        self.connections += 1;
        let receive_buffer = assignment.is_slow(self.number).then_some(SLOW_BUFFER);
        let token = &assignment.tokens[self.number as usize % assignment.tokens.len()];
        let target = &shared.targets[assignment.target(self.number)];
        let mut socket =
            target.connect(Door { source: Some(source), receive_buffer }, token).await?;

        let mut variables =
            json!({ "roomId": room_id(&assignment.run_id, assignment.room(self.number)) });
        let known = shared.tally.borrow().place(self.index).position.last;
        if let (Some(known), true) = (known, assignment.can_resume()) {
            variables["after"] = json!(known.to_string());
        }
        shared.tally.borrow_mut().asks(self.index, shared.clock.now());
        for message in target.subscribe(&assignment.subscription, &variables, token) {
            socket.say(&message).await?;
        }
        while !self.receive(&mut socket).await? {}
        Ok(socket)
    }

    async fn follow(&mut self, socket: &mut Socket) -> End {
        // In a box, because most participants just listen.
        if self.awaits_turn {
            return Box::pin(self.play(socket)).await;
        }
        self.listen(socket).await
    }

    /// Listens with an interruption.
    async fn play(&mut self, socket: &mut Socket) -> End {
        let shared = Rc::clone(&self.shared);
        tokio::select! {
            end = self.listen(socket) => return end,
            () = turn(&shared) => {}
        }
        self.awaits_turn = false;
        if shared.assignment.scenario == Scenario::ReconnectStorm {
            return End::Turn;
        }
        // It reads nothing, and the connection fills up.
        let window = *shared.sending.borrow();
        if let Some(window) = window {
            shared.clock.reach(window.at(0.75)).await;
        }
        self.listen(socket).await
    }

    async fn listen(&self, socket: &mut Socket) -> End {
        loop {
            if let Err(lost) = self.receive(socket).await {
                return End::Lost(lost);
            }
        }
    }

    /// Deals with what has come; tells whether it says that the subscription is in force.
    async fn receive(&self, socket: &mut Socket) -> Result<bool, Lost> {
        let mut is_subscribed = false;
        let understand = |incoming, frame: &[u8]| match incoming {
            Incoming::Next => self.count(frame),
            Incoming::Ended { errors, .. } => {
                let errors = errors.as_deref().unwrap_or("completed");
                Err(Lost::Failed(format!("refused: {errors}")))
            }
            incoming => {
                is_subscribed |= incoming == Incoming::Subscribed;
                Ok(())
            }
        };
        socket.hear(understand).await?;
        Ok(is_subscribed)
    }

    fn count(&self, frame: &[u8]) -> Result<(), Lost> {
        let now = self.shared.clock.now();
        let brought = self.shared.tally.borrow_mut().frame(self.index, frame, now);
        let is_empty = brought == Brought::Nothing;
        match is_empty.then(|| protocol::errors(frame)).flatten() {
            Some(error) => Err(Lost::Failed(format!("refused: {error}"))),
            None => Ok(()),
        }
    }
}

/// Returns when the scenario does something to the participant.
async fn turn(shared: &Shared) {
    let mut sending = shared.sending.clone();
    let window = match sending.wait_for(Option::is_some).await {
        Ok(window) => *window,
        Err(_) => None,
    };
    let Some(window) = window else { return future::pending().await };
    let share = if shared.assignment.scenario == Scenario::ReconnectStorm { 0.5 } else { 0.25 };
    shared.clock.reach(window.at(share)).await;
}
