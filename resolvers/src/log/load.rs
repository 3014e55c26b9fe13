//! Reads a room's log from the table, and voids what nobody wrote.

use super::{Entry, tail::KEEP_ENTRIES};
use crate::{
    people::People,
    row::{
        PeopleRow, entry_item, entry_key, entry_of, head_of, log_ranges, people_of, people_range,
        rest_of, room_key, sequencer_key,
    },
    source::{
        definition::GSI1,
        table::{Condition, Put, Query, Table, Written, from_item},
    },
};
use schema::{DateTime, End, Error, Message, Result, Room, RoomId, Seq};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

/// Pages of 1 MB that the newest part of a log may take: together they are what a [`Tail`](super::tail::Tail) keeps.
const NEWEST_PAGES: usize = 4;

/// How many people are read at once: rows of some hundred bytes, of which an answer holds 1 MB.
const PEOPLE: usize = 1_000;

/// A hole behind an entry of this age is one that DynamoDB made when it deleted what had expired.
const OLD: Duration = Duration::from_secs(3600);

/// Reads one room.
#[derive(Clone)]
pub(crate) struct Loader {
    pub(crate) table: Table,
    pub(crate) room: RoomId,
}

impl Loader {
    /// The room's own row.
    pub(crate) async fn room(&self) -> Result<Room> {
        let item = self.table.get(room_key(&self.room)).await?;
        item.map(from_item).ok_or(Error::NotFound("room"))?
    }

    /// The highest position that was ever handed out.
    pub(crate) async fn head(&self) -> Result<Seq> {
        let item = self.table.get(sequencer_key(&self.room)).await?;
        Ok(item.as_ref().map_or(0, head_of))
    }

    /// Everybody of whom there is something to say. The index is a little behind the table.
    pub(crate) async fn people(&self) -> Result<People> {
        let mut people = People::default();
        let mut low = "0".to_owned();
        loop {
            let range = people_range(&self.room, low);
            let page = self.table.query(Query::index(GSI1, range, End::First, PEOPLE)).await?;
            for item in page.items {
                match people_of(item)? {
                    PeopleRow::Member(member) => {
                        people.learn(*member);
                    }
                    PeopleRow::Hide(hide) => people.hide(hide),
                }
            }
            // `!` sorts before every character of an id: the first key after the last one.
            match page.last {
                Some(last) => low = format!("{last}!"),
                None => return Ok(people),
            }
        }
    }

    /// Some messages as they are now, without those whose rows are gone.
    pub(crate) async fn messages(&self, seqs: &[Seq]) -> Result<Vec<Message>> {
        let keys: Vec<_> = seqs.iter().map(|&seq| entry_key(&self.room, seq)).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let found = read(self.table.batch_get(keys).await?)?;
        Ok(found.into_iter().filter_map(message_of).collect())
    }

