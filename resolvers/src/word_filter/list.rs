//! A list of terms as a text.

use super::Term;
use crate::Verdict;
use std::{error, fmt};

/// A line that is no part of a list of terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1; 0 is the list as a whole.
    pub line: usize,
    /// What is wrong with the term there.
    pub reason: &'static str,
}

pub(super) fn parse(list: &str) -> Result<Vec<Term>, BadLine> {
    let mut section = None;
    let mut terms = Vec::new();
    for (index, line) in list.lines().enumerate() {
        let refused = |reason| BadLine { line: index + 1, reason };
        let line = line.trim_start_matches('\u{FEFF}').trim();
        let (verdict, term) = match outcome(line) {
            _ if line.is_empty() || line.starts_with('#') => continue,
            Some((verdict, "")) => {
                section = Some(verdict);
                continue;
            }
            Some((verdict, term)) => (verdict, term),
            None => {
                let verdict =
                    section.ok_or_else(|| refused("needs `hold:` or `refuse:` before it"))?;
                (verdict, line)
            }
        };
        terms.push(Term::parse(term, verdict).map_err(|term| refused(term.reason))?);
    }
    Ok(terms)
}

/// The outcome that a line begins with, and what stands behind it.
fn outcome(line: &str) -> Option<(Verdict, &str)> {
    let (name, term) = line.split_once(':')?;
    let verdict = match name {
        "hold" => Verdict::Hold,
        "refuse" => Verdict::Refuse,
        _ => return None,
    };
    Some((verdict, term.trim()))
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "the terms {}", self.reason),
            line => write!(f, "line {line}: a term {}", self.reason),
        }
    }
}

impl error::Error for BadLine {}
