//! The text of a document: its tokens are counted without building anything.

use crate::config::DocumentLimits;
use schema::Error;

/// Refuses a text with too many tokens; stops reading where it knows.
pub fn check(source: &str, limits: &DocumentLimits) -> Result<(), Error> {
    let limit = limits.max_tokens;
    match Tokens(source.as_bytes()).nth(limit) {
        None => Ok(()),
        Some(_) => Err(Error::QueryTooComplex(format!("more than {limit} tokens"))),
    }
}

/// The tokens of a text as the GraphQL specification has them (2.1), except that every text has some.
struct Tokens<'a>(&'a [u8]);

impl Iterator for Tokens<'_> {
    type Item = ();

    fn next(&mut self) -> Option<()> {
        self.skip_ignored();
        let first = *self.0.first()?;
        let length = match first {
            b'"' if self.0.starts_with(b"\"\"\"") => block_string(self.0),
            b'"' => string(self.0),
            b'.' => run(self.0, |byte| byte == b'.').min(3),
            _ if is_word(first) => run(self.0, |byte| is_word(byte) || byte == b'.'),
            _ => 1,
        };
        self.0 = &self.0[length..];
        Some(())
    }
}

impl Tokens<'_> {
    fn skip_ignored(&mut self) {
        while let Some(byte) = self.0.first() {
            let length = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => 1,
                b'#' => run(self.0, |byte| byte != b'\n' && byte != b'\r'),
                _ => return,
            };
            self.0 = &self.0[length..];
        }
    }
}

/// Names and numbers; bytes of a multi-byte character go with them, they are no token of the language.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+') || !byte.is_ascii()
}

fn run(source: &[u8], holds: impl Fn(u8) -> bool) -> usize {
    source.iter().position(|byte| !holds(*byte)).unwrap_or(source.len())
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

fn block_string(source: &[u8]) -> usize {
    let mut at = 3;
    while at < source.len() {
        match &source[at..] {
            [b'"', b'"', b'"', ..] => return at + 3,
            [b'\\', b'"', b'"', b'"', ..] => at += 4,
            _ => at += 1,
        }
    }
    source.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(source: &str) -> usize {
        Tokens(source.as_bytes()).count()
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
            (r#"""""#, 1),
            (r#""\"#, 1),
            ("{ \u{1F3CA} }", 3),
        ] {
            assert_eq!(count(source), tokens, "{source}");
        }
    }

    #[test]
    fn strings_and_comments_are_one_token_or_none() {
        let limits = DocumentLimits { max_tokens: 10, ..crate::limits::tests::limits() };
        let words = "word ".repeat(500);
        assert!(check(&format!("{{ a(b: \"{words}\") }} # {words}"), &limits).is_ok());
        assert!(check(&"a ".repeat(10), &limits).is_ok());
        assert!(check(&"a ".repeat(11), &limits).is_err());
    }
}
