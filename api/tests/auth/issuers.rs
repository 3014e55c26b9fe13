//! What `JWT_ISSUERS` may say.

use api::auth::{IssuerConfig, IssuerKind, Issuers, KeySource, TokenUse, UserPool};
use jsonwebtoken::Algorithm;
use std::time::Duration;

#[test]
fn a_user_pool_is_its_id_and_its_clients() {
    let config: IssuerConfig = "eu-central-1_AbCdEf123 clients=web,mobile".parse().unwrap();
    let issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123";
    assert_eq!(config.issuer, issuer);
    assert_eq!(
        config.keys,
        KeySource::Url(format!("{issuer}/.well-known/jwks.json").parse().unwrap())
    );
    assert_eq!(
        (config.algorithms.as_slice(), config.leeway),
        (&[Algorithm::RS256][..], Duration::ZERO)
    );
    assert_eq!(config.refresh_interval, Duration::from_secs(10));
    let kind = IssuerKind::Cognito {
        client_ids: vec!["web".to_owned(), "mobile".to_owned()],
        uses: vec![TokenUse::Id, TokenUse::Access],
        endpoint: None,
    };
    assert_eq!(config.kind, kind);
    assert_eq!(format!("{issuer} clients=web,mobile").parse(), Ok(config));
}

#[test]
fn another_issuer_says_where_its_keys_are() {
    let text = "https://login.example/ audiences=https://api.example,plenary jwks=https://login.example/keys \
                algorithms=ES256,EdDSA groups=roles leeway=5";
    let config: IssuerConfig = text.parse().unwrap();
    assert_eq!(config.issuer, "https://login.example/");
    assert_eq!(
        (config.algorithms, config.leeway),
        (vec![Algorithm::ES256, Algorithm::EdDSA], Duration::from_secs(5))
    );
    let audiences = vec!["https://api.example".to_owned(), "plenary".to_owned()];
    assert_eq!(config.kind, IssuerKind::Oidc { audiences, groups: "roles".to_owned() });
}

#[test]
fn issuers_are_separated_by_semicolons() {
    assert_eq!("".parse(), Ok(Issuers::default()));
    assert_eq!(" ; ".parse(), Ok(Issuers::default()));
    let text = "eu-west-1_A clients=a;\n  http://127.0.0.1:9229/local_1 clients=b ;";
    let issuers: Issuers = text.parse().unwrap();
    let names: Vec<_> = issuers.0.iter().map(|config| config.issuer.as_str()).collect();
    assert_eq!(
        names,
        [
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A",
            "http://127.0.0.1:9229/local_1"
        ]
    );
    let error = "eu-west-1_A clients=a; eu-west-1_B".parse::<Issuers>().unwrap_err();
    assert!(error.to_string().starts_with("issuer `eu-west-1_B`: "), "{error}");
}

#[test]
fn a_mistake_is_named() {
    let oidc = "https://login.example audiences=plenary jwks=https://login.example/keys";
    let cases = [
        ("clients=web", "begins with a Cognito user pool id"),
        ("login.example clients=web", "begins with a Cognito user pool id"),
        ("ftp://login.example clients=web", "begins with a Cognito user pool id"),
        ("eu-west-1_A", "either `clients` (a Cognito user pool) or `audiences`"),
        ("eu-west-1_A client=web", "there is no setting `client`"),
        ("eu-west-1_A clients=web https://x.example", "`https://x.example` is not a setting"),
        ("eu-west-1_A clients=web clients=mobile", "`clients` is set twice"),
        ("eu-west-1_A clients=", "`clients` has no value"),
        ("eu-west-1_A clients=web,,mobile", "`clients` has no value"),
        ("eu-west-1_A clients=web uses=refresh", "`refresh` is not a use"),
        ("eu-west-1_A clients=web algorithms=RS512", "`algorithms` is not for Cognito user pools"),
        ("eu-west-1_A clients=web audiences=x", "`audiences` is not for Cognito user pools"),
        ("eu-west-1_A clients=web groups=x", "`groups` is not for Cognito user pools"),
        ("eu-west-1_A clients=web leeway=61", "leeway `61` is not a number of seconds"),
        ("eu-west-1_A clients=web leeway=-1", "leeway `-1` is not a number of seconds"),
        (
            "eu-west-1_A clients=web jwks=http://keys.example/",
            "jwks `http://keys.example/` is not an https address",
        ),
        ("eu-west-1_A clients=web jwks=http://localhost.example/", "is not an https address"),
        ("eu-west-1_A clients=web jwks=http://127.0.0.1.example/", "is not an https address"),
        ("eu-west-1_A clients=web jwks=file:///etc/passwd", "is not an https address"),
        ("eu-west-1_A clients=web jwks=https://u:p@keys.example/", "without user and password"),
        (
            "eu-west-1_A clients=web endpoint=http://cognito.example/",
            "endpoint `http://cognito.example/` is not an https address",
        ),
        ("eu-west-1_A clients=web endpoint=cognito.example", "is not an https address"),
        ("eu-west-1_A clients=web endpoint=ws://localhost:9229", "is not an https address"),
        ("eu-west-1_A clients=web endpoint=javascript:alert(1)", "is not an https address"),
        ("eu-west-1_A clients=web endpoint=https://u@x.example", "without user, password"),
        ("eu-west-1_A clients=web endpoint=https://x.example/?a=b", "and query"),
        ("eu-west-1_A clients=web endpoint=http://[::1]:9229", "a name or an IPv4 address"),
        ("eu-west-1_A clients=web endpoint=https://a,b.example", "a name or an IPv4 address"),
        ("eu-west-1_A clients=web endpoint=https://*.example", "a name or an IPv4 address"),
        (
            "https://x.example/ clients=web endpoint=https://x.example",
            "an issuer that ends with its id",
        ),
        (&format!("{oidc} endpoint=https://x.example"), "`endpoint` is only for Cognito"),
        ("http://pool.example/local_1 clients=web", "is not an https address"),
        ("https://login.example audiences=plenary", "`jwks` is needed"),
        (&format!("{oidc} uses=id"), "`uses` is only for Cognito user pools"),
        (&format!("{oidc} algorithms=HS256"), "algorithm `HS256` is not accepted"),
        (&format!("{oidc} algorithms=none"), "algorithm `none` is not accepted"),
        (&format!("{oidc} algorithms=RS256,PS256"), "algorithm `PS256` is not accepted"),
    ];
    for (text, expected) in cases {
        let error = text.parse::<IssuerConfig>().unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn an_emulator_of_cognito_says_where_its_api_is() {
    let cases = [
        ("http://localhost:9229/local_1", "http://localhost:9229", ("local_1", "local")),
        ("eu-west-1_A", "https://cognito.example:4566/api", ("eu-west-1_A", "eu-west-1")),
    ];
    for (issuer, endpoint, (id, region)) in cases {
        let text = format!("{issuer} clients=web endpoint={endpoint}");
        let config: IssuerConfig = text.parse().unwrap();
        let endpoint = Some(endpoint.parse().unwrap());
        let expected = UserPool { id: id.to_owned(), region: region.to_owned(), endpoint };
        assert_eq!(config.user_pool(), Some(expected), "{text}");
    }
}

#[test]
fn plain_http_is_for_this_machine() {
    for host in ["localhost:9229", "127.0.0.1", "127.3.2.1:80", "[::1]:8080"] {
        let text = format!("eu-west-1_A clients=web jwks=http://{host}/keys");
        assert!(text.parse::<IssuerConfig>().is_ok(), "{text}");
    }
}