    /// The entries of a range that are there, lowest first, each with the message it is about.
    pub(crate) async fn range(&self, low: Seq, high: Seq) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for range in log_ranges(&self.room, low, high) {
            let mut next = Some(range);
            while let Some(range) = next {
                let query = Query::new(range.clone(), End::First, KEEP_ENTRIES);
                let page = self.table.query(query).await?;
                entries.extend(read(page.items)?);
                next = page.last.map_or(Ok(None), |last| rest_of(range, End::First, &last))?;
            }
        }
        self.carry(&mut entries).await?;
        Ok(entries)
    }

    /// The newest entries up to a position, lowest first, and the position before which nothing was read.
    pub(crate) async fn newest(&self, head: Seq) -> Result<(Seq, Vec<Entry>)> {
        let low = (head + 1).saturating_sub(KEEP_ENTRIES as Seq).max(1);
        let (mut entries, mut pages) = (Vec::new(), 0);
        let mut complete = true;
        'read: for range in log_ranges(&self.room, low, head).rev() {
            let mut next = Some(range);
            while let Some(range) = next {
                if pages == NEWEST_PAGES {
                    complete = false;
                    break 'read;
                }
                pages += 1;
                let query = Query::new(range.clone(), End::Last, KEEP_ENTRIES);
                let page = self.table.query(query).await?;
                entries.extend(read(page.items)?);
                next = page.last.map_or(Ok(None), |last| rest_of(range, End::Last, &last))?;
            }
        }
        entries.reverse();
        self.carry(&mut entries).await?;
        let oldest = entries.first().map_or(low, Entry::seq);
        let base = if complete { low - 1 } else { oldest - 1 };
        Ok(above_old_holes(base, entries, DateTime::now()))
    }

    /// Gives up a position: writes a void entry there, unless it was written after all. Answers what stands there.
    pub(crate) async fn void(&self, seq: Seq, retention: Duration) -> Result<Entry> {
        let void = Entry::Void { seq, at: DateTime::now() };
        let put = Put::new(entry_item(&self.room, &void, "", retention)).when(Condition::Absent);
        match self.table.transact(vec![put.into()]).await? {
            Written::Done => {
                metrics::counter!("plenary_log_voids_total").increment(1);
                Ok(void)
            }
            Written::Refused { row: Some(row), .. } => {
                let mut entries = vec![entry_of(row, DateTime::now())?];
                self.carry(&mut entries).await?;
                Ok(entries.remove(0))
            }
            Written::Refused { row: None, .. } => self
                .range(seq, seq)
                .await?
                .pop()
                .ok_or_else(|| Error::internal("a written position reads as empty")),
        }
    }

    /// A message as it is now, unless its row is gone.
    pub(crate) async fn message(&self, seq: Seq) -> Result<Option<Message>> {
        let Some(item) = self.table.get(entry_key(&self.room, seq)).await? else { return Ok(None) };
        Ok(message_of(entry_of(item, DateTime::now())?))
    }

    /// Gives every entry about a message that message, as it is now.
    pub(crate) async fn carry(&self, entries: &mut [Entry]) -> Result<()> {
        let bare = |entry: &&Entry| entry.message().is_none();
        let wanted: HashSet<Seq> = entries.iter().filter(bare).filter_map(Entry::target).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let here = entries
            .iter()
            .filter_map(Entry::message)
            .filter(|message| wanted.contains(&message.seq));
        let mut messages: HashMap<Seq, Message> =
            here.map(|message| (message.seq, message.clone())).collect();
        let elsewhere = wanted.iter().filter(|seq| !messages.contains_key(seq));
        let elsewhere: Vec<Seq> = elsewhere.copied().collect();
        let found = self.messages(&elsewhere).await?;
        messages.extend(found.into_iter().map(|message| (message.seq, message)));
        for entry in entries {
            if let Some(message) = entry.target().and_then(|target| messages.get(&target)) {
                entry.carry(message.clone());
            }
        }
        Ok(())
    }
}

/// Leaves out everything up to the newest hole that is older than an append can be: those rows have expired and are
/// deleted. An append has its positions for minutes at the most, after which AWS refuses its signature.
fn above_old_holes(base: Seq, mut entries: Vec<Entry>, now: DateTime) -> (Seq, Vec<Entry>) {
    let below = |i: usize| i.checked_sub(1).map_or(base, |below| entries[below].seq());
    let behind_old_hole =
        |i: &usize| entries[*i].seq() > below(*i) + 1 && now.since(entries[*i].at()) >= OLD;
    match (0..entries.len()).rev().find(behind_old_hole) {
        Some(first) => {
            let base = entries[first].seq() - 1;
            drop(entries.drain(..first));
            (base, entries)
        }
        None => (base, entries),
    }
}

/// The message that an entry is, rather than is about.
pub(crate) fn message_of(entry: Entry) -> Option<Message> {
    match entry {
        Entry::Message(message) | Entry::Thread(message) => Some(message),
        _ => None,
    }
}

fn read(items: Vec<crate::source::table::Item>) -> Result<Vec<Entry>> {
    let now = DateTime::now();
    items.into_iter().map(|item| entry_of(item, now)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_begins_above_what_expired_and_keeps_the_holes_of_today() {
        let now = DateTime::from_millis(100 * 3_600_000);
        let entry = |seq: Seq, hours_ago: u64| Entry::Void {
            seq,
            at: now.minus(Duration::from_secs(hours_ago * 3600)),
        };
        let seqs = |(base, entries): (Seq, Vec<Entry>)| {
            (base, entries.iter().map(Entry::seq).collect::<Vec<_>>())
        };

        let old = vec![entry(5, 90), entry(9, 80), entry(10, 70), entry(12, 0)];
        assert_eq!(seqs(above_old_holes(0, old, now)), (8, vec![9, 10, 12]));
        let first = vec![entry(300, 50), entry(301, 0)];
        assert_eq!(seqs(above_old_holes(0, first, now)), (299, vec![300, 301]));
        let fresh = vec![entry(2, 0), entry(4, 0)];
        assert_eq!(seqs(above_old_holes(0, fresh, now)), (0, vec![2, 4]));
        assert_eq!(seqs(above_old_holes(3, vec![], now)), (3, vec![]));
    }
}
