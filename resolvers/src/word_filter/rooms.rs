//! The server's terms, and those of rooms.

use super::WordFilter;
use crate::Verdict;
use moka::sync::Cache;
use schema::{Error, Result, RoomId, RoomSettings};
use std::sync::Arc;

/// Rooms whose terms are kept ready. More may have terms: then those of the room that was silent for longest are made
/// ready again when somebody speaks there, which takes about a millisecond.
const ROOMS: u64 = 1_000;

/// The server's terms, and those of rooms, made ready once. Cheap to clone.
#[derive(Clone)]
pub struct WordFilters {
    server: Arc<WordFilter>,
    rooms: Cache<RoomId, Arc<RoomFilter>>,
}

/// What a room adds to the server's terms.
#[derive(Clone, Copy, Debug)]
pub struct RoomTerms<'a> {
    /// The room.
    pub room: &'a RoomId,
    /// Grows when the lists change.
    pub version: u32,
    /// Terms to hold.
    pub hold: &'a [String],
    /// Terms to refuse.
    pub refuse: &'a [String],
}

struct RoomFilter {
    version: u32,
    filter: WordFilter,
}

/// Refuses settings with a term that could not be looked for.
pub fn check_terms(settings: &RoomSettings) -> Result<()> {
    let check = |field, terms: &[String]| {
        let filter = WordFilter::of(terms, &[]);
        filter.map(drop).map_err(|term| Error::bad_input(field, term.to_string()))
    };
    check("heldTerms", &settings.held_terms)?;
    check("refusedTerms", &settings.refused_terms)
}

impl WordFilters {
    /// The server's terms, to which each room may add.
    #[must_use]
    pub fn new(server: WordFilter) -> Self {
        Self { server: Arc::new(server), rooms: Cache::new(ROOMS) }
    }

    /// What becomes of a text in a room. A room cannot allow what the server does not.
    #[must_use]
    pub fn check(&self, terms: &RoomTerms<'_>, text: &str) -> Verdict {
        let verdict = self.server.check(text);
        if verdict == Verdict::Refuse || (terms.hold.is_empty() && terms.refuse.is_empty()) {
            return verdict;
        }
        verdict.max(self.of_room(terms).filter.check(text))
    }

    fn of_room(&self, terms: &RoomTerms<'_>) -> Arc<RoomFilter> {
        if let Some(kept) = self.rooms.get(terms.room).filter(|kept| kept.version == terms.version)
        {
            return kept;
        }
        // Terms are checked where a room takes them.
        let filter = WordFilter::of(terms.hold, terms.refuse).unwrap_or_default();
        let made = Arc::new(RoomFilter { version: terms.version, filter });
        self.rooms.insert(terms.room.clone(), Arc::clone(&made));
        made
    }
}

impl Default for WordFilters {
    fn default() -> Self {
        Self::new(WordFilter::default())
    }
}
