//! The limiter over real servers: one budget for all nodes, all or nothing, and chat that goes on without Redis.

use crate::{cluster::Cluster, eventually, server::Server};
use resolvers::source::{
    broker::RedisConfig,
    limiter::{Action, Admit, Fingerprint, Limiter, Rules, Status, TokenBucket, WhenMaySend},
};
use schema::{Error, ErrorCode};
use std::time::Duration;
use tokio::time::Instant;

/// So long that no token grows while a test runs.
const NEVER: Duration = Duration::from_secs(3600);

fn node(url: &str) -> Limiter {
    Limiter::redis(RedisConfig::parse([url]).unwrap())
}

async fn shared(limiter: &Limiter) {
    eventually("the nodes count together", async || limiter.status() == Status::Shared).await;
}

/// Two nodes of one server.
async fn nodes(server: &Server) -> [Limiter; 2] {
    let nodes = [node(&server.url()), node(&server.url())];
    for node in &nodes {
        shared(node).await;
    }
    nodes
}

fn tokens(burst: u32) -> Option<TokenBucket> {
    Some(TokenBucket { every: NEVER, burst })
}

fn admit(user: &str, rules: Rules) -> Admit {
    let room = "town-hall".parse().ok();
    Admit { room, user: user.parse().unwrap(), action: Action::Send, rules, text: None }
}

fn saying(text: &str, admit: Admit) -> Admit {
    Admit { text: Some(Fingerprint::of(text)), ..admit }
}

/// The outcome, and in whole seconds when to come back.
async fn outcome(limiter: &Limiter, admit: &Admit) -> Result<(), (ErrorCode, u64)> {
    limiter.admit(admit).await.map_err(|refusal| {
        let (Error::SlowMode { retry_after }
        | Error::DuplicateContent { retry_after }
        | Error::RoomBusy { retry_after }
        | Error::RateLimited { retry_after: Some(retry_after) }) = refusal
        else {
            panic!("{refusal:?} has no time")
        };
        (refusal.code(), retry_after.as_millis().div_ceil(1000) as u64)
    })
}

async fn admitted(limiter: &Limiter, admit: &Admit, times: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..times {
        admitted += usize::from(limiter.admit(admit).await.is_ok());
    }
    admitted
}

#[tokio::test]
async fn two_nodes_share_one_budget() {
    let server = Server::start().await;
    let [ours, theirs] = nodes(&server).await;
    let ada = admit("ada", Rules { user: tokens(10), ..Rules::default() });
    let all = tokio::join!(admitted(&ours, &ada, 20), admitted(&theirs, &ada, 20));
    assert_eq!(all.0 + all.1, 10);
    assert_eq!(outcome(&theirs, &ada).await, Err((ErrorCode::RateLimited, 3600)));
    let grace = admit("grace", ada.rules);
    assert_eq!(outcome(&theirs, &grace).await, Ok(()), "another user has tokens of her own");
    let vote = Admit { action: Action::React, ..ada };
    assert_eq!(outcome(&theirs, &vote).await, Ok(()), "and another action");
}

#[tokio::test]
async fn a_room_is_busy_for_everybody() {
    let server = Server::start().await;
    let [ours, theirs] = nodes(&server).await;
    let rules = Rules { room: tokens(2), ..Rules::default() };
    assert_eq!(outcome(&ours, &admit("ada", rules)).await, Ok(()));
    assert_eq!(outcome(&theirs, &admit("grace", rules)).await, Ok(()));
    assert_eq!(outcome(&ours, &admit("hedy", rules)).await, Err((ErrorCode::RoomBusy, 3600)));
    let elsewhere = Admit { room: "other".parse().ok(), ..admit("hedy", rules) };
    assert_eq!(outcome(&ours, &elsewhere).await, Ok(()));
}

#[tokio::test]
async fn what_is_refused_consumes_nothing() {
    let server = Server::start().await;
    let [ours, theirs] = nodes(&server).await;
    let full = Rules { room: tokens(1), ..Rules::default() };
    assert_eq!(outcome(&ours, &admit("hedy", full)).await, Ok(()));
    let rules =
        Rules { user: tokens(2), slow_mode: Some(NEVER), unique_for: Some(NEVER), room: full.room };
    let hello = saying("hello", admit("ada", rules));
    for _ in 0..5 {
        assert_eq!(outcome(&ours, &hello).await, Err((ErrorCode::RoomBusy, 3600)));
    }
    let roomy = Admit { rules: Rules { room: None, ..rules }, ..hello };
    assert_eq!(outcome(&theirs, &roomy).await, Ok(()), "neither token, pause nor text was taken");
    let unpaused = Rules { slow_mode: None, ..roomy.rules };
    for _ in 0..5 {
        let repeated = Admit { rules: unpaused, ..roomy.clone() };
        assert_eq!(outcome(&ours, &repeated).await, Err((ErrorCode::DuplicateContent, 3600)));
    }
    let other = saying("good-by", Admit { rules: unpaused, ..roomy });
    assert_eq!(outcome(&ours, &other).await, Ok(()), "the second token was still there");
    let another = saying("hello again", other);
    assert_eq!(outcome(&ours, &another).await, Err((ErrorCode::RateLimited, 3600)));
}

#[tokio::test]
async fn what_is_given_back_on_one_node_can_be_taken_on_the_other() {
    let server = Server::start().await;
    let [ours, theirs] = nodes(&server).await;
    let rules = Rules { slow_mode: Some(NEVER), unique_for: Some(NEVER), ..Rules::default() };
    let hello = saying("hello", admit("ada", rules));
    for _ in 0..3 {
        assert_eq!(outcome(&ours, &hello).await, Ok(()));
        assert_eq!(outcome(&theirs, &hello).await, Err((ErrorCode::SlowMode, 3600)));
        theirs.give_back(&hello).await;
    }
}

