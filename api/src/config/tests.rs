use super::*;
use resolvers::{Rates, source::limiter::TokenBucket};
use std::time::Duration;

fn serve(arguments: &[&str]) -> Result<Config, String> {
    let cli = Cli::try_parse_from(["plenary", "serve"].iter().chain(arguments))
        .map_err(|error| error.to_string())?;
    let Command::Serve(config) = cli.command else { panic!("another command") };
    Ok(*config)
}

#[test]
fn a_bad_value_names_its_option() {
    for (arguments, named) in [
        (["--listen", "nowhere"], "--listen"),
        (["--allowed-origins", "https://app.example.com/path"], "--allowed-origins"),
        (["--allowed-origins", "*"], "--allowed-origins"),
        (["--max-body", "lots"], "--max-body"),
        (["--max-header", "100"], "--max-header"),
        (["--max-depth", "0"], "--max-depth"),
        (["--operation-timeout", "30"], "--operation-timeout"),
        (["--dynamodb", "somewhere"], "--dynamodb"),
        (["--jwt-issuers", "https://login.example/"], "--jwt-issuers"),
        (["--group-roles", "choir=SINGER"], "--group-roles"),
        (["--redis-iam-cache", "Upper"], "--redis-iam-cache"),
        (["--redis-iam-cache", "plenary"], "--redis-url"),
        (["--task-protection-sockets", "0"], "--task-protection-sockets"),
        (["--log", "loud=very"], "--log"),
        (["--log-format", "xml"], "--log-format"),
        (["--max-message-rate", "1/s"], "--max-message-rate"),
        (["--review-hook-url", "https://hook.example/"], "--review-hook-secret"),
        (["--review-hook-secret", ""], "--review-hook-secret"),
        (["--review-hook-on-failure", "shrug"], "--review-hook-on-failure"),
    ] {
        let refusal = serve(&arguments).unwrap_err();
        assert!(refusal.contains(named), "{refusal}");
    }
}

#[test]
fn sizes_and_durations_have_units() {
    let config = serve(&["--max-body", "1MiB", "--drain-timeout", "1500ms"]).unwrap();
    assert_eq!(config.connection.max_body, 1 << 20);
    assert_eq!(config.connection.drain_timeout, Duration::from_millis(1500));
}

#[test]
fn production_allows_no_origin_by_itself() {
    assert_eq!(serve(&[]).unwrap().origins(), AllowedOrigins::Loopback);
    assert_eq!(serve(&["--production"]).unwrap().origins(), AllowedOrigins::Exactly([].into()));
}

#[test]
fn an_api_key_is_not_printed() {
    let config = serve(&["--api-keys", "web read-only hunter2hunter2hunter2"]).unwrap();
    assert!(config.api_keys().is_ok() && !format!("{config:?}").contains("hunter2"));
    let wrong = serve(&["--api-keys", "hunter2hunter2hunter2"]).unwrap();
    assert!(!wrong.api_keys().unwrap_err().to_string().contains("hunter2"));
}

#[test]
fn a_password_in_an_address_is_not_printed() {
    let config = serve(&["--redis-url", "redis://:hunter2@cache"]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn neither_the_address_of_the_hook_nor_its_secret_is_printed() {
    let url = "https://hook.example/?key=hunter2";
    let config = serve(&["--review-hook-url", url, "--review-hook-secret", "hunter2"]).unwrap();
    assert_eq!(config.review.review_hook_secret.as_ref().unwrap().expose(), "hunter2");
    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
}

#[test]
fn a_rate_of_zero_is_no_limit() {
    let rates = serve(&[]).unwrap().rates.rates();
    let bucket = |every, burst| Some(TokenBucket { every: Duration::from_millis(every), burst });
    let expected =
        Rates { send: bucket(1000, 5), react: bucket(200, 20), report: bucket(6000, 10) };
    assert_eq!(rates, expected);
    let none = ["--max-message-rate", "0", "--max-reaction-rate", "0", "--max-report-rate", "0"];
    assert_eq!(serve(&none).unwrap().rates.rates(), Rates::default());
}
