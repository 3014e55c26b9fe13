//! In which encoding a file is sent: the web build leaves a `.br` and a `.gz` beside each file that shrinks, so that a request
//! costs no compression.

use axum::http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};

/// An encoding that the web build writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// The smaller one. Browsers take it over https, and from this machine.
    Brotli,
    /// The one that everybody takes.
    Gzip,
}

impl Encoding {
    /// Those that the client takes, the smallest first. It may weigh them, but whoever takes two is served best by the smaller.
    pub(super) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Self> {
        [Self::Brotli, Self::Gzip].into_iter().filter(|encoding| encoding.is_accepted(headers))
    }

    /// What a file's name ends with.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// Its name in `Content-Encoding`.
    pub(super) fn name(self) -> HeaderValue {
        HeaderValue::from_static(self.token())
    }

    fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// `*` stands for what is not named (RFC 9110, 12.5.3).
    fn is_accepted(self, headers: &HeaderMap) -> bool {
        let mut anything = false;
        let values =
            headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for range in values.flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let is_wanted = !parts.any(is_zero);
            if name.eq_ignore_ascii_case(self.token()) {
                return is_wanted;
            }
            anything |= name == "*" && is_wanted;
        }
        anything
    }
}

/// Whether a parameter says that something is not wanted: `q=0`, `q=0.000`.
fn is_zero(parameter: &str) -> bool {
    let weight = parameter.strip_prefix(['q', 'Q']).and_then(|rest| rest.strip_prefix('='));
    weight.and_then(|weight| weight.parse::<f32>().ok()).is_some_and(|weight| weight <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Encoding::*};
    use axum::http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};

    #[test]
    fn a_client_gets_an_encoding_that_it_takes() {
        let cases: [(&[&'static str], &[Encoding]); 11] = [
            (&[], &[]),
            (&[""], &[]),
            (&["identity"], &[]),
            (&["gzip"], &[Gzip]),
            (&["GZIP, deflate"], &[Gzip]),
            (&["gzip, deflate, br, zstd"], &[Brotli, Gzip]),
            (&["gzip;q=1.0, br;q=0.5"], &[Brotli, Gzip]),
            (&["gzip", "br"], &[Brotli, Gzip]),
            (&["br;q=0, gzip; q=0.000"], &[]),
            (&["*"], &[Brotli, Gzip]),
            (&["*, br;q=0"], &[Gzip]),
        ];
        for (accepted, expected) in cases {
            let values = accepted.iter().map(|text| HeaderValue::from_static(text));
            let mut headers = HeaderMap::new();
            values.for_each(|value| _ = headers.append(ACCEPT_ENCODING, value));
            let found: Vec<Encoding> = Encoding::accepted(&headers).collect();
            assert_eq!(found, expected, "{accepted:?}");
        }
    }
}
