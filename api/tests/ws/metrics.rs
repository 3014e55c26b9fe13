//! What the node tells about its connections.

use crate::support::Server;
use api::telemetry::Recorder;
use tokio::runtime;
use tokio_tungstenite::tungstenite::Message;

#[test]
fn connections_subscriptions_messages_and_ends_are_counted() {
    let recorder = Recorder::new();
    let counted = |line: &str| {
        let page = recorder.snapshot().to_string();
        assert!(page.lines().any(|other| other == line), "{line} is missing in:\n{page}");
    };
    // One thread, because the recorder of a test is that of its thread.
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let server = Server::default();
            let mut client = server.connect().await;
            client.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
            counted("plenary_ws_connections 1");
            counted("plenary_subscriptions 1");
            // The acknowledgement and the pong, each with its head.
            counted("plenary_ws_sent_total 2");
            counted("plenary_ws_sent_bytes_total 44");
            client.send_frame(Message::text("{")).await;
            assert_eq!(client.close_code().await, 4400);
            server.connections(0).await;
            counted("plenary_ws_connections 0");
            counted("plenary_subscriptions 0");
            counted("plenary_ws_closed_total{code=\"4400\"} 1");
        });
    });
}
