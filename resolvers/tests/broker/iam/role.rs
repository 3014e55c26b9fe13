//! Where a task finds the credentials of its role: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>.

use schema::DateTime;
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Hands out credentials that are about to end, so that they are asked for again with each connection.
pub(super) struct Role {
    port: u16,
    shared: Arc<Mutex<Vec<Credentials>>>,
}

#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub(super) key: String,
    pub(super) secret: String,
    pub(super) session: String,
}

impl Role {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, shared) = (listener.local_addr().unwrap().port(), Arc::default());
        let role = Self { port, shared };
        role.rotate();
        let shared = Arc::clone(&role.shared);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                // The head of a GET is small.
                let _ = stream.read(&mut [0; 4096]).await;
                let body = last(&shared).document();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                     connection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        role
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/role", self.port)
    }

    /// From now on there are others.
    pub(super) fn rotate(&self) {
        let mut all = self.shared.lock().unwrap();
        let number = all.len();
        all.push(Credentials {
            key: format!("ASIAEXAMPLE{number}"),
            secret: format!("secret/of+{number}hunter2"),
            session: format!("session+of/{number}hunter2=="),
        });
    }

    pub(super) fn credentials(&self) -> Credentials {
        last(&self.shared)
    }

    /// What must not be told, also as it stands in a URL.
    pub(super) fn secrets(&self) -> Vec<String> {
        let all = self.shared.lock().unwrap();
        let of = |it: &Credentials| [it.secret.clone(), it.session.clone(), "hunter2".to_owned()];
        all.iter().flat_map(of).collect()
    }
}

impl Credentials {
    fn document(&self) -> String {
        let expiry = DateTime::now().plus(Duration::from_secs(30));
        json!({
            "AccessKeyId": self.key, "SecretAccessKey": self.secret, "Token": self.session,
            "Expiration": expiry.to_string(), "RoleArn": "arn:aws:iam::123456789012:role/plenary-task",
        })
        .to_string()
    }
}

fn last(shared: &Mutex<Vec<Credentials>>) -> Credentials {
    shared.lock().unwrap().last().unwrap().clone()
}
