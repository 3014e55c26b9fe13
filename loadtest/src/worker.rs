//! One process full of participants. It has one thread: the next worker has the next core.

mod participant;
mod tally;

use crate::{
    clock::Clock,
    control::{Assignment, Order, Report, Window},
    socket::Target,
};
use participant::Participant;
use std::{cell::RefCell, error::Error, future, io::Write, rc::Rc, time::Duration};
use tally::Tally;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin},
    sync::{Semaphore, watch},
    task::LocalSet,
    time::{MissedTickBehavior, interval, timeout},
};

/// How often a worker says how far it is.
const PROGRESS: Duration = Duration::from_millis(500);
/// How often it looks whether everybody has everything.
const LOOK: Duration = Duration::from_millis(20);
/// Joins in progress at once. More would only time out behind each other; their due times are kept.
const JOINS: usize = 256;

/// How long a worker waits at the end for standard input to end.
const LAST_LOOK: Duration = Duration::from_secs(60);

/// What the participants of a worker share.
struct Shared {
    assignment: Assignment,
    targets: Vec<Target>,
    clock: Clock,
    tally: RefCell<Tally>,
    joins: Semaphore,
    sending: watch::Receiver<Option<Window>>,
}

/// Does what standard input says, and ends when it ends.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let mut orders = BufReader::new(stdin()).lines();
    let line = orders.next_line().await?.ok_or("there is no assignment")?;
    let assignment: Assignment = serde_json::from_str(&line)?;
    let mut targets = Vec::new();
    for url in &assignment.targets {
        targets.push(Target::resolve(url, assignment.protocol).await?);
    }
    let (begin, sending) = watch::channel(None);
    let tally = RefCell::new(Tally::new(&assignment));
    let (clock, joins) = (Clock::start(), Semaphore::new(JOINS));
    let shared = Rc::new(Shared { assignment, targets, clock, tally, joins, sending });

    let participants = LocalSet::new();
    for (index, number) in shared.assignment.mine().enumerate() {
        participants.spawn_local(Participant::new(number, index, Rc::clone(&shared)).attend());
    }
    participants.run_until(obey(&mut orders, &begin, &shared)).await?;
    let results = shared.tally.take().results(&shared.assignment);
    say(&Report::Results(Box::new(results)))?;
    // Connections stay open until the main process has looked at what servers use.
    let _ = timeout(LAST_LOOK, orders.next_line()).await;
    Ok(())
}

/// Returns once the run is over; meanwhile it says how far it is.
async fn obey(
    orders: &mut Lines<BufReader<Stdin>>,
    begin: &watch::Sender<Option<Window>>,
    shared: &Shared,
) -> Result<(), Box<dyn Error>> {
    let mut progress = interval(PROGRESS);
    progress.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut finish = None;
    loop {
        tokio::select! {
            line = orders.next_line() => match line? {
                None => return Err("the main process is gone".into()),
                Some(line) => match serde_json::from_str(&line)? {
                    Order::Sending(window) => {
                        begin.send_replace(Some(window));
                    }
                    Order::Finish { heads, by } => finish = Some((heads, by)),
                },
            },
            _ = progress.tick() => say(&Report::Progress(shared.tally.borrow().progress()))?,
            () = look(finish.is_some()) => {
                let (heads, by) = finish.as_ref().expect("only then it looks");
                if shared.clock.now() >= *by || shared.tally.borrow().has_reached(heads) {
                    return Ok(());
                }
            }
        }
    }
}

async fn look(is_finishing: bool) {
    if is_finishing { tokio::time::sleep(LOOK).await } else { future::pending().await }
}

fn say(report: &Report) -> Result<(), Box<dyn Error>> {
    let mut line = serde_json::to_string(report)?;
    line.push('\n');
    Ok(std::io::stdout().write_all(line.as_bytes())?)
}
