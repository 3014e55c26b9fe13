//! The orders in which questions are listed. Pure.

use crate::{
    log::MAX_POSITION,
    row::{position, questions_partition, score, score_partition},
    source::{
        definition::{GSI1, GSI2},
        table::{Query, Range},
    },
};
use schema::{End, Message, QuestionOrder, QuestionStatus, RoomId, Seq};
use std::{fmt, str::FromStr};

/// Every status a question may have.
pub(super) const ALL: [QuestionStatus; 4] = [
    QuestionStatus::Open,
    QuestionStatus::Live,
    QuestionStatus::Answered,
    QuestionStatus::Dismissed,
];

/// Where a question stands in an order, the first lowest; as text the cursor of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank {
    /// How many upvotes it lacks of the most there can be, when it is upvotes that count.
    lacks: u32,
    /// Its position, or how far it is from the last one.
    then: Seq,
}

impl Rank {
    /// Where a question stands.
    pub(super) fn of(order: QuestionOrder, question: &Message) -> Self {
        match order {
            QuestionOrder::Top => {
                Self { lacks: u32::MAX - question.upvote_count, then: question.seq }
            }
            QuestionOrder::Newest => {
                Self { lacks: 0, then: MAX_POSITION.saturating_sub(question.seq) }
            }
            QuestionOrder::Oldest => Self { lacks: 0, then: question.seq },
        }
    }

    /// The sort key that stands there in the index.
    fn key(self, order: QuestionOrder) -> String {
        match order {
            QuestionOrder::Top => score(u32::MAX - self.lacks, self.then),
            QuestionOrder::Newest => position(MAX_POSITION.saturating_sub(self.then)),
            QuestionOrder::Oldest => position(self.then.min(MAX_POSITION)),
        }
    }

    fn next(self) -> Self {
        Self { then: self.then + 1, ..self }
    }
}

impl FromStr for Rank {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('.').and_then(|(lacks, then)| {
            Some(Self { lacks: lacks.parse().ok()?, then: then.parse().ok()? })
        });
        parsed.filter(|rank| rank.then < MAX_POSITION).ok_or("this is not a cursor")
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.lacks, self.then)
    }
}

/// One list of the index that is to be merged with others.
#[derive(Clone, Debug)]
pub(super) struct List {
    order: QuestionOrder,
    range: Range,
    only: Vec<QuestionStatus>,
}

impl List {
    /// The lists that hold the questions of these statuses behind a rank: by score one for each status, else one for all.
    pub(super) fn all(
        room: &RoomId,
        order: QuestionOrder,
        statuses: &[QuestionStatus],
        after: Option<Rank>,
    ) -> Vec<Self> {
        let of = |pk, only| {
            let range = Range { pk, low: "0".to_owned(), high: "~".to_owned() };
            let list = Self { order, range, only };
            match after {
                Some(after) => list.behind(after.next().key(order)),
                None => list,
            }
        };
        match order {
            QuestionOrder::Top => {
                statuses.iter().map(|&status| of(score_partition(room, status), vec![])).collect()
            }
            QuestionOrder::Newest | QuestionOrder::Oldest => {
                let some = statuses.len() < ALL.len();
                let only = if some { statuses.to_vec() } else { vec![] };
                vec![of(questions_partition(room), only)]
            }
        }
    }

    /// What is left behind a sort key, which belongs to it.
    fn behind(self, key: String) -> Self {
        let range = match end(self.order) {
            End::First => Range { low: key, ..self.range },
            End::Last => Range { high: key, ..self.range },
        };
        Self { range, ..self }
    }

    /// What is left behind the question that was looked at last.
    pub(super) fn rest(self, last: Rank) -> Self {
        let key = last.next().key(self.order);
        self.behind(key)
    }

    /// Reads so many of it.
    pub(super) fn query(&self, limit: usize) -> Query {
        let index = if self.order == QuestionOrder::Top { GSI2 } else { GSI1 };
        let query = Query::index(index, self.range.clone(), end(self.order), limit);
        match self.only.is_empty() {
            true => query,
            false => query.only("questionStatus", self.only.iter().map(stored).collect()),
        }
    }

