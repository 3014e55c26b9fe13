//! Which of the two media types of GraphQL over HTTP a client wants.

use super::refusal::Refusal;
use axum::http::{HeaderMap, HeaderValue, header::ACCEPT};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`: whatever the request, the status is that of the transport.
    Json,
    /// `application/graphql-response+json`: the status tells about the request.
    GraphqlResponse,
    /// `text/event-stream`: server-sent events, for operations of every kind.
    EventStream,
}

/// How much a client wants something, in thousandths, and how precisely it said so.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Wish {
    precision: Precision,
    quality: u16,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    #[default]
    Unsaid,
    Anything,
    Application,
    Exact,
}

impl MediaType {
    /// Reads `Accept`; without one the answer is `application/json`.
    pub(super) fn negotiate(headers: &HeaderMap) -> Result<Self, Refusal> {
        let (mut json, mut graphql, mut events) =
            (Wish::default(), Wish::default(), Wish::default());
        let mut ranges = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .peekable();
        if ranges.peek().is_none_or(|range| range.trim().is_empty()) {
            return Ok(Self::Json);
        }
        for range in ranges {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts.find_map(quality).unwrap_or(1000);
            json.hear(&name, "application/json", quality);
            graphql.hear(&name, "application/graphql-response+json", quality);
            events.hear(&name, "text/event-stream", quality);
        }
        // Many clients list it behind JSON for all they ask; only who wants it more gets it.
        if events.precision == Precision::Exact
            && events.quality > json.quality.max(graphql.quality)
        {
            return Ok(Self::EventStream);
        }
        match (json.quality, graphql.quality) {
            (0, 0) => Err(Refusal::not_acceptable()),
            (json, graphql_quality) if graphql_quality > json => Ok(Self::GraphqlResponse),
            // Wanted as much, the newer one goes to those who know its name.
            (json, graphql_quality)
                if graphql_quality == json && graphql.precision == Precision::Exact =>
            {
                Ok(Self::GraphqlResponse)
            }
            _ => Ok(Self::Json),
        }
    }

    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }
}

impl Wish {
    fn hear(&mut self, range: &str, media_type: &str, quality: u16) {
        let precision = match range {
            "*/*" => Precision::Anything,
            "application/*" if media_type.starts_with("application/") => Precision::Application,
            exact if exact == media_type => Precision::Exact,
            _ => return,
        };
        if precision > self.precision {
            *self = Self { precision, quality };
        }
    }
}

fn quality(parameter: &str) -> Option<u16> {
    let value: f32 = parameter
        .strip_prefix("q=")
        .or_else(|| parameter.strip_prefix("Q="))?
        .trim()
        .parse()
        .ok()?;
    // Between 0 and 1000 after the clamp; a NaN becomes 0.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    Some((value.clamp(0.0, 1.0) * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_chooses() {
        let json = Some(MediaType::Json);
        let graphql = Some(MediaType::GraphqlResponse);
        let events = Some(MediaType::EventStream);
        for (accept, expected) in [
            ("", json),
            ("*/*", json),
            ("application/*", json),
            ("application/json", json),
            ("Application/JSON; charset=utf-8", json),
            ("application/graphql-response+json", graphql),
            ("application/graphql-response+json; charset=utf-8, application/json;q=0.9", graphql),
            ("application/json, application/graphql-response+json;q=0.9", json),
            (
                "application/graphql-response+json, application/json, text/event-stream, multipart/mixed",
                graphql,
            ),
            ("application/json;q=0, */*", graphql),
            ("application/graphql-response+json;q=0.5, */*;q=0.8", json),
            ("text/html, */*;q=0.1", json),
            ("text/event-stream", events),
            ("text/event-stream, multipart/mixed", events),
            ("text/event-stream, application/json;q=0.9, */*;q=0.1", events),
            ("text/event-stream, application/json", json),
            ("text/event-stream, */*", json),
            ("text/event-stream;q=0", None),
            ("text/*", None),
            ("text/html", None),
            ("application/json;q=0", None),
            ("text/plain, application/graphql+json", None),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(MediaType::negotiate(&headers).ok(), expected, "{accept}");
        }
        assert_eq!(MediaType::negotiate(&HeaderMap::new()).ok(), json);
    }
}
