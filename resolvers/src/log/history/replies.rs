//! Pages of the replies to a root message.

use super::{bounds, connection};
use crate::{
    Sources,
    log::{Feed, load::message_of},
    row::{entry_of, replies_range, rest_of},
    source::{
        Request,
        definition::GSI1,
        table::{Query, Range},
    },
};
use schema::{Cursor, DateTime, End, Message, MessageConnection, Page, Result, Seq};

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

impl Request for Replies {
    const NAME: &'static str = "replies";
    type Output = MessageConnection;

    async fn send(self, sources: &Sources) -> Result<MessageConnection> {
        let Self { feed, root, page } = self;
        let (low, high) = bounds(&page, feed.position());
        let mut replies = Vec::new();
        if low <= high {
            let range = replies_range(feed.id(), root, low, high);
            replies = read_replies(sources, range, page.end, page.limit).await?;
            renew(&mut replies, &feed, root, low, high);
        }
        replies.retain(Message::is_public);
        let mut replies: Vec<_> = replies.into_iter().map(|reply| feed.shown(reply)).collect();
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
        let rest = read.last.map_or(Ok(None), |last| rest_of(range, end, &last))?;
        let Some(rest) = rest else { break };
        range = rest;
    }
    Ok(replies)
}

/// The index is eventually consistent; what is new enough to be missing or older there is in memory.
fn renew(replies: &mut Vec<Message>, feed: &Feed, root: Seq, low: Seq, high: Seq) {
    let tail = feed.tail();
    for reply in replies.iter_mut() {
        if let Some(held) = tail.message(reply.seq).filter(|held| held.version > reply.version) {
            *reply = held.clone();
        }
    }
    let mut recent = tail.replies(root);
    recent.retain(|new| (low..=high).contains(&new.seq));
    recent.retain(|new| replies.iter().all(|reply| reply.seq != new.seq));
    replies.extend(recent);
}
