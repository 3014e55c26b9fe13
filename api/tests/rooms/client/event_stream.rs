//! A subscription as an event stream, on a socket of its own so that a test can stop reading it.

use super::super::PATIENCE;
use super::Client;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

/// The answer to a request that accepts events.
pub(crate) struct EventStream {
    reader: BufReader<TcpStream>,
    /// The head of the answer.
    pub(crate) head: String,
    text: String,
}

/// What a stream says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Next(Value),
    Complete,
    Comment(String),
    /// The stream is over, or its connection.
    End,
}

impl Client {
    /// Subscribes, and returns once the head of the answer is there.
    pub(crate) async fn stream(&self, query: &str, variables: Value) -> EventStream {
        let stream = TcpStream::connect(self.address).await.unwrap();
        self.stream_on(stream, query, variables).await
    }

    /// The same, on a socket that the test has made.
    pub(crate) async fn stream_on(
        &self,
        mut stream: TcpStream,
        query: &str,
        variables: Value,
    ) -> EventStream {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: plenary.example\r\nauthorization: Bearer {}\r\n\
             accept: text/event-stream\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let (mut reader, mut head) = (BufReader::with_capacity(1024, stream), String::new());
        while !head.ends_with("\r\n\r\n") {
            let line = timeout(PATIENCE, reader.read_line(&mut head)).await.expect("a head");
            assert_ne!(line.unwrap(), 0, "{head}");
        }
        EventStream { reader, head, text: String::new() }
    }
}

impl EventStream {
    /// The status of the answer.
    pub(crate) fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    /// What is said next, comments included.
    pub(crate) async fn said(&mut self) -> Said {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let said = parse(event);
                self.text = rest.to_owned();
                return said;
            }
            match timeout(PATIENCE, self.chunk()).await.expect("something is said") {
                Some(chunk) => self.text.push_str(&chunk),
                None => return Said::End,
            }
        }
    }

    /// The value of the root field in the next result.
    pub(crate) async fn next(&mut self) -> Value {
        let result = self.result().await;
        assert!(result["errors"].is_null(), "{result}");
        result["data"].as_object().unwrap().values().next().unwrap().clone()
    }

    /// The next result.
    pub(crate) async fn result(&mut self) -> Value {
        loop {
            match self.said().await {
                Said::Next(result) => return result,
                Said::Comment(_) => {}
                other => panic!("a result was expected, not {other:?}"),
            }
        }
    }

    /// Events of `roomEvents`, batch after batch, until there are so many.
    pub(crate) async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            events.extend(self.next().await["events"].as_array().unwrap().iter().cloned());
        }
        events
    }

    /// The last comment before the stream ends, after any number of results.
    pub(crate) async fn farewell(&mut self) -> String {
        let mut last = String::new();
        loop {
            match self.said().await {
                Said::End => return last,
                Said::Comment(comment) => last = comment,
                Said::Next(_) => {}
                Said::Complete => panic!("it was to be broken off"),
            }
        }
    }

    async fn chunk(&mut self) -> Option<String> {
        let mut size = String::new();
        self.reader.read_line(&mut size).await.ok().filter(|read| *read > 0)?;
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let mut chunk = vec![0; size + 2];
        self.reader.read_exact(&mut chunk).await.ok()?;
        chunk.truncate(size);
        (size > 0).then(|| String::from_utf8(chunk).unwrap())
    }
}

fn parse(event: &str) -> Said {
    if let Some(comment) = event.strip_prefix(':') {
        return Said::Comment(comment.trim().to_owned());
    }
    match event.split_once('\n') {
        Some(("event: next", data)) => {
            Said::Next(serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap())
        }
        Some(("event: complete", "data: ")) => Said::Complete,
        _ => panic!("{event}"),
    }
}
