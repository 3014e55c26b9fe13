//! One run on one machine: rooms, workers, senders, and what they measured together.

mod fleet;
mod host;
mod sender;

use crate::{
    cli::{LoadArgs, Scenario, Shard},
    clock::{Clock, Moment},
    control::{Assignment, Order, Window},
    display::Display,
    protocol::Protocol,
    results::{Results, RoomResults},
    socket::Target,
    token::Tokens,
    usage::{ProcessUse, Role, Sample, Watched, sample},
};
use clap::{ValueEnum, builder::PossibleValue};
use fleet::Fleet;
use futures_util::future::join_all;
use sender::Sent;
use std::{collections::BTreeMap, error::Error, time::Duration};
use tokio::join;

/// From the beginning of a run to the first join, and from the last join to the first message.
const BREATH: Duration = Duration::from_secs(1);
/// How long a worker may take to say what it measured.
const LAST_WORDS: Duration = Duration::from_secs(30);
/// How long before the burst processes are looked at.
const LOOK: Duration = Duration::from_millis(500);

/// What a run is, beyond its load.
pub(crate) struct Plan {
    pub(crate) load: LoadArgs,
    pub(crate) targets: Vec<String>,
    pub(crate) tokens: Tokens,
    pub(crate) watched: Vec<Watched>,
    pub(crate) shard: Shard,
    pub(crate) start_at: Option<Moment>,
}

/// Runs it all and returns what was measured, also when it was bad. Dropping it ends everything.
pub(crate) async fn execute(plan: Plan, display: &mut Display) -> Result<Results, Box<dyn Error>> {
    let load = &plan.load;
    if load.small_room > 0 && (load.small_room >= load.participants || plan.shard.of > 1) {
        return Err("a small room is beside a large one, on one machine".into());
    }
    let mut run = Run::begin(&plan, display).await?;
    let mut watched = plan.watched.clone();
    watched.extend(run.fleet.processes());

    let start = look_at(&watched).await;
    if plan.load.scenario != Scenario::JoinStorm {
        run.join().await?;
    }
    let joined = look_at(&watched).await;
    let (sent, paced) = run.send(&watched).await?;
    let mut results = run.drain(&sent).await?;
    let end = look_at(&watched).await;

    results.merge(sent.results());
    results.processes = uses(&watched, &[start, joined, end], &paced);
    results.burst_from = (plan.load.burst > 0).then_some(run.burst_from).flatten();
    results.settings = settings(&plan, run.fleet.workers());
    run.display.end();
    Ok(results)
}

/// A run that goes on.
struct Run<'a> {
    plan: &'a Plan,
    display: &'a mut Display,
    clock: Clock,
    run_id: String,
    targets: Vec<Target>,
    fleet: Fleet,
    /// When joins begin, and when whoever has not joined is not waited for any longer.
    start: Moment,
    settled_by: Moment,
    burst_from: Option<Moment>,
}

impl<'a> Run<'a> {
    async fn begin(plan: &'a Plan, display: &'a mut Display) -> Result<Self, Box<dyn Error>> {
        let (clock, load) = (Clock::start(), &plan.load);
        let mut targets = Vec::new();
        for url in &plan.targets {
            targets.push(Target::resolve(url, Protocol::TransportWs).await?);
        }
        let run_id = load.run_id.clone().unwrap_or_else(|| format!("lt-{}", clock.now().0));
        display.say(&format!("creating {} rooms, {run_id}-0 and on", load.rooms()));
        host::create_rooms(plan, &targets[0], &run_id).await?;

        let start = plan.start_at.unwrap_or_else(|| clock.now().plus(BREATH));
        let settled_by = start.plus(load.ramp(targets.len()) + load.settle);
        let common = assignment(plan, &run_id, start);
        let fleet = Fleet::start(&common, load.per_worker, plan.shard).await?;
        let burst_from = None;
        Ok(Self { plan, display, clock, run_id, targets, fleet, start, settled_by, burst_from })
    }

    async fn join(&mut self) -> Result<(), Box<dyn Error>> {
        self.display.phase("joining", self.fleet.participants());
        if self.is_one_of_several() {
            self.fleet.watch(self.display, self.clock.reach(self.settled_by)).await
        } else {
            self.fleet.watch_until_settled(self.display, &self.clock, self.settled_by).await
        }
    }

