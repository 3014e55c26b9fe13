//! The negotiation of per-message deflate (RFC 7692, sections 5 and 7.1).

/// Per-message deflate as it was agreed upon, with no context that outlives a message on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deflate {
    /// The client wants to be told how large a window may be.
    names_window: bool,
}

/// Deflate's own, and the only one that is compressed with here.
const WINDOW_BITS: &str = "15";

impl Deflate {
    /// Takes the first offer of a client's `Sec-WebSocket-Extensions` that can be met.
    pub fn negotiate<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        lines.into_iter().flat_map(|line| line.split(',')).find_map(Self::accept)
    }

    /// The value of the answer's `Sec-WebSocket-Extensions`.
    #[must_use]
    pub fn answer(self) -> &'static str {
        match self.names_window {
            true => {
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                 server_max_window_bits=15"
            }
            false => "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        }
    }

    fn accept(offer: &str) -> Option<Self> {
        let mut parts = offer.split(';').map(str::trim);
        if parts.next()? != "permessage-deflate" {
            return None;
        }
        let mut seen = Vec::new();
        let mut names_window = false;
        for part in parts {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim_end(), Some(unquoted(value.trim_start()))),
                None => (part, None),
            };
            match (name, value) {
                _ if seen.contains(&name) => return None,
                ("server_no_context_takeover" | "client_no_context_takeover", None) => {}
                ("client_max_window_bits", None) => {}
                ("client_max_window_bits", Some(bits)) if is_window(bits) => {}
                ("server_max_window_bits", Some(WINDOW_BITS)) => names_window = true,
                _ => return None,
            }
            seen.push(name);
        }
        Some(Self { names_window })
    }
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

/// A whole number from 8 to 15 without leading zeros.
fn is_window(bits: &str) -> bool {
    matches!(bits, "8" | "9" | "10" | "11" | "12" | "13" | "14" | "15")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str =
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    const WITH_WINDOW: &str = "permessage-deflate; server_no_context_takeover; \
                               client_no_context_takeover; server_max_window_bits=15";

    #[test]
    fn the_first_offer_that_can_be_met_is_taken() {
        for (offers, answer) in [
            (&[""][..], None),
            (&["x-webkit-deflate-frame"], None),
            (&["permessage-deflate"], Some(PLAIN)),
            (&["permessage-deflate; client_max_window_bits"], Some(PLAIN)),
            (&["permessage-deflate; client_max_window_bits=10"], Some(PLAIN)),
            (&["permessage-deflate;client_max_window_bits = \"10\""], Some(PLAIN)),
            (&["permessage-deflate; client_max_window_bits=7"], None),
            (&["permessage-deflate; client_max_window_bits=010"], None),
            (&["permessage-deflate; server_no_context_takeover"], Some(PLAIN)),
            (&["permessage-deflate; client_no_context_takeover"], Some(PLAIN)),
            (&["permessage-deflate; client_no_context_takeover=1"], None),
            (&["permessage-deflate; server_max_window_bits"], None),
            (&["permessage-deflate; server_max_window_bits=10"], None),
            (&["permessage-deflate; server_max_window_bits=15"], Some(WITH_WINDOW)),
            (&["permessage-deflate; server_max_window_bits=10, permessage-deflate"], Some(PLAIN)),
            (&["foo; bar=1", "permessage-deflate"], Some(PLAIN)),
            (&["permessage-deflate; what"], None),
            (&["permessage-deflate; server_no_context_takeover; server_no_context_takeover"], None),
        ] {
            let agreed = Deflate::negotiate(offers.iter().copied());
            assert_eq!(agreed.map(Deflate::answer), answer, "{offers:?}");
        }
    }
}
