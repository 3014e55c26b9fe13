//! Pages of what was sent: from memory where it reaches, else from the table.

use super::{Feed, load::message_of};
use crate::{
    Sources,
    row::{ENTITY, entry_of, log_ranges, position, replies_range},
    source::{
        Request,
        definition::GSI1,
        table::{Query, Range},
    },
};
use schema::{
    Cursor, DateTime, End, Error, Message, MessageConnection, MessageKind, Page, Result, RoomId,
    Seq,
};
use std::sync::Arc;

/// Rows looked at per query beyond those wanted: not every row is a root message.
const MARGIN: usize = 50;

/// A page of a room's root messages.
#[derive(Clone)]
pub struct Messages {
    /// The room.
    pub feed: Feed,
    /// Which part of it.
    pub page: Page<Cursor>,
    /// Only these kinds.
    pub kinds: Option<Vec<MessageKind>>,
}

/// A page of the replies to a root message.
#[derive(Clone)]
pub struct Replies {
    /// The room.
    pub feed: Feed,
    /// The root message's position.
    pub root: Seq,
    /// Which part of them.
    pub page: Page<Cursor>,
}

/// One message as it is now: from memory, else one strongly consistent read.
#[derive(Clone)]
pub struct FindMessage {
    /// The room.
    pub feed: Feed,
    /// Its position.
    pub seq: Seq,
}

/// One message as the table has it, whatever this node remembers: one strongly consistent read.
#[derive(Clone)]
pub struct ReadMessage {
    /// The room.
    pub feed: Feed,
    /// Its position.
    pub seq: Seq,
}

/// What makes two reads of a page the same: the arguments, and that nothing changed in between.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct PageKey {
    room: RoomId,
    low: Seq,
    high: Seq,
    last: bool,
    limit: usize,
    kinds: Option<Vec<MessageKind>>,
    /// The newest change that can show on such a page.
    version: Seq,
}

/// A page's messages, oldest first, and whether the range goes on.
pub(super) type Found = (Vec<Message>, bool);

impl Request for Messages {
    const NAME: &'static str = "messages";
    type Output = MessageConnection;

    async fn send(self, sources: &Sources) -> Result<MessageConnection> {
        let Self { feed, page, kinds } = self;
        // Not beyond what this node has delivered: a page is a part of one order, without holes that fill later.
        let (delivered, changed) = {
            let tail = feed.tail();
            (tail.position(), tail.last_change())
        };
        let before = page.before.map_or(delivered + 1, |Cursor(before)| before.min(delivered + 1));
        if page.end == End::Last
            && page.after.is_none()
            && let Some((messages, more)) = feed.newest(before, kinds.as_deref(), page.limit)
        {
            return Ok(connection(messages, &page, more));
        }
        let key = PageKey {
            room: feed.id().clone(),
            low: page.after.map_or(0, |Cursor(after)| after).saturating_add(1),
            high: before.saturating_sub(1),
            last: page.end == End::Last,
            limit: page.limit,
            kinds,
            version: if page.before.is_some() { changed } else { delivered },
        };
        let pages = sources.feeds.pages();
        let read = Box::pin(pages.try_get_with(key.clone(), read_page(sources, key)));
        let found = read.await.map_err(|error: Arc<Error>| (*error).clone())?;
        Ok(connection(found.0.clone(), &page, found.1))
    }
}

