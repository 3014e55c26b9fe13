mod server;

use self::server::{Server, answer};
use super::*;
use hmac::{Hmac, KeyInit, Mac};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    io,
    sync::Mutex,
    time::{Duration, Instant},
};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

const SECRET: &[u8] = b"hunter2";
const ALLOW: &str = r#"{"outcome":"ALLOW"}"#;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

fn hook(server: &Server, on_failure: Verdict) -> ReviewHook {
    let timeout = Duration::from_secs(20);
    hook_with(&ReviewConfig { timeout, ..config(server, on_failure) })
}

fn hook_with(config: &ReviewConfig) -> ReviewHook {
    ReviewHook::new(config).unwrap()
}

fn config(server: &Server, on_failure: Verdict) -> ReviewConfig {
    let timeout = Duration::from_millis(50);
    ReviewConfig { url: server.url.parse().unwrap(), secret: SECRET.into(), timeout, on_failure }
}

fn question() -> Review {
    Review {
        room_id: "town-hall".parse().unwrap(),
        user_id: "ada".parse().unwrap(),
        role: Role::Participant,
        kind: MessageKind::Question,
        content: "what is \"that\"?".to_owned(),
        metadata: Some(json!({ "tag": "new" })),
        parent_id: Some("town-hall.42".parse().unwrap()),
        client_message_id: None,
        sent_at: DateTime::from_millis(1_772_366_400_123),
    }
}

#[tokio::test]
async fn the_question_is_signed_and_says_what_is_sent() {
    let mut server = Server::saying(&answer("200 OK", ALLOW)).await;
    let asked_at = DateTime::now().as_secs();
    assert_eq!(hook(&server, Verdict::Refuse).review(&question()).await, Verdict::Allow);
    let asked = server.asked().await;
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    assert!(head.starts_with("POST /review?key=s3cret HTTP/1.1\r\n"), "{head}");
    assert_eq!(header("content-type"), Some("application/json"));
    let timestamp = header("x-plenary-timestamp").unwrap();
    assert!((asked_at..=asked_at + 20).contains(&timestamp.parse().unwrap()), "{timestamp}");
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).unwrap();
    mac.update(format!("{timestamp}.{body}").as_bytes());
    let signature: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(header("x-plenary-signature"), Some(&*format!("v1={signature}")));
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({
            "roomId": "town-hall",
            "userId": "ada",
            "role": "PARTICIPANT",
            "kind": "QUESTION",
            "content": "what is \"that\"?",
            "metadata": { "tag": "new" },
            "parentId": "town-hall.42",
            "clientMessageId": null,
            "sentAt": "2026-03-01T12:00:00.123Z",
        })
    );
}

#[tokio::test]
async fn the_hook_decides() {
    for (outcome, verdict) in
        [("ALLOW", Verdict::Allow), ("HOLD", Verdict::Hold), ("REFUSE", Verdict::Refuse)]
    {
        let body = format!(r#"{{"outcome":"{outcome}","why":"it is so"}}"#);
        let server = Server::saying(&answer("200 OK", &body)).await;
        let other = if verdict == Verdict::Allow { Verdict::Refuse } else { Verdict::Allow };
        assert_eq!(hook(&server, other).review(&question()).await, verdict);
    }
    assert_eq!(ReviewHook::default().review(&question()).await, Verdict::Allow);
}

#[tokio::test]
async fn what_is_no_answer_has_the_configured_outcome() {
    let mut elsewhere = Server::saying(&answer("200 OK", ALLOW)).await;
    let redirect =
        format!("HTTP/1.1 307 Away\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url);
    let padded = format!("{ALLOW}{}", " ".repeat(5000));
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{padded}\r\n0\r\n\r\n",
        padded.len()
    );
    for (reason, said) in [
        ("status", answer("500 Internal Server Error", ALLOW)),
        ("status", answer("204 No Content", "")),
        ("status", redirect),
        ("malformed", answer("200 OK", "ALLOW")),
        ("malformed", answer("200 OK", r#"{"outcome":"PERHAPS"}"#)),
        ("malformed", answer("200 OK", "")),
        ("too_large", answer("200 OK", &padded)),
        ("too_large", chunked),
        ("connection", "HTTP/1.1 200".to_owned()),
        ("connection", "SSH-2.0\r\n\r\n".to_owned()),
    ] {
        let server = Server::saying(&said).await;
        fails(&hook(&server, Verdict::Hold), Verdict::Hold, reason).await;
        fails(&hook(&server, Verdict::Refuse), Verdict::Refuse, reason).await;
    }
    fails(&hook(&Server::absent().await, Verdict::Allow), Verdict::Allow, "connection").await;
    assert!(elsewhere.asked.try_recv().is_err(), "a redirect is not followed");
}

#[tokio::test]
async fn an_answer_has_its_time_up_to_its_last_byte() {
    for said in ["", "HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{"] {
        let server = Server::stopping_after(said).await;
        let began = Instant::now();
        fails(&hook_with(&config(&server, Verdict::Hold)), Verdict::Hold, "timeout").await;
        assert!((50..5000).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn more_than_may_be_asked_about_at_once_are_not() {
    let mut server = Server::saying(&answer("200 OK", ALLOW)).await;
    let hook = hook(&server, Verdict::Refuse);
    let under_way = &hook.hook.as_ref().unwrap().under_way;
    let all = under_way.try_acquire_many(UNDER_WAY as u32).unwrap();
    fails(&hook, Verdict::Refuse, "busy").await;
    assert!(server.asked.try_recv().is_err());
    drop(all);
    assert_eq!(hook.review(&question()).await, Verdict::Allow);
}

#[tokio::test]
async fn the_log_has_one_line_for_an_outage_and_no_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let absent = hook(&Server::absent().await, Verdict::Allow);
    for _ in 0..5 {
        absent.review(&question()).await;
    }
    let mut told = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(told.matches("the review hook fails").count(), 1, "{told}");
    told += &format!("{:?}", config(&Server::absent().await, Verdict::Allow).url);
    for secret in ["hunter2", "s3cret", "what is"] {
        assert!(!told.contains(secret), "{told}");
    }
}

/// The verdict for a failure, and the reason that is counted.
async fn fails(hook: &ReviewHook, verdict: Verdict, reason: &str) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    assert_eq!(hook.review(&question()).await, verdict, "{reason}");
    let counted = format!(r#"plenary_review_failures_total{{reason="{reason}"}} 1"#);
    let metrics = recorder.handle().render();
    assert!(metrics.contains(&counted), "{counted}: {metrics}");
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
