//! JSON of strangers: how much of it is read.

/// Values of one request, whatever they are. As text they are small; in memory a value has a hundred times its two bytes.
const MAX_VALUES: usize = 10_000;

/// Whether a text has few enough values to be parsed, told without building anything.
///
/// The keys of objects do not count. An empty list or object counts twice: what is counted too high is refused, what is
/// counted too low would be built.
pub(crate) fn is_bounded(json: &[u8]) -> bool {
    let mut bytes = json.iter();
    let mut values = 1;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            // What is in a list or an object is one more than its commas.
            b',' | b'[' | b'{' => values += 1,
            _ => {}
        }
        if values > MAX_VALUES {
            return false;
        }
    }
    true
}

fn skip_string<'a>(bytes: &mut impl Iterator<Item = &'a u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(item: &str, count: usize) -> String {
        format!("[{}]", vec![item; count].join(", "))
    }

    #[test]
    fn values_are_counted_but_not_keys_nor_what_strings_hold() {
        for (item, each) in
            [("1", 1), ("{\"a\": 1}", 2), ("[[1]]", 3), ("\"[,\\\",{\"", 1), ("{}", 2)]
        {
            let fits = (MAX_VALUES - 1) / each;
            assert!(is_bounded(list(item, fits).as_bytes()), "{item}");
            assert!(!is_bounded(list(item, fits + 1).as_bytes()), "{item}");
        }
    }
}
