//! A node in a task of Amazon ECS, whose agent is played here.

use super::{
    PATIENCE,
    client::Client,
    cluster::{DataDir, Node, ended, plenary, signal},
};
use axum::{Json, Router, extract::State, http::StatusCode, routing::put};
use serde_json::{Value, json};
use std::{process::Stdio, sync::Arc};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    time::timeout,
};

const FOLLOW: &str = r#"subscription { roomEvents(roomId: "hall") { cursor } }"#;

/// The agent: tells what it is asked, and answers what the test wants.
struct Agent {
    uri: String,
    asked: mpsc::UnboundedReceiver<Value>,
    answers: mpsc::UnboundedSender<(StatusCode, Value)>,
}

type Shared =
    Arc<(mpsc::UnboundedSender<Value>, Mutex<mpsc::UnboundedReceiver<(StatusCode, Value)>>)>;

impl Agent {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/api/0123456789abcdef", listener.local_addr().unwrap());
        let (tell, asked) = mpsc::unbounded_channel();
        let (answers, next) = mpsc::unbounded_channel();
        let shared: Shared = Arc::new((tell, Mutex::new(next)));
        let path = "/api/0123456789abcdef/task-protection/v1/state";
        let router = Router::new().route(path, put(answer)).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { uri, asked, answers }
    }

    async fn asked(&mut self) -> Value {
        timeout(PATIENCE, self.asked.recv()).await.expect("the agent is asked").unwrap()
    }

    fn grant(&self, enabled: bool) {
        let arn = "arn:aws:ecs:eu-central-1:123456789012:task/chat/1";
        let mut protection = json!({ "ProtectionEnabled": enabled, "TaskArn": arn });
        if enabled {
            protection["ExpirationDate"] = "2100-01-01T00:00:00.000Z".into();
        }
        self.answers.send((StatusCode::OK, json!({ "protection": protection }))).unwrap();
    }

    fn refuse(&self) {
        let error = json!({ "Code": "ThrottlingException", "Message": "Rate exceeded" });
        self.answers.send((StatusCode::BAD_REQUEST, json!({ "error": error }))).unwrap();
    }
}

async fn answer(
    State(shared): State<Shared>,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    shared.0.send(body).unwrap();
    let (status, answer) = shared.1.lock().await.recv().await.unwrap();
    (status, Json(answer))
}

#[tokio::test]
async fn a_task_with_enough_sockets_is_protected_until_its_node_drains() {
    let (data, mut agent) = (DataDir::new(), Agent::start().await);
    let arguments = ["--memory", "--drain-spread", "100ms", "--ecs-agent-uri", &agent.uri];
    let arguments = [&arguments[..], &["--task-protection-sockets", "2"]].concat();
    let mut node = Node::start(&data, &arguments).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let _socket = host.subscribe(FOLLOW, Value::Null).await;
    let status = node.status().await["taskProtection"].clone();
    let none = json!({ "sockets": 2, "protectedUntil": null, "failures": 0, "lastError": null });
    assert_eq!(status, none);

    // An event stream counts as well.
    let _stream = host.stream(FOLLOW, Value::Null).await;
    let wanted = json!({ "ProtectionEnabled": true, "ExpiresInMinutes": 60 });
    assert_eq!(agent.asked().await, wanted);
    agent.refuse();
    // It is asked again, and meanwhile operators see why.
    assert_eq!(agent.asked().await, wanted);
    let status = node.status().await["taskProtection"].clone();
    assert_eq!(status["lastError"], "ThrottlingException: Rate exceeded");
    assert_eq!((&status["failures"], &status["protectedUntil"]), (&json!(1), &Value::Null));
    assert_eq!(node.metric("plenary_task_protected").await as u8, 0);
    agent.grant(true);
    let protected = async { while node.metric("plenary_task_protected").await < 1.0 {} };
    timeout(PATIENCE, protected).await.expect("the task is protected");
    let status = node.status().await["taskProtection"].clone();
    assert!(status["protectedUntil"].is_number() && status["lastError"].is_null(), "{status}");
    assert_eq!(node.metric("plenary_task_protection_requests_total").await as u8, 2);

    signal(&node.child, "-TERM").await;
    assert_eq!(agent.asked().await, json!({ "ProtectionEnabled": false }));
    agent.grant(false);
    assert!(ended(&mut node.child).await.success());
}

/// Neither an agent that is away nor one that does not answer is waited for.
#[tokio::test]
async fn an_agent_that_does_not_answer_harms_nobody() {
    let (data, mut agent) = (DataDir::new(), Agent::start().await);
    let arguments = ["--memory", "--drain-spread", "100ms", "--ecs-agent-uri", &agent.uri];
    let arguments = [&arguments[..], &["--task-protection-sockets", "1"]].concat();
    let mut node = Node::start(&data, &arguments).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let _stream = host.stream(FOLLOW, Value::Null).await;
    agent.asked().await;
    host.send("hall", "nobody waits").await;
    assert!(node.terminate().await.success());
}

#[tokio::test]
async fn without_an_agent_the_option_ends_the_process() {
    let data = DataDir::new();
    let mut command = plenary(&["serve", "--memory", "--listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(&data.0).env("TASK_PROTECTION_SOCKETS", "100");
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let output = timeout(PATIENCE, command.output()).await.expect("it ends").unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("TASK_PROTECTION_SOCKETS") && said.contains("ECS_AGENT_URI"), "{said}");
}
