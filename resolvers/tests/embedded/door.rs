//! Who may reach the embedded DynamoDB, and what garbage does to it.

use crate::{ANY_PORT, address};
use resolvers::source::embedded::{Embedded, StartError, Storage};
use std::{
    io::{Read, Write},
    net::TcpStream,
};

#[test]
fn it_listens_on_loopback_only() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let refused = Embedded::start(&Storage::Memory, address.parse().unwrap());
        assert!(matches!(refused, Err(StartError::NotLoopback(_))), "{address}");
    }
}

#[test]
fn a_taken_port_is_named_and_a_dropped_one_is_free() {
    let first = Embedded::start(&Storage::Memory, ANY_PORT).unwrap();
    let address = address(&first);
    let refused = Embedded::start(&Storage::Memory, address).unwrap_err();
    assert_eq!(refused.to_string(), format!("the embedded table cannot listen on {address}"));
    drop(first);
    Embedded::start(&Storage::Memory, address).unwrap();
}

#[test]
fn a_web_page_gets_nothing() {
    let embedded = Embedded::start(&Storage::Memory, ANY_PORT).unwrap();
    let signed = "Authorization: AWS4-HMAC-SHA256 Credential=local\r\n";
    let target = "X-Amz-Target: DynamoDB_20120810.ListTables\r\n";
    let host = format!("Host: {}\r\n", address(&embedded));
    let program = request(&embedded, "POST", &format!("{host}{signed}{target}"));
    assert!(
        program.starts_with("HTTP/1.1 200") && program.ends_with(r#"{"TableNames":[]}"#),
        "{program}"
    );

    let preflight = "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n";
    let pages = [
        request(
            &embedded,
            "OPTIONS",
            &format!("{host}{preflight}Access-Control-Request-Headers: x-amz-target\r\n"),
        ),
        request(
            &embedded,
            "POST",
            &format!("{host}{signed}{target}Origin: http://evil.example\r\n"),
        ),
        request(&embedded, "POST", &format!("{host}{target}Content-Type: text/plain\r\n")),
        request(&embedded, "POST", &format!("Host: evil.example:8000\r\n{signed}{target}")),
        request(&embedded, "GET", &host),
    ];
    for answer in pages {
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert!(!answer.to_lowercase().contains("access-control"), "{answer}");
    }
}

#[test]
fn garbage_is_refused_and_costs_the_others_nothing() {
    let embedded = Embedded::start(&Storage::Memory, ANY_PORT).unwrap();
    let signed = "Host: localhost\r\nAuthorization: AWS4-HMAC-SHA256 Credential=local\r\n";
    let target = "X-Amz-Target: DynamoDB_20120810.";
    let _open = TcpStream::connect(address(&embedded)).unwrap();
    assert!(request(&embedded, "NO TP\0", "").starts_with("HTTP/1.1 400"));
    assert!(request(&embedded, "POST", signed).starts_with("HTTP/1.1 404"));
    assert!(
        request(&embedded, "PUT", &format!("{signed}{target}ListTables\r\n"))
            .starts_with("HTTP/1.1 404")
    );
    let unknown = request(&embedded, "POST", &format!("{signed}{target}DropEverything\r\n"));
    assert!(
        unknown.starts_with("HTTP/1.1 400") && unknown.contains("ValidationException"),
        "{unknown}"
    );
    let malformed = request(&embedded, "POST", &format!("{signed}{target}GetItem\r\n"));
    assert!(malformed.starts_with("HTTP/1.1 400"), "{malformed}");
    let huge = request(
        &embedded,
        "POST",
        &format!("{signed}{target}PutItem\r\nContent-Length: 17000000\r\n"),
    );
    assert!(huge.starts_with("HTTP/1.1 413"), "{huge}");
}

/// Sends one request of our own making and returns the whole answer.
fn request(embedded: &Embedded, method: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address(embedded)).unwrap();
    let length = if headers.contains("Content-Length") { "" } else { "Content-Length: 2\r\n" };
    let request = format!("{method} / HTTP/1.1\r\n{headers}{length}Connection: close\r\n\r\n{{}}");
    // At once: the answer to a bad first line may come, and the connection end, before the rest is written.
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
