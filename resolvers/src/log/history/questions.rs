//! Pages of a room's questions.

mod order;

use crate::{
    Sources,
    log::{Feed, load::message_of},
    row::entry_of,
    source::Request,
};
use futures_util::future::try_join_all;
use moka::future::Cache;
use order::List;
use order::Rank;
use schema::{
    DateTime, Error, Message, MessageConnection, MessageStatus, Page, QuestionOrder,
    QuestionStatus, Result, RoomId, Seq,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

/// The most rows looked at by one query when only some statuses are wanted of all questions, of which not every one has them.
const MAX_STEP: usize = 1_000;
/// How many queries of one list a page may take. A page of a rare status ends there, with fewer questions and a cursor to go on
/// from.
const MAX_QUERIES: usize = 10;

/// How many bytes of pages are kept for others who ask for the same, roughly, and for how long: a crowd that joins reads the
/// index once a second, and what has happened since is added from memory.
const BYTES: u64 = 32 << 20;
const LIFETIME: Duration = Duration::from_secs(1);

/// A page of a room's questions that everybody sees.
///
/// The order is that of the moment: a question that is upvoted while somebody turns the pages may be missed or seen twice.
#[derive(Clone)]
pub struct Questions {
    /// The room.
    pub feed: Feed,
    /// Which part of them.
    pub page: Page<Rank>,
    /// In which order.
    pub order: QuestionOrder,
    /// Only those with one of these statuses; `None` is all.
    pub statuses: Option<Vec<QuestionStatus>>,
}

/// Pages read from the index lately; the same page asked for by many at once is read once. Cheap to clone.
#[derive(Clone)]
pub(in crate::log) struct QuestionPages(Cache<PageKey, Arc<Found>>);

/// What makes two reads of the index the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PageKey {
    room: RoomId,
    after: Option<Rank>,
    limit: usize,
    order: QuestionOrder,
    statuses: Vec<QuestionStatus>,
}

/// What the index has of a page.
struct Found {
    /// Each as the index has it, in no order.
    questions: Vec<Message>,
    /// Beyond this there may be more that was not read.
    reached: Option<Rank>,
}

impl Default for QuestionPages {
    fn default() -> Self {
        let pages = Cache::builder().max_capacity(BYTES).weigher(weight).time_to_live(LIFETIME);
        Self(pages.build())
    }
}

impl Request for Questions {
    const NAME: &'static str = "questions";
    type Output = MessageConnection;

    async fn send(self, sources: &Sources) -> Result<MessageConnection> {
        let Self { feed, page, order, statuses } = self;
        let wanted = |status: &QuestionStatus| {
            statuses.as_ref().is_none_or(|statuses| statuses.contains(status))
        };
        let key = PageKey {
            room: feed.id().clone(),
            after: page.after,
            limit: page.limit,
            order,
            statuses: order::ALL.into_iter().filter(wanted).collect(),
        };
        let QuestionPages(pages) = sources.feeds.questions();
        let read = Box::pin(pages.try_get_with(key.clone(), read(sources, &key)));
        let found = read.await.map_err(|error: Arc<Error>| (*error).clone())?;

        let ranked = ranked(&feed, &key, &found);
        let more = ranked.len() > page.limit || found.reached.is_some();
        let full = ranked.len() >= page.limit;
        let items = ranked.into_iter().take(page.limit);
        let items = items.map(|(rank, question)| (rank.to_string(), question)).collect();
        let mut connection = MessageConnection::of(items, &page, more);
        if let Some(reached) = found.reached.filter(|_| !full) {
            connection.page_info.end_cursor = Some(reached.to_string());
        }
        Ok(connection)
    }
}

/// Reads all lists at once, each until it alone could fill the page.
async fn read(sources: &Sources, key: &PageKey) -> Result<Arc<Found>> {
    let lists = List::all(&key.room, key.order, &key.statuses, key.after);
    let lists = try_join_all(lists.into_iter().map(|list| read_list(sources, list, key.limit + 1)));
    let mut found = Found { questions: Vec::new(), reached: None };
    for (questions, reached) in lists.await? {
        found.questions.extend(questions);
        found.reached = found.reached.into_iter().chain(reached).min();
    }
    Ok(Arc::new(found))
}

/// The first questions of a list, and how far it was read, unless that is its end.
async fn read_list(
    sources: &Sources,
    mut list: List,
    wanted: usize,
) -> Result<(Vec<Message>, Option<Rank>)> {
    let mut questions = Vec::new();
    let mut reached = None;
    let mut step = if list.is_filtered() { 4 * wanted } else { wanted };
    for _ in 0..MAX_QUERIES {
        let read = sources.table.query(list.query(step)).await?;
        for item in read.items {
            let question = message_of(entry_of(item, DateTime::now())?);
            questions.extend(question.filter(is_listed));
        }
        reached = read.last.as_deref().and_then(|last| list.rank(last));
        let Some(last) = reached.filter(|_| questions.len() < wanted) else { break };
        list = list.rest(last);
        step = (2 * step).min(MAX_STEP);
    }
    Ok((questions, reached))
}

/// The questions of a page and some more, in their order, as they are now. The index is eventually consistent; what is new
/// enough to be missing or older there is in memory.
fn ranked(feed: &Feed, key: &PageKey, found: &Found) -> BTreeMap<Rank, Message> {
    let rank = |question: &Message| {
        let rank = Rank::of(key.order, question);
        let listed = is_listed(question)
            && question.question_status.is_some_and(|status| key.statuses.contains(&status));
        let here = key.after.is_none_or(|after| rank > after)
            && found.reached.is_none_or(|reached| rank <= reached);
        (listed && here).then_some(rank)
    };
    let in_memory = feed.tail().messages(|message| rank(message).is_some());
    let mut questions: HashMap<Seq, Message> = HashMap::new();
    for question in found.questions.iter().map(|question| newest(feed, question)).chain(in_memory) {
        // While a question goes from one status to another it may be found with both.
        let known = questions.get(&question.seq);
        if known.is_none_or(|known| known.version <= question.version) {
            questions.insert(question.seq, question);
        }
    }
    let ranked = questions.into_values().map(|question| (rank(&question), question));
    ranked.filter_map(|(rank, question)| Some((rank?, question))).collect()
}

/// A question of the index as it is now, as far as memory knows.
fn newest(feed: &Feed, question: &Message) -> Message {
    let mut newest = question.clone();
    if let Some(held) = feed.tail().message(question.seq) {
        if held.version >= question.version {
            newest = held.clone();
        }
        newest.take_counts(question);
        newest.take_counts(held);
    }
    feed.shown(newest)
}

fn is_listed(message: &Message) -> bool {
    message.status == MessageStatus::Published
}

/// What a kept page weighs in bytes, roughly.
fn weight(_: &PageKey, found: &Arc<Found>) -> u32 {
    let content = |message: &Message| message.content.as_ref().map_or(0, String::len);
    let questions = found.questions.iter().map(|message| size_of::<Message>() + content(message));
    u32::try_from(size_of::<PageKey>() + questions.sum::<usize>()).unwrap_or(u32::MAX)
}
