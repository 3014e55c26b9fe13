//! Terms that hold a message or refuse it.
//!
//! A term is one word or several. It stands for whole words in any case, `term*` for all words that begin so. What looks
//! alike to a reader is alike: full-width and other presentation forms, accents, invisible characters, white space. In
//! scripts without spaces between words a term is found anywhere.

mod fold;
mod list;
mod rooms;

pub use list::BadLine;
pub use rooms::{RoomTerms, WordFilters, check_terms};

use self::fold::{fold, parts};
use crate::Verdict;
use aho_corasick::AhoCorasick;
use std::{error, fmt};

/// The most code points that a term may have.
pub const MAX_TERM_LENGTH: usize = 100;

/// Terms, ready to be looked for. All of them are looked for in one pass over the text.
#[derive(Clone, Debug, Default)]
pub struct WordFilter {
    /// `None` when there is no term.
    finder: Option<AhoCorasick>,
    terms: Vec<Term>,
}

/// A term that cannot be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadTerm {
    /// What is wrong with it.
    pub reason: &'static str,
}

#[derive(Clone, Debug)]
struct Term {
    folded: String,
    end: End,
    verdict: Verdict,
}

/// What may follow a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    OfWord,
    Anywhere,
}

impl WordFilter {
    /// A filter of terms to hold and terms to refuse.
    ///
    /// # Errors
    /// When a term is nothing that could be looked for.
    pub fn of<T: AsRef<str>>(hold: &[T], refuse: &[T]) -> Result<Self, BadTerm> {
        let hold = hold.iter().map(|term| Term::parse(term.as_ref(), Verdict::Hold));
        let refuse = refuse.iter().map(|term| Term::parse(term.as_ref(), Verdict::Refuse));
        Self::build(hold.chain(refuse).collect::<Result<_, _>>()?)
    }

    /// Reads a list, one term a line, below a line `hold:` or `refuse:` or behind it on the same line. Empty lines and
    /// those that begin with `#` mean nothing.
    ///
    /// # Errors
    /// When a line is none of these; it is named by its number.
    pub fn parse(list: &str) -> Result<Self, BadLine> {
        Self::build(list::parse(list)?).map_err(|term| BadLine { line: 0, reason: term.reason })
    }

    /// What becomes of a text: the severest of what its words ask for.
    #[must_use]
    pub fn check(&self, text: &str) -> Verdict {
        let Some(finder) = &self.finder else { return Verdict::Allow };
        let text = fold(text);
        let mut verdict = Verdict::Allow;
        for found in finder.find_overlapping_iter(&text) {
            let term = &self.terms[found.pattern().as_usize()];
            let (start, end) = (found.start(), found.end());
            if term.verdict > verdict
                && parts(&text, start)
                && (term.end == End::Anywhere || parts(&text, end))
            {
                verdict = term.verdict;
            }
            if verdict == Verdict::Refuse {
                break;
            }
        }
        verdict
    }

    fn build(terms: Vec<Term>) -> Result<Self, BadTerm> {
        let folded = terms.iter().map(|term| &term.folded);
        let finder = AhoCorasick::new(folded).map_err(|_| BadTerm { reason: "are too many" })?;
        Ok(Self { finder: (!terms.is_empty()).then_some(finder), terms })
    }
}

impl Term {
    fn parse(text: &str, verdict: Verdict) -> Result<Self, BadTerm> {
        let (text, end) = match text.trim().strip_suffix('*') {
            Some(beginning) => (beginning, End::Anywhere),
            None => (text.trim(), End::OfWord),
        };
        let refused = |reason| Err(BadTerm { reason });
        let folded = fold(text);
        match () {
            () if text.contains('*') => refused("may have `*` at its end alone"),
            () if folded.trim().is_empty() => refused("has nothing to look for"),
            () if text.chars().count() > MAX_TERM_LENGTH => {
                refused("is longer than 100 characters")
            }
            () => Ok(Self { folded, end, verdict }),
        }
    }
}

impl fmt::Display for BadTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a term {}", self.reason)
    }
}

impl error::Error for BadTerm {}

#[cfg(test)]
mod tests;
