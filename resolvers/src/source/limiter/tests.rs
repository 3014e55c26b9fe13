use super::*;
use schema::ErrorCode;
use tokio::time::advance;

const SECOND: Duration = Duration::from_secs(1);

/// What a participant of a slow and careful room is given.
fn rules() -> Rules {
    Rules {
        user: TokenBucket::per_second(1, 3),
        slow_mode: Some(10 * SECOND),
        unique_for: Some(30 * SECOND),
        room: TokenBucket::per_second(2, 2),
    }
}

fn admit(user: &str, rules: Rules, text: &str) -> Admit {
    Admit {
        room: Some("town-hall".parse().unwrap()),
        user: user.parse().unwrap(),
        action: Action::Send,
        rules,
        text: Some(Fingerprint::of(text)),
    }
}

async fn refusal(limiter: &Limiter, admit: &Admit) -> Option<(ErrorCode, Duration)> {
    match limiter.admit(admit).await.err()? {
        Error::RateLimited { retry_after: Some(after) } => Some((ErrorCode::RateLimited, after)),
        Error::SlowMode { retry_after } => Some((ErrorCode::SlowMode, retry_after)),
        Error::DuplicateContent { retry_after } => Some((ErrorCode::DuplicateContent, retry_after)),
        Error::RoomBusy { retry_after } => Some((ErrorCode::RoomBusy, retry_after)),
        other => panic!("{other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_limit_that_refuses_says_when_to_come_back() {
    let limiter = Limiter::local();
    let hello = admit("ada", rules(), "hello");
    assert_eq!(refusal(&limiter, &hello).await, None);
    assert_eq!(refusal(&limiter, &hello).await, Some((ErrorCode::SlowMode, 10 * SECOND)));
    advance(10 * SECOND).await;
    assert_eq!(refusal(&limiter, &hello).await, Some((ErrorCode::DuplicateContent, 20 * SECOND)));
    assert_eq!(refusal(&limiter, &admit("ada", rules(), "hello!")).await, None);
    assert_eq!(refusal(&limiter, &admit("grace", rules(), "hello")).await, None);
    let busy = Some((ErrorCode::RoomBusy, SECOND / 2));
    assert_eq!(refusal(&limiter, &admit("hedy", rules(), "hello")).await, busy);

    let quick = Rules { user: rules().user, ..Rules::default() };
    for _ in 0..2 {
        assert_eq!(refusal(&limiter, &admit("ada", quick, "x")).await, None);
    }
    let limited = Some((ErrorCode::RateLimited, SECOND));
    assert_eq!(refusal(&limiter, &admit("ada", rules(), "x")).await, limited);
}

#[tokio::test(start_paused = true)]
async fn a_user_may_know_when_to_come_back_before_trying() {
    let limiter = Limiter::local();
    let message = admit("ada", rules(), "hello");
    let when = WhenMaySend {
        room: message.room.clone().unwrap(),
        user: message.user.clone(),
        rules: rules(),
    };
    assert_eq!(limiter.when_may_send(&when).await, None);
    assert_eq!(refusal(&limiter, &message).await, None);
    assert_eq!(limiter.when_may_send(&when).await, Some(10 * SECOND));
    advance(Duration::from_micros(9_999_001)).await;
    assert_eq!(limiter.when_may_send(&when).await, Some(Duration::from_millis(1)), "rounded up");
    advance(Duration::from_micros(999)).await;
    assert_eq!(limiter.when_may_send(&when).await, None);
}

#[tokio::test]
async fn who_is_exempt_waits_for_nothing() {
    let limiter = Limiter::local();
    for _ in 0..100 {
        assert_eq!(refusal(&limiter, &admit("hedy", Rules::default(), "hello")).await, None);
    }
}
