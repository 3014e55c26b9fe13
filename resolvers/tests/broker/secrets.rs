//! Passwords, user names, TLS, metrics.

use crate::{connect, is_down, is_up, next, payload, server::Server, subscribed};
use metrics_exporter_prometheus::PrometheusBuilder;
use resolvers::source::{
    broker::{BrokerEvent, RedisConfig},
    limiter::{Action, Admit, Limiter, Rules, TokenBucket},
};
use schema::RoomId;
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

/// Named in the environment of a process that trusts the certificate of this server.
const TLS_URL: &str = "PLENARY_TEST_TLS_URL";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

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

#[tokio::test]
async fn neither_user_name_nor_password_is_ever_told() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start().await;
    let _: String = server
        .ask(&["ACL", "SETUSER", "lovelace", "on", ">hunter2", "+@all", "-publish", "allchannels"])
        .await;
    let mut told = String::new();

    let wrong = format!("redis://lovelace:hunter3@127.0.0.1:{}", server.port);
    let broker = connect(&wrong);
    is_down(&broker, "WRONGPASS").await;
    told += &format!("{:?} {:?}", broker.status(), RedisConfig::parse([&wrong]).unwrap());

    let broker = connect(&format!("redis://lovelace:hunter2@127.0.0.1:{}", server.port));
    let mut subscription = broker.subscribe(&RoomId::generate());
    subscribed(&mut subscription).await;
    broker.publish(&RoomId::generate(), payload("not allowed, and the refusal names the user"));
    let _: String = server.ask(&["ACL", "SETUSER", "lovelace", "-subscribe"]).await;
    assert_eq!(next(&mut broker.subscribe(&RoomId::generate())).await, BrokerEvent::Disconnected);
    told += &format!("{:?}", broker.status());

    let malformed = RedisConfig::parse(["redis://lovelace:hunter2@host:port"]).unwrap_err();
    told += &format!("{malformed} {malformed:?}");
    told += std::str::from_utf8(&log.0.lock().unwrap()).unwrap();
    assert!(told.contains("NOPERM"), "{told}");
    assert!(!told.contains("hunter") && !told.contains("lovelace"), "{told}");
}

#[tokio::test]
async fn metrics_tell_what_went_through_and_what_did_not() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let mut server = Server::start().await;
    let (broker, room) = (connect(&server.url()), RoomId::generate());
    let mut subscription = broker.subscribe(&room);
    subscribed(&mut subscription).await;
    broker.publish(&room, payload("hello"));
    assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload("hello")));
    is_up(&broker).await;
    crate::eventually("it is counted", async || {
        metrics.render().contains("plenary_broker_published_total 1")
    })
    .await;
    assert!(metrics.render().contains("plenary_broker_received_total 1"), "{}", metrics.render());
    assert!(metrics.render().contains("plenary_broker_up 1"), "{}", metrics.render());

    server.stop();
    assert_eq!(next(&mut subscription).await, BrokerEvent::Disconnected);
    broker.publish(&room, payload("lost"));
    assert!(
        metrics.render().contains(r#"plenary_broker_dropped_total{reason="disconnected"} 1"#),
        "{}",
        metrics.render()
    );
    is_down(&broker, "").await;
    assert!(metrics.render().contains("plenary_broker_up 0"), "{}", metrics.render());

    server.run().await;
    subscribed(&mut subscription).await;
    is_up(&broker).await;
    assert!(metrics.render().contains("plenary_broker_reconnects_total 1"), "{}", metrics.render());
}

#[tokio::test]
async fn the_limiter_counts_its_decisions_and_tells_no_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let recorder = PrometheusBuilder::new().build_recorder();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    let server = Server::start().await;
    let wrong = format!("redis://lovelace:hunter3@127.0.0.1:{}", server.port);
    let limiter = Limiter::redis(RedisConfig::parse([&wrong]).unwrap());
    let logged = || String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    crate::eventually("it is logged", async || logged().contains("WRONGPASS")).await;

    let user = TokenBucket::per_second(1, 1);
    let admit = Admit {
        room: RoomId::generate(),
        user: "ada".parse().unwrap(),
        action: Action::Report,
        rules: Rules { user, ..Rules::default() },
        text: None,
    };
    limiter.admit(&admit).await.unwrap();
    limiter.admit(&admit).await.unwrap_err();
    let metrics = recorder.handle().render();
    for expected in [
        "plenary_limiter_up 0",
        "plenary_limiter_fallbacks_total 2",
        r#"plenary_limiter_decisions_total{action="report",outcome="admitted"} 1"#,
        r#"plenary_limiter_decisions_total{action="report",outcome="rate_limited"} 1"#,
    ] {
        assert!(metrics.contains(expected), "{metrics}");
    }
    assert_eq!(logged().matches("WARN").count(), 1, "{}", logged());
    assert!(!logged().contains("hunter3") && !logged().contains("lovelace"), "{}", logged());
}

#[tokio::test]
async fn a_server_is_reached_over_tls_when_its_certificate_is_trusted_and_else_not() {
    if let Some(url) = std::env::var_os(TLS_URL) {
        return deliver_over_tls(url.to_str().unwrap()).await;
    }
    let mut server = Server::absent();
    let tls_port = crate::server::free_port();
    let (key, certificate) = server.certificate();
    let port = tls_port.to_string();
    server.options(&["--tls-port", &port, "--tls-cert-file", &certificate, "--tls-key-file", &key]);
    server.options(&["--tls-auth-clients", "no", "--tls-ca-cert-file", &certificate]);
    server.run().await;

    let url = format!("rediss://localhost:{tls_port}");
    is_down(&connect(&url), "certificate").await;
    let test = "secrets::a_server_is_reached_over_tls_when_its_certificate_is_trusted_and_else_not";
    let trusting = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(TLS_URL, &url)
        .env("SSL_CERT_FILE", &certificate)
        .output()
        .await
        .unwrap();
    assert!(trusting.status.success(), "{trusting:?}");
    assert!(String::from_utf8_lossy(&trusting.stdout).contains("1 passed"), "{trusting:?}");
}

async fn deliver_over_tls(url: &str) {
    let (broker, room) = (connect(url), RoomId::generate());
    let mut subscription = broker.subscribe(&room);
    subscribed(&mut subscription).await;
    broker.publish(&room, payload("hello"));
    assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload("hello")));
}
