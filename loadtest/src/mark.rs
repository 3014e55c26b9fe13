//! What the content of a message says for the measurement: when the message was due, and its number.

use crate::clock::Moment;

/// Begins the content of every message of the load generator. Nothing of a mark is ever escaped in JSON.
const PREFIX: &str = "plt ";

/// Fills the content up, as people's sentences do.
const FILLER: &str =
    "and what I would like to know is how all of this sounds to somebody in the last row ";

/// What a message says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) due: Moment,
    pub(crate) number: u64,
}

impl Mark {
    /// The content of a message, of at least as many bytes as the mark needs.
    pub(crate) fn content(self, bytes: usize) -> String {
        let mut content = format!("{PREFIX}{} {} ", self.due.0, self.number);
        let filler = bytes.saturating_sub(content.len());
        content.extend(FILLER.chars().cycle().take(filler));
        content
    }

    /// The mark of a content, unless somebody else wrote it.
    pub(crate) fn parse(content: &[u8]) -> Option<Self> {
        let mut words = content.strip_prefix(PREFIX.as_bytes())?.split(|&byte| byte == b' ');
        let due = Moment(i64::try_from(number(words.next()?)?).ok()?);
        Some(Self { due, number: number(words.next()?)? })
    }
}

/// A decimal number that is nothing but digits.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, &byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mark = Mark { due: Moment(1_772_366_400_123_456), number: 17 };
        let content = mark.content(120);
        assert_eq!(content.len(), 120);
        assert_eq!(Mark::parse(content.as_bytes()), Some(mark));
        assert_eq!(Mark::parse(mark.content(0).as_bytes()), Some(mark));
    }

    #[test]
    fn what_others_wrote_has_no_mark() {
        for content in
            ["", "hello", "plt ", "plt 12", "plt x 1 ", "plt -1 1 ", "plt 1 99999999999999999999 "]
        {
            assert_eq!(Mark::parse(content.as_bytes()), None, "{content}");
        }
    }
}
