//! Pages of what waits for a review.

use super::{bounds, connection};
use crate::{
    Sources,
    log::{Feed, load::message_of},
    row::{entry_of, held_range, rest_of},
    source::{Request, definition::GSI2, table::Query},
};
use schema::{Cursor, DateTime, End, Message, MessageConnection, MessageStatus, Page, Result, Seq};

/// How many queries one page may take. The index lists for a moment what has been judged, and for longer what is hidden
/// with its author; a page full of that ends there, with a cursor to go on from.
const MAX_QUERIES: usize = 20;

/// A page of the messages of a room that wait for a review, oldest first.
#[derive(Clone)]
pub struct HeldMessages {
    /// The room.
    pub feed: Feed,
    /// Which part of them.
    pub page: Page<Cursor>,
}

impl Request for HeldMessages {
    const NAME: &'static str = "held_messages";
    type Output = MessageConnection;

    async fn send(self, sources: &Sources) -> Result<MessageConnection> {
        let Self { feed, page } = self;
        let (low, high) = bounds(&page, feed.position());
        let (mut held, reached) = read_held(sources, &feed, low, high, page.limit).await?;
        add_newest(&mut held, &feed, low, reached.unwrap_or(high));
        held.sort_by_key(|message| message.seq);
        let full = held.len() > page.limit;
        held.truncate(page.limit);
        let mut connection = connection(held, &page, full || reached.is_some());
        if let Some(reached) = reached.filter(|_| !full) {
            connection.page_info.end_cursor = Some(Cursor(reached).to_string());
        }
        Ok(connection)
    }
}

/// Reads the index until there is one more than wanted. Tells up to where it was read, if that is not all.
async fn read_held(
    sources: &Sources,
    feed: &Feed,
    low: Seq,
    high: Seq,
    wanted: usize,
) -> Result<(Vec<Message>, Option<Seq>)> {
    let mut held = Vec::new();
    let mut next = (low <= high).then(|| held_range(feed.id(), low, high));
    for _ in 0..MAX_QUERIES {
        let Some(range) = next.take() else { break };
        let query = Query::index(GSI2, range.clone(), End::First, wanted + 1);
        let read = sources.table.query(query).await?;
        for item in read.items {
            let message = message_of(entry_of(item, DateTime::now())?);
            let message = message.map(|message| feed.shown(newest(message, feed)));
            held.extend(message.filter(waits));
        }
        next = read.last.map_or(Ok(None), |last| rest_of(range, End::First, &last))?;
        if held.len() > wanted {
            break;
        }
    }
    let reached = next.map(|rest| rest.low.parse::<Seq>().map_err(schema::Error::internal));
    Ok((held, reached.transpose()?.map(|low| low.saturating_sub(1))))
}

/// The index is eventually consistent; what is new enough to be older there is in memory.
fn newest(message: Message, feed: &Feed) -> Message {
    let tail = feed.tail();
    let held = tail.message(message.seq).filter(|held| held.version > message.version);
    held.cloned().unwrap_or(message)
}

/// And so is what is new enough to be missing there.
fn add_newest(held: &mut Vec<Message>, feed: &Feed, low: Seq, high: Seq) {
    let mut recent = feed.tail().held();
    recent.retain(|new| (low..=high).contains(&new.seq));
    recent.retain(|new| held.iter().all(|known| known.seq != new.seq));
    held.extend(recent);
}

fn waits(message: &Message) -> bool {
    message.status == MessageStatus::Held
}