/// Reads the table, bucket by bucket, until the page is full and it is known whether the range goes on.
async fn read_page(sources: &Sources, key: PageKey) -> Result<Arc<Found>> {
    let end = if key.last { End::Last } else { End::First };
    let mut found = Vec::new();
    let mut ranges: Vec<Range> = log_ranges(&key.room, key.low, key.high).collect();
    if key.last {
        ranges.reverse();
    }
    'read: for mut range in ranges {
        loop {
            let query = Query::new(range.clone(), end, key.limit + MARGIN)
                .only(ENTITY, vec!["MESSAGE".to_owned()]);
            let read = sources.table.query(query).await?;
            for item in read.items {
                let message = message_of(entry_of(item, DateTime::now())?);
                found
                    .extend(message.filter(|m| {
                        key.kinds.as_ref().is_none_or(|kinds| kinds.contains(&m.kind))
                    }));
            }
            if found.len() > key.limit {
                break 'read;
            }
            let Some(last) = read.last else { break };
            go_on(&mut range, end, &last)?;
        }
    }
    let more = found.len() > key.limit;
    found.truncate(key.limit);
    if key.last {
        found.reverse();
    }
    Ok(Arc::new((found, more)))
}

/// Leaves of a range what lies beyond the last row read.
fn go_on(range: &mut Range, end: End, last: &str) -> Result<()> {
    let last: Seq = last.parse().map_err(Error::internal)?;
    match end {
        End::First => range.low = position(last + 1),
        End::Last => range.high = position(last.saturating_sub(1)),
    }
    Ok(())
}

impl Request for Replies {
    const NAME: &'static str = "replies";
    type Output = MessageConnection;

    async fn send(self, sources: &Sources) -> Result<MessageConnection> {
        let Self { feed, root, page } = self;
        let low = page.after.map_or(0, |Cursor(after)| after).saturating_add(1);
        let delivered = feed.position();
        let before = page.before.map_or(delivered + 1, |Cursor(before)| before.min(delivered + 1));
        let high = before.saturating_sub(1);
        let mut replies = match low <= high {
            true => {
                let range = replies_range(feed.id(), root, low, high);
                read_replies(sources, range, page.end, page.limit).await?
            }
            false => Vec::new(),
        };
        // The index is eventually consistent; what is new enough to be missing or older there is in memory.
        {
            let tail = feed.tail();
            for reply in &mut replies {
                let held = tail.message(reply.seq).filter(|held| held.version > reply.version);
                *reply = held.unwrap_or(reply).clone();
            }
            let mut recent = tail.replies(root);
            recent.retain(|new| (low..=high).contains(&new.seq));
            recent.retain(|new| replies.iter().all(|reply| reply.seq != new.seq));
            replies.extend(recent);
        }
        replies.sort_by_key(|reply| reply.seq);
        let more = replies.len() > page.limit;
        match page.end {
            End::First => replies.truncate(page.limit),
            End::Last => drop(replies.drain(..replies.len().saturating_sub(page.limit))),
        }
        Ok(connection(replies, &page, more))
    }
}

/// Reads the index until there is one more reply than wanted: answers end at 1 MB, and some rows are past their time.
async fn read_replies(
    sources: &Sources,
    mut range: Range,
    end: End,
    wanted: usize,
) -> Result<Vec<Message>> {
    let mut replies = Vec::new();
    while replies.len() <= wanted {
        let read = sources.table.query(Query::index(GSI1, range.clone(), end, wanted + 1)).await?;
        for item in read.items {
            replies.extend(message_of(entry_of(item, DateTime::now())?));
        }
        let Some(last) = read.last else { break };
        go_on(&mut range, end, &last)?;
    }
    Ok(replies)
}

impl Request for FindMessage {
    const NAME: &'static str = "find_message";
    type Output = Message;

    async fn send(self, _: &Sources) -> Result<Message> {
        self.feed.message(self.seq).await
    }
}

impl Request for ReadMessage {
    const NAME: &'static str = "read_message";
    type Output = Message;

    async fn send(self, _: &Sources) -> Result<Message> {
        self.feed.loader().message(self.seq).await?.ok_or(Error::NotFound("message"))
    }
}

fn connection(messages: Vec<Message>, page: &Page<Cursor>, more: bool) -> MessageConnection {
    let items =
        messages.into_iter().map(|message| (Cursor(message.seq).to_string(), message)).collect();
    MessageConnection::of(items, page, more)
}