#[tokio::test]
async fn slow_mode_and_unique_messages_name_the_time_that_is_left() {
    let server = Server::start().await;
    let [ours, theirs] = nodes(&server).await;
    let slow = Rules { slow_mode: Some(Duration::from_millis(1500)), ..Rules::default() };
    let ada = admit("ada", slow);
    let when = WhenMaySend { room: ada.room.clone().unwrap(), user: ada.user.clone(), rules: slow };
    assert_eq!(ours.when_may_send(&when).await, None);
    let before = Instant::now();
    assert_eq!(outcome(&ours, &ada).await, Ok(()));
    let Some(left) = theirs.when_may_send(&when).await else { panic!("it is slow mode") };
    assert!(left <= Duration::from_millis(1500), "{left:?}");
    assert!(left + before.elapsed() >= Duration::from_millis(1500), "{left:?}");
    let Err(Error::SlowMode { retry_after }) = theirs.admit(&ada).await else {
        panic!("it is slow mode")
    };
    assert!(retry_after <= left, "{retry_after:?}");
    eventually("the pause is over", async || theirs.admit(&ada).await.is_ok()).await;
    assert!(before.elapsed() >= Duration::from_millis(1500), "not a moment early");

    let unique = Rules { unique_for: Some(Duration::from_secs(30)), ..Rules::default() };
    let hello = saying("hello", admit("ada", unique));
    assert_eq!(outcome(&ours, &hello).await, Ok(()));
    assert_eq!(outcome(&theirs, &hello).await, Err((ErrorCode::DuplicateContent, 30)));
    assert_eq!(outcome(&theirs, &saying("Hello", hello.clone())).await, Ok(()));
    assert_eq!(outcome(&theirs, &saying("hello", admit("grace", unique))).await, Ok(()));
}

#[tokio::test]
async fn what_is_full_again_is_not_kept() {
    let server = Server::start().await;
    let [ours, _] = nodes(&server).await;
    let bucket = TokenBucket::per_second(100, 2);
    let rules = Rules {
        user: bucket,
        slow_mode: Some(Duration::from_millis(20)),
        room: bucket,
        unique_for: None,
    };
    for user in ["ada", "grace"] {
        assert_eq!(outcome(&ours, &admit(user, rules)).await, Ok(()));
    }
    let keys = async || server.ask::<i64>(&["DBSIZE"]).await;
    eventually("every key has expired", async || keys().await == 0).await;
}

#[tokio::test]
async fn without_redis_each_node_counts_by_itself_until_it_is_back() {
    let mut server = Server::start().await;
    let [ours, theirs] = nodes(&server).await;
    let ada = admit("ada", Rules { user: tokens(3), ..Rules::default() });
    for outage in 1..=2 {
        server.stop();
        let began = Instant::now();
        for node in [&ours, &theirs] {
            let expected = if outage == 1 { 3 } else { 0 };
            assert_eq!(admitted(node, &ada, 10).await, expected, "of its own");
            assert_eq!(node.status(), Status::Fallback);
        }
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        server.run().await;
        shared(&ours).await;
        shared(&theirs).await;
        let all = tokio::join!(admitted(&ours, &ada, 5), admitted(&theirs, &ada, 5));
        assert_eq!(all.0 + all.1, 3, "the restarted server knows of nothing");
    }
}

#[tokio::test]
async fn a_server_that_hangs_holds_up_the_first_only() {
    let server = Server::start().await;
    let [ours, _] = nodes(&server).await;
    let ada = admit("ada", Rules { user: tokens(1000), ..Rules::default() });
    server.signal("STOP");
    let began = Instant::now();
    assert_eq!(admitted(&ours, &ada, 200).await, 200);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(ours.status(), Status::Fallback);
    server.signal("CONT");
    shared(&ours).await;
}

#[tokio::test]
async fn a_server_that_may_not_be_written_to_is_not_relied_on() {
    let server = Server::start().await;
    let _: String =
        server.ask(&["ACL", "SETUSER", "node", "on", ">secret", "+@all", "-eval", "allkeys"]).await;
    let ours = node(&format!("redis://node:secret@127.0.0.1:{}", server.port));
    let ada = admit("ada", Rules { user: tokens(1), ..Rules::default() });
    assert_eq!(admitted(&ours, &ada, 5).await, 1);
    assert_eq!(ours.status(), Status::Fallback);
    let _: String = server.ask(&["ACL", "SETUSER", "node", "+eval"]).await;
    shared(&ours).await;
}

#[tokio::test]
async fn a_cluster_has_each_room_on_one_shard() {
    let mut cluster = Cluster::start().await;
    let rooms = cluster.rooms().await;
    let [ours, theirs] = [0, 1].map(|place| node(&cluster.servers[place].url()));
    shared(&ours).await;
    shared(&theirs).await;
    let rules = Rules {
        user: tokens(4),
        slow_mode: Some(Duration::from_micros(1)),
        unique_for: None,
        room: tokens(6),
    };
    for room in rooms.values() {
        let of = |user: &str| Admit { room: Some(room.clone()), ..admit(user, rules) };
        assert_eq!(admitted(&ours, &of("ada"), 3).await, 3);
        assert_eq!(admitted(&theirs, &of("ada"), 3).await, 1);
        assert_eq!(admitted(&theirs, &of("grace"), 3).await, 2);
    }
    cluster.servers[2].stop();
    let ada = Admit { room: Some(rooms[&2].clone()), ..admit("ada", rules) };
    assert_eq!(admitted(&ours, &ada, 10).await, 4, "of its own");
    cluster.servers[2].run().await;
    shared(&ours).await;
}
