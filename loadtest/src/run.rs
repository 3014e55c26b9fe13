//! One run on one machine: rooms, workers, senders, and what they measured together.

mod fleet;
mod host;
mod sender;

use crate::{
    cli::{LoadArgs, Scenario, Shard},
    clock::{Clock, Moment},
    control::{Assignment, Order, Window},
    display::Display,
    results::{Results, RoomResults},
    socket::Target,
    token::Tokens,
    usage::{ProcessUse, Role, Sample, Watched, sample},
};
use clap::ValueEnum;
use fleet::Fleet;
use sender::Sent;
use std::{collections::BTreeMap, error::Error, rc::Rc, time::Duration};

/// From the beginning of a run to the first join, and from the last join to the first message.
const BREATH: Duration = Duration::from_secs(1);
/// How long a worker may take to say what it measured.
const LAST_WORDS: Duration = Duration::from_secs(30);

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
    let clock = Clock::start();
    let plan = Rc::new(plan);
    let mut targets = Vec::new();
    for url in &plan.targets {
        targets.push(Target::resolve(url).await?);
    }
    let run_id = plan.load.run_id.clone().unwrap_or_else(|| format!("lt-{}", clock.now().0));
    display.say(&format!("creating {} rooms, {run_id}-0 and on", plan.load.rooms()));
    host::create_rooms(&plan, &targets[0], &run_id).await?;

    let start = plan.start_at.unwrap_or_else(|| clock.now().plus(BREATH));
    let common = assignment(&plan, &run_id, start);
    let mut fleet = Fleet::start(&common, plan.load.per_worker, plan.shard).await?;
    let mut watched = plan.watched.clone();
    watched.extend(fleet.processes());
    let mut samples = vec![look_at(&watched)];

    let all = fleet.participants();
    let ramp = plan.load.ramp(targets.len());
    let settled_by = start.plus(ramp + plan.load.settle);
    let storm = plan.load.scenario == Scenario::JoinStorm;
    if !storm {
        display.phase("joining", all);
        if plan.shard.of > 1 {
            fleet.watch(display, clock.reach(settled_by)).await?;
        } else {
            fleet.watch_until_settled(display, &clock, settled_by).await?;
        }
    }
    samples.push(look_at(&watched));

    let window = window(&plan, &clock, start, if storm { None } else { Some(settled_by) });
    fleet.order(&Order::Sending(window)).await?;
    display.phase("sending", all);
    let sending = sender::send_all(&plan, &targets, &run_id, &clock, window);
    let sent = fleet.watch(display, sending).await?;
    if storm {
        fleet.watch_until_settled(display, &clock, settled_by).await?;
    }

    display.phase("draining", all);
    let by = clock.now().plus(plan.load.drain);
    if plan.shard.of > 1 {
        // What other machines sent is not known here, so the time is waited for.
        fleet.watch(display, clock.reach(by)).await?;
    }
    fleet.order(&Order::Finish { heads: sent.heads(), by }).await?;
    let mut results = fleet.results(display, clock.reach(by.plus(LAST_WORDS))).await?;
    samples.push(look_at(&watched));
    display.end();

    results.merge(sent.results());
    results.processes = uses(&watched, &samples);
    results.settings = settings(&plan, fleet.workers());
    Ok(results)
}

/// When messages are due: at a common time on several machines, else as soon as everybody is there.
fn window(plan: &Plan, clock: &Clock, start: Moment, settled_by: Option<Moment>) -> Window {
    let from = match settled_by {
        Some(settled_by) if plan.shard.of > 1 => settled_by.plus(BREATH),
        Some(_) => clock.now().plus(BREATH),
        None => start,
    };
    Window { from, until: from.plus(plan.load.duration) }
}

/// What every worker is told, but for its number.
fn assignment(plan: &Plan, run_id: &str, start: Moment) -> Assignment {
    let load = &plan.load;
    Assignment {
        worker: 0,
        workers: 1,
        participants: load.participants,
        rooms: load.rooms(),
        run_id: run_id.to_owned(),
        targets: plan.targets.clone(),
        tokens: plan.tokens.participants.clone(),
        subscription: load.subscription.clone(),
        scenario: load.scenario,
        start: if load.scenario == Scenario::JoinStorm { start.plus(BREATH) } else { start },
        ramp: load.ramp(plan.targets.len()),
        patience: load.settle,
        slow_every: (1.0 / load.slow_share).round() as u64,
        return_spread: load.return_spread,
    }
}

fn look_at(watched: &[Watched]) -> Vec<Sample> {
    watched.iter().map(|process| sample(process.pid)).collect()
}

fn uses(watched: &[Watched], samples: &[Vec<Sample>]) -> Vec<ProcessUse> {
    let used = |(index, process): (usize, &Watched)| ProcessUse {
        name: process.name.clone(),
        role: process.role,
        start: samples[0][index],
        joined: samples[1][index],
        end: samples[2][index],
    };
    watched.iter().enumerate().map(used).collect()
}

fn settings(plan: &Plan, workers: u64) -> BTreeMap<String, String> {
    let load = &plan.load;
    let nodes = plan.watched.iter().filter(|process| process.role == Role::Node).count();
    let scenario = load.scenario.to_possible_value();
    let build = if cfg!(debug_assertions) { "development" } else { "release" };
    [
        ("scenario", scenario.map_or_else(String::new, |it| it.get_name().to_owned())),
        ("participants", load.participants.to_string()),
        ("rooms", load.rooms().to_string()),
        ("messages a second", load.schedule().per_second.to_string()),
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
