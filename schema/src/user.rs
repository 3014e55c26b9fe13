//! What users say of themselves.

use crate::{Error, Result};
use async_graphql::InputObject;

/// The longest name, in Unicode code points: it stands beside every message.
const MAX_NAME: usize = 80;
/// The longest address of a picture, in bytes.
const MAX_URL: usize = 2048;

/// The input of `updateProfile`; what is left out or null stays as it is.
#[derive(InputObject, Clone, Debug)]
pub struct UpdateProfileInput {
    /// The name that others see: 1 to 80 characters, one of them visible, none of them a control character. White space
    /// around it is cut.
    pub display_name: Option<String>,
    /// The https address of a picture, at most 2,048 characters. An empty text removes the picture, also one that the
    /// token names.
    pub avatar_url: Option<String>,
}

/// Checks the name that others see: 1 to 80 code points with something visible, and nothing that acts on its surroundings.
pub fn display_name(name: &str) -> Result<String> {
    let name = name.trim();
    let refused = |reason: &str| Err(Error::bad_input("displayName", reason));
    if name.chars().count() > MAX_NAME {
        return refused("must be 1 to 80 characters");
    }
    if name.chars().any(acts_on_its_surroundings) {
        return refused("must not have control characters");
    }
    if name.chars().all(is_invisible) {
        return refused("must have a visible character");
    }
    Ok(name.to_owned())
}

/// Checks the address of a picture: https, as a URL is written, or empty for none.
pub fn avatar_url(url: &str) -> Result<String> {
    let rest = url.strip_prefix("https://");
    let fits = |rest: &str| {
        url.len() <= MAX_URL
            && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && rest.chars().all(|c| c.is_ascii_graphic() && !r#""'<>\^`{|}"#.contains(c))
    };
    match url.is_empty() || rest.is_some_and(fits) {
        true => Ok(url.to_owned()),
        false => Err(Error::bad_input(
            "avatarUrl",
            "must be an https address of at most 2048 characters, or empty",
        )),
    }
}

/// Line ends break the line they stand in, and direction marks turn what follows around.
fn acts_on_its_surroundings(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// White space, and what takes no room or shows nothing although it is no white space.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{AD}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}'
                | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_seen_and_stays_in_its_line() {
        assert_eq!(display_name("  Ada Lovelace ").unwrap(), "Ada Lovelace");
        for fine in ["x", "José", "👩‍🚀 Eve", "می‌خواهم", &"ä".repeat(80)] {
            assert_eq!(display_name(fine).unwrap(), fine);
        }
        let long = "x".repeat(81);
        for bad in
            ["", "   ", "\u{200B}\u{3164}", "a\nb", "a\u{0}b", "a\u{202E}b", "a\u{2028}b", &long]
        {
            let refusal = display_name(bad).unwrap_err().to_string();
            assert!(refusal.starts_with("displayName"), "{bad:?}: {refusal}");
        }
    }

    #[test]
    fn a_picture_is_reached_by_https_or_is_none() {
        let longest = format!("https://a.example/{}", "x".repeat(2048 - 18));
        for fine in ["", "https://cdn.example/a%20b.png?s=80&v=2#x", &longest] {
            assert_eq!(avatar_url(fine).unwrap(), fine);
        }
        let long = format!("{longest}x");
        for bad in [
            "http://a.example/x.png",
            "https://",
            "https:///x.png",
            "javascript:alert(1)",
            "data:image/png;base64,AA==",
            "https://a.example/a b",
            "https://a.example/\"onerror=\"x",
            "HTTPS://a.example/",
            " https://a.example/",
            "https://ä.example/",
            &long,
        ] {
            let refusal = avatar_url(bad).unwrap_err().to_string();
            assert!(refusal.starts_with("avatarUrl"), "{bad:?}: {refusal}");
        }
    }
}
