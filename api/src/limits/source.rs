//! The text of a document: its tokens are counted without building anything.

use schema::Error;

/// The longest name; the schema's longest has 20 letters. Errors repeat names, so a long one would multiply an answer.
const MAX_NAME_BYTES: usize = 128;

/// U+FEFF, which the language ignores like a space, wherever it is.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Refuses a text with more than `limit` tokens; stops reading where it knows.
///
/// Wherever the parser could find two tokens, two are counted: a text that is counted too low is parsed at any length.
pub fn check(source: &str, limit: usize) -> Result<(), Error> {
    for (count, token) in Tokens(source.as_bytes()).enumerate() {
        token?;
        if count >= limit {
            return Err(Error::QueryTooComplex(format!("more than {limit} tokens")));
        }
    }
    Ok(())
}

/// The tokens of a text as the GraphQL specification has them (2.1), except that nearly every text has some.
struct Tokens<'a>(&'a [u8]);

impl Iterator for Tokens<'_> {
    type Item = Result<(), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_ignored();
        let first = *self.0.first()?;
        let length = match first {
            b'"' if self.0.starts_with(b"\"\"\"") => block_string(self.0),
            b'"' => Ok(string(self.0)),
            b'.' => Ok(run(self.0, |byte| byte == b'.').min(3)),
            b'-' | b'0'..=b'9' => Ok(number(self.0)),
            _ if is_name(first) => name(self.0),
            _ if first.is_ascii() => Ok(1),
            _ => Ok(1 + run(&self.0[1..], is_continuation)),
        };
        Some(length.map(|length| self.0 = &self.0[length..]))
    }
}

impl Tokens<'_> {
    fn skip_ignored(&mut self) {
        while let Some(byte) = self.0.first() {
            let length = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => 1,
                b'#' => run(self.0, |byte| byte != b'\n' && byte != b'\r'),
                _ if self.0.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
                _ => return,
            };
            self.0 = &self.0[length..];
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte belongs to a character that has begun before it.
fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

fn run(source: &[u8], holds: impl Fn(u8) -> bool) -> usize {
    source.iter().position(|byte| !holds(*byte)).unwrap_or(source.len())
}

fn name(source: &[u8]) -> Result<usize, Error> {
    match run(source, is_name) {
        length if length > MAX_NAME_BYTES => {
            Err(Error::bad_input("query", format!("a name has more than {MAX_NAME_BYTES} letters")))
        }
        length => Ok(length),
    }
}

/// A sign, digits, a fraction and an exponent. The next number may follow without a space: `1-1` are two.
fn number(source: &[u8]) -> usize {
    let digits = |at: usize| at + run(&source[at..], |byte| byte.is_ascii_digit());
    let mut at = digits(usize::from(source[0] == b'-'));
    if let [b'.', b'0'..=b'9', ..] = source[at..] {
        at = digits(at + 1);
    }
    match source[at..] {
        [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..] => digits(at + 2),
        [b'e' | b'E', b'0'..=b'9', ..] => digits(at + 1),
        _ => at,
    }
}

fn string(source: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = source.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    source.len()
}

/// Without an end it is refused: the parser would take its first two quotes for a string, and the rest for tokens.
fn block_string(source: &[u8]) -> Result<usize, Error> {
    let mut at = 3;
    while at < source.len() {
        match &source[at..] {
            [b'"', b'"', b'"', ..] => return Ok(at + 3),
            [b'\\', b'"', b'"', b'"', ..] => at += 4,
            _ => at += 1,
        }
    }
    Err(Error::bad_input("query", "a block string has no end"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::ErrorCode;

    fn count(source: &str) -> usize {
        Tokens(source.as_bytes()).map(Result::unwrap).count()
    }

    #[test]
    fn tokens_are_counted_as_the_language_has_them() {
        for (source, tokens) in [
            ("", 0),
            ("{ a }", 3),
            ("{a(b:1,c:-2.5e+3)}", 11),
            ("{ a # b c d\n e }", 4),
            ("query($v: [Int!]! = [1, 2]) { ...F @skip(if: $v) }", 28),
            (r#"{ a(b: "x \" } {") }"#, 8),
            (r#"{ a(b: """x " \""" {""") }"#, 8),
            (r#"{ a(b: "open }"#, 6),
            (r#""""""""#, 1),
            (r#""\"#, 1),
            ("{ \u{1F3CA} }", 3),
        ] {
            assert_eq!(count(source), tokens, "{source}");
        }
    }

    /// What needs no space between two tokens is not one for that.
    #[test]
    fn tokens_that_touch_are_counted_each() {
        for (source, tokens) in [
            ("a...F...F", 5),
            ("[1-1-1]", 5),
            ("1.5.2", 3),
            ("1e5e5", 2),
            ("a\u{feff}a\u{feff}a", 3),
            ("\u{feff}{a}", 3),
            ("\u{e4}\u{feff}\u{e4}\u{e4}", 3),
            ("\"\"\"a\"\"\"\"b\"", 2),
        ] {
            assert_eq!(count(source), tokens, "{source}");
        }
    }

    #[test]
    fn strings_and_comments_are_one_token_or_none() {
        let words = "word ".repeat(500);
        assert!(check(&format!("{{ a(b: \"{words}\") }} # {words}"), 10).is_ok());
        assert!(check(&"a ".repeat(10), 10).is_ok());
        assert!(check(&"a ".repeat(11), 10).is_err());
    }

    #[test]
    fn a_string_without_an_end_and_a_name_without_measure_are_refused() {
        for source in [r#"{ a(b: [""" " 1 1 1 1]) }"#.to_owned(), "a".repeat(MAX_NAME_BYTES + 1)] {
            assert_eq!(check(&source, 10).unwrap_err().code(), ErrorCode::BadUserInput, "{source}");
        }
        assert!(check(&"a".repeat(MAX_NAME_BYTES), 10).is_ok());
    }
}
