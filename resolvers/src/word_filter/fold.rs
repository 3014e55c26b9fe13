//! The form in which texts are compared, and where words end in it.

use icu_normalizer::DecomposingNormalizerBorrowed;
use std::ops::RangeInclusive;

/// Marks that go above, below or through any letter. Those that belong to one script change what is read, and stay.
const ACCENTS: [RangeInclusive<char>; 5] = [
    '\u{300}'..='\u{36F}',
    '\u{1AB0}'..='\u{1AFF}',
    '\u{1DC0}'..='\u{1DFF}',
    '\u{20D0}'..='\u{20FF}',
    '\u{FE20}'..='\u{FE2F}',
];

/// What is not seen: Unicode's `Default_Ignorable_Code_Point`, apart from an accent.
const INVISIBLE: [RangeInclusive<char>; 14] = [
    '\u{AD}'..='\u{AD}',
    '\u{61C}'..='\u{61C}',
    '\u{115F}'..='\u{1160}',
    '\u{17B4}'..='\u{17B5}',
    '\u{180B}'..='\u{180F}',
    '\u{200B}'..='\u{200F}',
    '\u{202A}'..='\u{202E}',
    '\u{2060}'..='\u{206F}',
    '\u{FE00}'..='\u{FE0F}',
    '\u{FEFF}'..='\u{FEFF}',
    '\u{FFF0}'..='\u{FFF8}',
    '\u{1BCA0}'..='\u{1BCA3}',
    '\u{1D173}'..='\u{1D17A}',
    '\u{E0000}'..='\u{E0FFF}',
];

/// Scripts that are written without spaces between words: Thai to Myanmar, Khmer, and those of Chinese and Japanese.
const UNSPACED: [RangeInclusive<char>; 6] = [
    '\u{E00}'..='\u{EFF}',
    '\u{1000}'..='\u{109F}',
    '\u{1780}'..='\u{17FF}',
    '\u{3040}'..='\u{30FF}',
    '\u{3400}'..='\u{9FFF}',
    '\u{20000}'..='\u{3FFFF}',
];

/// The form in which texts are compared: compatible characters are one, cases are one, accents and what is invisible are
/// gone, and any white space is one space.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|c| push(&mut folded, c.to_ascii_lowercase()));
        return folded;
    }
    for c in DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(text.chars()) {
        match c {
            _ if c.is_ascii() => push(&mut folded, c.to_ascii_lowercase()),
            _ if within(&ACCENTS, c) || within(&INVISIBLE, c) => {}
            // By way of the upper case, because some letters have several lower ones: `ß` and `ss`, `ς` and `σ`.
            _ => c.to_uppercase().flat_map(char::to_lowercase).for_each(|c| push(&mut folded, c)),
        }
    }
    folded
}

/// Whether one word may end and another begin at this place of a folded text.
pub(super) fn parts(text: &str, at: usize) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
    let (Some(before), Some(after)) = (before, after) else { return true };
    let is_bound = |c: char| c.is_alphanumeric() && !within(&UNSPACED, c);
    !(is_bound(before) && is_bound(after))
}

fn push(folded: &mut String, c: char) {
    match c {
        _ if c.is_whitespace() && folded.ends_with(' ') => {}
        _ if c.is_whitespace() => folded.push(' '),
        _ if c.is_control() => {}
        _ => folded.push(c),
    }
}

fn within(ranges: &[RangeInclusive<char>], c: char) -> bool {
    ranges.iter().any(|range| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        for (written, read) in [
            ("Hello", "hello"),
            ("ＨＥＬＬＯ", "hello"),
            ("h\u{200B}e\u{AD}l\u{2060}lo", "hello"),
            ("h\u{301}e\u{336}llo", "hello"),
            ("Ｈéllo", "hello"),
            ("𝒽𝑒𝓁𝓁ℴ", "hello"),
            ("a \t\u{A0}\u{3000}b", "a b"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("Σίσυφος", "σισυφοσ"),
            ("STRASSE Straße", "strasse strasse"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(fold(written), read, "{written}");
        }
    }

    #[test]
    fn marks_that_make_another_letter_stay() {
        assert_ne!(fold("が"), fold("か"));
        assert_ne!(fold("कि"), fold("कु"));
        assert_eq!(fold("ｶﾞ"), fold("ガ"));
    }
}
