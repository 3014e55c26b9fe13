//! The text of a message.

use crate::{Error, Result, user::is_invisible};

/// The text of a message: something visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content(String);

impl Content {
    /// Accepts text that has a visible character. White space around it is cut.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        match text.chars().all(|c| c.is_control() || is_invisible(c)) {
            true => Err(Error::MessageEmpty),
            false => Ok(Self(text.to_owned())),
        }
    }

    /// Refuses more than `max` Unicode code points.
    pub fn within(&self, max: u32) -> Result<()> {
        match self.0.chars().count() <= max as usize {
            true => Ok(()),
            false => Err(Error::MessageTooLong { max }),
        }
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_visible_and_counted_in_code_points() {
        assert_eq!(Content::parse("  hi \n").unwrap().into_string(), "hi");
        assert!(Content::parse("äöü😀").unwrap().within(4).is_ok());
        let long = Content::parse("hello").unwrap().within(4);
        assert_eq!(long.unwrap_err().code(), crate::ErrorCode::MessageTooLong);
        for empty in ["", "  \n\t", "\u{200B}\u{200D}", "\u{FEFF}", "\u{3164}\u{AD}"] {
            assert_eq!(
                Content::parse(empty).unwrap_err().code(),
                crate::ErrorCode::MessageEmpty,
                "{empty:?}"
            );
        }
    }
}
