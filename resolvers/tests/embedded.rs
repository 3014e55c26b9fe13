//! The embedded DynamoDB as a process sees it: files, ports, locks, a kill in the middle, and who may reach it.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "embedded/door.rs"]
mod door;
#[path = "embedded/process.rs"]
mod process;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, AttributeValue::S},
};
use process::{Folder, Served};
use resolvers::source::{
    client::{self, Endpoint},
    definition::{PK, SK, create_table},
    embedded::{Embedded, StartError, Storage},
};
use std::{
    collections::HashMap,
    io::Read,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::time::Instant;

const TABLE: &str = "plenary";
const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

#[tokio::test]
async fn a_restart_keeps_the_items() {
    let folder = Folder::new();
    let first = start(&folder.file());
    let client = connect(&first).await;
    create_table(&client, TABLE).await.unwrap();
    put(&client, 1).await.unwrap();
    drop(first);

    let second = start(&folder.file());
    let client = connect(&second).await;
    create_table(&client, TABLE).await.unwrap();
    assert!(has(&client, 1).await);
}

#[tokio::test]
async fn memory_keeps_nothing() {
    let first = Embedded::start(&Storage::Memory, ANY_PORT).unwrap();
    create_table(&connect(&first).await, TABLE).await.unwrap();
    drop(first);
    let second = Embedded::start(&Storage::Memory, ANY_PORT).unwrap();
    assert!(put(&connect(&second).await, 1).await.is_err());
}

/// 16 writers at once while the process is killed without warning, several times over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_keeps_everything_acknowledged() {
    let folder = Folder::new();
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let mut server = Served::spawn(&folder.file());
        let client = client::connect(&Endpoint::Local(server.endpoint.clone())).await;
        create_table(&client, TABLE).await.unwrap();
        acknowledged.extend(write_until_killed(&client, &mut server, round * 100_000).await);
    }
    let embedded = start(&folder.file());
    let client = connect(&embedded).await;
    assert!(acknowledged.len() >= 150);
    for number in acknowledged {
        assert!(has(&client, number).await, "item {number} was acknowledged and is gone");
    }
}

async fn write_until_killed(client: &Client, server: &mut Served, first: usize) -> Vec<usize> {
    let count = std::sync::Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let (client, count) = (client.clone(), count.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for number in (first + writer..).step_by(16) {
                    if put(&client, number).await.is_err() {
                        return acknowledged;
                    }
                    acknowledged.push(number);
                    count.fetch_add(1, Ordering::Relaxed);
                }
                acknowledged
            })
        })
        .collect();
    while count.load(Ordering::Relaxed) < 50 {
        tokio::task::yield_now().await;
    }
    server.child.kill().unwrap();
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    acknowledged
}

#[test]
fn a_file_belongs_to_one_process() {
    let folder = Folder::new();
    let mut server = Served::spawn(&folder.file());
    let refused = Embedded::start(&Storage::File(folder.file()), ANY_PORT).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("{} is in use by another process", folder.file().display())
    );

    server.child.kill().unwrap();
    server.child.wait().unwrap();
    start(&folder.file());
}

#[test]
fn a_file_belongs_to_one_table_of_a_process() {
    let folder = Folder::new();
    let first = start(&folder.file());
    assert!(matches!(
        Embedded::start(&Storage::File(folder.file()), ANY_PORT),
        Err(StartError::InUse(_))
    ));
    drop(first);
    start(&folder.file());
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let _embedded = start(&folder.file());
    for file in std::fs::read_dir(folder.file().parent().unwrap()).unwrap() {
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            file.path()
        );
    }
}

#[test]
fn a_file_that_is_no_table_is_refused_and_left_alone() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.file().parent().unwrap()).unwrap();
    std::fs::write(
        folder.file(),
        "a letter, not a database; long enough to have a header's length".repeat(20),
    )
    .unwrap();
    let before = std::fs::read(folder.file()).unwrap();
    assert!(matches!(
        Embedded::start(&Storage::File(folder.file()), ANY_PORT),
        Err(StartError::Engine(_))
    ));
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = Folder::new();
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("file"), "").unwrap();
    let path = folder.0.join("file/table.sqlite");
    let refused = Embedded::start(&Storage::File(path.clone()), ANY_PORT).unwrap_err();
    assert_eq!(refused.to_string(), format!("cannot open {}", path.display()));
}

#[tokio::test(start_paused = true)]
async fn a_table_that_is_down_is_an_error_soon() {
    let nobody = {
        let listener = TcpListener::bind(ANY_PORT).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let silent = TcpListener::bind(ANY_PORT).unwrap();
    for url in [nobody, format!("http://{}", silent.local_addr().unwrap())] {
        let client = client::connect(&Endpoint::Local(url)).await;
        let asked = Instant::now();
        assert!(put(&client, 1).await.is_err());
        assert!(asked.elapsed() <= Duration::from_secs(9), "{:?}", asked.elapsed());
    }
}

#[tokio::test]
async fn a_client_outlives_a_restart_of_the_table() {
    let folder = Folder::new();
    let first = start(&folder.file());
    let client = connect(&first).await;
    create_table(&client, TABLE).await.unwrap();
    let address = address(&first);
    drop(first);
    assert!(put(&client, 1).await.is_err());
    let _second = Embedded::start(&Storage::File(folder.file()), address).unwrap();
    put(&client, 1).await.unwrap();
}

/// Not a test: what [`Served`] runs in a process of its own.
#[test]
#[ignore = "the child of other tests"]
fn serve_a_file() {
    let Some(file) = std::env::var_os("PLENARY_TEST_FILE") else { return };
    let embedded = start(Path::new(&file));
    println!("\nserving {}", embedded.endpoint());
    // Until the parent kills it, or ends and closes the pipe.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn start(file: &Path) -> Embedded {
    Embedded::start(&Storage::File(file.to_owned()), ANY_PORT).unwrap()
}

fn address(embedded: &Embedded) -> SocketAddr {
    embedded.endpoint().strip_prefix("http://").unwrap().parse().unwrap()
}

async fn connect(embedded: &Embedded) -> Client {
    client::connect(&Endpoint::Local(embedded.endpoint())).await
}

async fn put(client: &Client, number: usize) -> Result<(), aws_sdk_dynamodb::Error> {
    let mut item = key(number);
    item.insert("text".to_owned(), S(number.to_string()));
    client.put_item().table_name(TABLE).set_item(Some(item)).send().await?;
    Ok(())
}

async fn has(client: &Client, number: usize) -> bool {
    let get = client.get_item().table_name(TABLE).set_key(Some(key(number)));
    let got = get.consistent_read(true).send().await.unwrap();
    got.item.is_some_and(|item| item["text"] == S(number.to_string()))
}

fn key(number: usize) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (PK.to_owned(), S("LOG#r#0".to_owned())),
        (SK.to_owned(), S(format!("{number:012}"))),
    ])
}
