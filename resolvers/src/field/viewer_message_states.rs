//! `RoomViewer.messageStates`, a unit resolver, or one of some steps when the caller has voted a lot.

use crate::{
    Ctx,
    function::vote::list_votes,
    row::{Mark, vote_of},
    source::definition::SK,
};
use schema::{Error, MessageId, Result, RoomId, Seq, ViewerMessageState};
use std::collections::{BTreeMap, BTreeSet};

/// The most messages asked about at once: a page.
const MAX_MESSAGES: usize = 100;

/// What the caller has said to these messages, in their order. The votes of one user lie together, so most often one query finds
/// all; it looks at some forty at once and goes on at the next message that is asked about.
pub(super) async fn viewer_message_states(
    ctx: &Ctx,
    room: &RoomId,
    messages: Vec<MessageId>,
) -> Result<Vec<ViewerMessageState>> {
    let wanted = positions(room, &messages)?;
    let mut said: BTreeMap<Seq, BTreeSet<Mark>> = BTreeMap::new();
    let (mut next, last) = (wanted.first().copied(), wanted.last().copied().unwrap_or_default());

    while let Some(low) = next {
        let read = ctx.run(list_votes(room, &ctx.identity.sub, low, last)).await?;
        for vote in &read.items {
            let key = vote.get(SK).and_then(|key| key.as_s().ok());
            let (seq, mark) = vote_of(key.map_or("", String::as_str))?;
            said.entry(seq).or_default().insert(mark);
        }
        let Some(reached) = read.last else { break };
        // That message may have more; it cannot have more than one query finds.
        let from = vote_of(&reached)?.0.max(low + 1);
        next = wanted.range(from..).next().copied();
    }

    Ok(messages.into_iter().map(|message| state(&said, message)).collect())
}

fn positions(room: &RoomId, messages: &[MessageId]) -> Result<BTreeSet<Seq>> {
    if messages.len() > MAX_MESSAGES {
        let reason = format!("at most {MAX_MESSAGES} messages");
        return Err(Error::bad_input("messageIds", reason));
    }
    if messages.iter().any(|message| message.room() != room) {
        return Err(Error::bad_input("messageIds", "a message of another room"));
    }
    Ok(messages.iter().map(MessageId::seq).collect())
}

fn state(said: &BTreeMap<Seq, BTreeSet<Mark>>, message_id: MessageId) -> ViewerMessageState {
    let marks = said.get(&message_id.seq());
    let name = |mark: &Mark| match mark {
        Mark::Upvote => None,
        Mark::Reaction(name) => Some(name.clone()),
    };
    ViewerMessageState {
        upvoted: marks.is_some_and(|marks| marks.contains(&Mark::Upvote)),
        reactions: marks.into_iter().flatten().filter_map(name).collect(),
        message_id,
    }
}