    /// Also looks at the processes when the burst is due.
    async fn send(&mut self, watched: &[Watched]) -> Result<(Sent, Vec<Sample>), Box<dyn Error>> {
        let window = self.window();
        self.burst_from = Some(window.until);
        self.fleet.order(&Order::Sending(window)).await?;
        self.display.phase("sending", self.fleet.participants());
        let sending = sender::send_all(self.plan, &self.targets, &self.run_id, &self.clock, window);
        let look = async {
            if self.plan.load.burst == 0 {
                return Vec::new();
            }
            self.clock.reach(window.until.before(LOOK)).await;
            look_at(watched).await
        };
        let sent = self.fleet.watch(self.display, async { join!(sending, look) }).await?;
        // In a join storm somebody may still be on the way.
        self.fleet.watch_until_settled(self.display, &self.clock, self.settled_by).await?;
        Ok(sent)
    }

    async fn drain(&mut self, sent: &Sent) -> Result<Results, Box<dyn Error>> {
        self.display.phase("draining", self.fleet.participants());
        let by = self.clock.now().plus(self.plan.load.drain);
        if self.is_one_of_several() {
            // What other machines sent is not known here, so the time is waited for.
            self.fleet.watch(self.display, self.clock.reach(by)).await?;
        }
        self.fleet.order(&Order::Finish { heads: sent.heads(), by }).await?;
        self.fleet.results(self.display, self.clock.reach(by.plus(LAST_WORDS))).await
    }

    /// When messages are due: at a common time on several machines, else as soon as everybody is there.
    fn window(&self) -> Window {
        let from = match self.plan.load.scenario {
            Scenario::JoinStorm => self.start,
            _ if self.is_one_of_several() => self.settled_by.plus(BREATH),
            _ => self.clock.now().plus(BREATH),
        };
        Window { from, until: from.plus(self.plan.load.duration) }
    }

    fn is_one_of_several(&self) -> bool {
        self.plan.shard.of > 1
    }
}

/// What every worker is told, but for its number.
fn assignment(plan: &Plan, run_id: &str, start: Moment) -> Assignment {
    let load = &plan.load;
    Assignment {
        worker: 0,
        workers: 1,
        participants: load.participants,
        rooms: load.rooms(),
        small_room: load.small_room,
        paced: load.schedule().paced(),
        run_id: run_id.to_owned(),
        targets: plan.targets.clone(),
        tokens: plan.tokens.participants.clone(),
        subscription: load.subscription.clone(),
        scenario: load.scenario,
        protocol: load.protocol,
        start: if load.scenario == Scenario::JoinStorm { start.plus(BREATH) } else { start },
        ramp: load.ramp(plan.targets.len()),
        patience: load.settle,
        slow_every: (1.0 / load.slow_share).round() as u64,
        return_spread: load.return_spread,
    }
}

async fn look_at(watched: &[Watched]) -> Vec<Sample> {
    join_all(watched.iter().map(sample)).await
}

fn uses(watched: &[Watched], samples: &[Vec<Sample>; 3], paced: &[Sample]) -> Vec<ProcessUse> {
    let used = |(index, process): (usize, &Watched)| ProcessUse {
        name: process.name.clone(),
        role: process.role,
        start: samples[0][index],
        joined: samples[1][index],
        paced: paced.get(index).copied(),
        end: samples[2][index],
    };
    watched.iter().enumerate().map(used).collect()
}

fn settings(plan: &Plan, workers: u64) -> BTreeMap<String, String> {
    let load = &plan.load;
    let nodes = plan.watched.iter().filter(|process| process.role == Role::Node).count();
    let name = |value: Option<PossibleValue>| {
        value.map_or_else(String::new, |it| it.get_name().to_owned())
    };
    let build = if cfg!(debug_assertions) { "development" } else { "release" };
    [
        ("scenario", name(load.scenario.to_possible_value())),
        ("protocol", name(load.protocol.to_possible_value())),
        ("participants", load.participants.to_string()),
        ("rooms", load.rooms().to_string()),
        ("messages a second", load.schedule().per_second.to_string()),
        ("burst", load.burst.to_string()),
        ("small room", load.small_room.to_string()),
        ("duration", format!("{:?}", load.duration)),
        ("ramp", format!("{:?}", load.ramp(plan.targets.len()))),
        ("senders", load.senders().to_string()),
        ("content bytes", load.content_bytes.to_string()),
        ("targets", plan.targets.len().to_string()),
        ("watched nodes", nodes.to_string()),
        ("machines", plan.shard.of.to_string()),
        ("workers of a machine", workers.to_string()),
        ("load generator's build", build.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

impl Sent {
    fn heads(&self) -> BTreeMap<u32, u64> {
        let head = |room: &RoomResults| room.acknowledged.last_key_value().map(|(&seq, _)| seq);
        self.rooms().iter().filter_map(|(&number, room)| Some((number, head(room)?))).collect()
    }
}
