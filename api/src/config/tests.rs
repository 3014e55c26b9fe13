use super::*;

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
        (["--log", "loud=very"], "--log"),
        (["--log-format", "xml"], "--log-format"),
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
fn a_password_in_an_address_is_not_printed() {
    let config = serve(&["--redis-url", "redis://:hunter2@cache"]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}
