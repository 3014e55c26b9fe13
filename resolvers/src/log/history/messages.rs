//! Pages of a room's root messages.

use super::{bounds, connection};
use crate::{
    Sources,
    log::{Feed, load::message_of},
    row::{ENTITY, entry_of, log_ranges, rest_of},
    source::{Request, table::Query},
};
use schema::{
    Cursor, DateTime, End, Error, Message, MessageConnection, MessageKind, Page, Result, RoomId,
    Seq,
};
use std::sync::Arc;

/// Rows looked at per query beyond those wanted: not every row is a root message.
const MARGIN: usize = 50;
/// How many queries one page may take. A page of a rare kind ends there, with fewer messages and a cursor to go on from;
/// else one request could read a whole log of millions.
const MAX_QUERIES: usize = 20;

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

/// What makes two reads of a page the same: the arguments, and that nothing changed in between.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::log) struct PageKey {
    room: RoomId,
    low: Seq,
    high: Seq,
    last: bool,
    limit: usize,
    kinds: Option<Vec<MessageKind>>,
    /// The newest change that can show on such a page.
    version: Seq,
}

/// A page as it was read.
pub(in crate::log) struct Found {
    /// Oldest first.
    pub(in crate::log) messages: Vec<Message>,
    /// Whether the range goes on.
    more: bool,
    /// The last position looked at, when the page was not filled.
    reached: Option<Seq>,
}

impl Request for Messages {
    const NAME: &'static str = "messages";
    type Output = MessageConnection;

    async fn send(self, sources: &Sources) -> Result<MessageConnection> {
        let Self { feed, page, kinds } = self;
        let (delivered, changed) = {
            let tail = feed.tail();
            (tail.position(), tail.last_change())
        };
        let (low, high) = bounds(&page, delivered);
        if page.end == End::Last
            && page.after.is_none()
            && let Some((messages, more)) = feed.newest(high + 1, kinds.as_deref(), page.limit)
        {
            return Ok(connection(messages, &page, more));
        }
        let key = PageKey {
            room: feed.id().clone(),
            low,
            high,
            last: page.end == End::Last,
            limit: page.limit,
            kinds,
            version: if page.before.is_some() { changed } else { delivered },
        };
        let pages = sources.feeds.pages();
        let read = Box::pin(pages.try_get_with(key.clone(), read_page(sources, key)));
        let found = read.await.map_err(|error: Arc<Error>| (*error).clone())?;
        let shown = found.messages.iter().map(|message| feed.shown(message.clone())).collect();
        let mut connection = connection(shown, &page, found.more);
        let info = &mut connection.page_info;
        if let Some(reached) = found.reached {
            let end =
                if page.end == End::First { &mut info.end_cursor } else { &mut info.start_cursor };
            *end = Some(Cursor(reached).to_string());
        }
        Ok(connection)
    }
}

/// Reads the table, bucket by bucket, until the page is full and it is known whether the range goes on.
async fn read_page(sources: &Sources, key: PageKey) -> Result<Arc<Found>> {
    let end = if key.last { End::Last } else { End::First };
    let (mut messages, mut queries, mut reached) = (Vec::new(), 0, None);
    let mut ranges: Box<dyn Iterator<Item = _> + Send> = match end {
        End::First => Box::new(log_ranges(&key.room, key.low, key.high)),
        End::Last => Box::new(log_ranges(&key.room, key.low, key.high).rev()),
    };
    let mut next = ranges.next();
    while let Some(range) = next {
        if messages.len() > key.limit || queries == MAX_QUERIES {
            // Everything before this range has been looked at.
            let at = if end == End::First { &range.low } else { &range.high };
            let at: Seq = at.parse().map_err(Error::internal)?;
            reached = Some(if end == End::First { at - 1 } else { at + 1 });
            break;
        }
        queries += 1;
        let query = Query::new(range.clone(), end, key.limit + MARGIN)
            .only(ENTITY, vec!["MESSAGE".to_owned()]);
        let read = sources.table.query(query).await?;
        for item in read.items {
            let message = message_of(entry_of(item, DateTime::now())?);
            messages.extend(message.filter(|message| is_of(message, key.kinds.as_deref())));
        }
        let rest = read.last.map_or(Ok(None), |last| rest_of(range, end, &last))?;
        next = rest.or_else(|| ranges.next());
    }
    let full = messages.len() > key.limit;
    messages.truncate(key.limit);
    if key.last {
        messages.reverse();
    }
    let reached = reached.filter(|_| !full);
    Ok(Arc::new(Found { messages, more: full || reached.is_some(), reached }))
}

fn is_of(message: &Message, kinds: Option<&[MessageKind]>) -> bool {
    message.is_public() && kinds.is_none_or(|kinds| kinds.contains(&message.kind))
}