    /// Where a sort key of the index stands.
    pub(super) fn rank(&self, key: &str) -> Option<Rank> {
        match self.order {
            QuestionOrder::Top => {
                let (upvotes, below) = key.split_once('#')?;
                let (upvotes, below): (u32, Seq) = (upvotes.parse().ok()?, below.parse().ok()?);
                let then = MAX_POSITION.checked_sub(below)?;
                Some(Rank { lacks: u32::MAX - upvotes, then })
            }
            QuestionOrder::Newest => {
                Some(Rank { lacks: 0, then: MAX_POSITION.checked_sub(key.parse().ok()?)? })
            }
            QuestionOrder::Oldest => Some(Rank { lacks: 0, then: key.parse().ok()? }),
        }
    }

    /// Whether most of what is read is left out, so that more is read at once.
    pub(super) fn is_filtered(&self) -> bool {
        !self.only.is_empty()
    }
}

fn end(order: QuestionOrder) -> End {
    match order {
        QuestionOrder::Oldest => End::First,
        QuestionOrder::Top | QuestionOrder::Newest => End::Last,
    }
}

fn stored(status: &QuestionStatus) -> String {
    let name = match status {
        QuestionStatus::Open => "OPEN",
        QuestionStatus::Live => "LIVE",
        QuestionStatus::Answered => "ANSWERED",
        QuestionStatus::Dismissed => "DISMISSED",
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::message::draft;
    use schema::{DateTime, MessageKind};

    const ORDERS: [QuestionOrder; 3] =
        [QuestionOrder::Top, QuestionOrder::Newest, QuestionOrder::Oldest];

    fn question(seq: Seq, upvote_count: u32) -> Message {
        let (room, at) = ("r".parse().unwrap(), DateTime::from_millis(1));
        let kind = MessageKind::Question;
        let draft = draft(room, kind, "why?".into(), at);
        Message { seq, upvote_count, ..draft }
    }

    #[test]
    fn ranks_order_as_the_index_does_and_come_back_from_its_keys_and_from_cursors() {
        let questions = [question(1, 0), question(2, 7), question(3, 7), question(40, 0)];
        let sorted = |order| {
            let mut seqs = questions.each_ref().map(|question| question.seq);
            seqs.sort_by_key(|seq| {
                Rank::of(order, questions.iter().find(|one| one.seq == *seq).unwrap())
            });
            seqs
        };
        assert_eq!(sorted(QuestionOrder::Top), [2, 3, 1, 40]);
        assert_eq!(sorted(QuestionOrder::Newest), [40, 3, 2, 1]);
        assert_eq!(sorted(QuestionOrder::Oldest), [1, 2, 3, 40]);

        let room: RoomId = "r".parse().unwrap();
        for order in ORDERS {
            let list = List::all(&room, order, &ALL, None).remove(0);
            for question in &questions {
                let rank = Rank::of(order, question);
                assert_eq!(list.rank(&rank.key(order)), Some(rank));
                assert_eq!(rank.to_string().parse(), Ok(rank));
                let key = rank.key(order);
                let rest = list.clone().rest(rank).range;
                assert!(key < rest.low || key > rest.high, "{order:?} {key} {rest:?}");
            }
        }
        for nonsense in ["", "7", "x.1", "1.x", "1.99999999999", "-1.2"] {
            assert!(nonsense.parse::<Rank>().is_err(), "{nonsense}");
        }
    }

    #[test]
    fn by_score_there_is_a_list_for_each_status_else_one_that_leaves_out() {
        let room: RoomId = "r".parse().unwrap();
        let some = [QuestionStatus::Open, QuestionStatus::Live];
        let lists = |order, statuses: &[QuestionStatus]| {
            let lists = List::all(&room, order, statuses, None);
            lists.iter().map(|list| (list.range.pk.clone(), list.is_filtered())).collect::<Vec<_>>()
        };
        let (open, live) = ("SCORE#r#OPEN".to_owned(), "SCORE#r#LIVE".to_owned());
        assert_eq!(lists(QuestionOrder::Top, &some), [(open, false), (live, false)]);
        let all = "QUESTIONS#r".to_owned();
        assert_eq!(lists(QuestionOrder::Newest, &some), [(all.clone(), true)]);
        assert_eq!(lists(QuestionOrder::Oldest, &ALL), [(all, false)]);
    }
}
