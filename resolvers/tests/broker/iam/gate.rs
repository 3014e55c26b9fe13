//! TLS in front of a server, through which nobody gets without a token.

use super::{USER, role::Credentials, token::Token};
use crate::server::Server;
use std::{
    io,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    net::{TcpListener, TcpStream},
    select,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};
use tokio_util::sync::CancellationToken;

pub(super) struct Gate {
    pub(super) port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    known: Mutex<Option<Credentials>>,
    accepted: Mutex<Vec<Shown>>,
    refused: Mutex<usize>,
    /// Ends the connections of now.
    cut: Mutex<CancellationToken>,
}

/// A token that was good.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) key: String,
    pub(super) signature: String,
    pub(super) on_open_connection: bool,
}

impl Gate {
    pub(super) async fn open(server: &Server, key: &str, certificate: &str) -> Self {
        let certificate = CertificateDer::from_pem_file(certificate).unwrap();
        let key = PrivateKeyDer::from_pem_file(key).unwrap();
        let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gate = Self { port: listener.local_addr().unwrap().port(), shared: Arc::default() };
        let (shared, target) = (Arc::clone(&gate.shared), server.port);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, acceptor) = (Arc::clone(&shared), acceptor.clone());
                let cut = shared.cut.lock().unwrap().clone();
                tokio::spawn(async move {
                    let Ok(near) = acceptor.accept(stream).await else { return };
                    let far = TcpStream::connect(("127.0.0.1", target)).await.unwrap();
                    select! {
                        _ = carry(&shared, near, far) => {}
                        () = cut.cancelled() => {}
                    }
                });
            }
        });
        gate
    }

    /// Knows these credentials, and no others.
    pub(super) fn accepts(&self, credentials: &Credentials) {
        *self.shared.known.lock().unwrap() = Some(credentials.clone());
    }

    pub(super) fn accepted(&self) -> Vec<Shown> {
        self.shared.accepted.lock().unwrap().clone()
    }

    pub(super) fn refused(&self) -> usize {
        *self.shared.refused.lock().unwrap()
    }

    /// Closes all connections, as ElastiCache does with those that have not been authenticated for 12 hours.
    pub(super) fn cut(&self) {
        std::mem::take(&mut *self.shared.cut.lock().unwrap()).cancel();
    }
}

impl Shared {
    fn admits(&self, command: &[String], is_open: bool) -> bool {
        let Some(at) = command.iter().position(|word| word.eq_ignore_ascii_case("AUTH")) else {
            return is_open;
        };
        let [_, user, password] = &command[at..] else { return false };
        let known = self.known.lock().unwrap().clone();
        let (Some(token), Some(known)) = (Token::parse(password), known) else { return false };
        let admits = token.admits(user, "plenary-test", "eu-central-1", &known) && user == USER;
        if admits {
            self.accepted.lock().unwrap().push(Shown {
                key: token.key().to_owned(),
                signature: token.signature().to_owned(),
                on_open_connection: is_open,
            });
        }
        admits
    }
}

async fn carry(
    shared: &Shared,
    near: impl AsyncRead + AsyncWrite,
    far: TcpStream,
) -> io::Result<()> {
    let ((mut near_reader, mut near_writer), (mut far_reader, mut far_writer)) =
        (split(near), far.into_split());
    let (mut unread, mut is_open) = (Vec::new(), false);
    let commands = async {
        while near_reader.read_buf(&mut unread).await? > 0 {
            while let Some((command, length)) = parse(&unread) {
                let words = ["AUTH", "HELLO"];
                let speaks_of_it = words.iter().any(|word| command[0].eq_ignore_ascii_case(word));
                if !(shared.admits(&command, is_open) || is_open && !speaks_of_it) {
                    *shared.refused.lock().unwrap() += 1;
                    return Ok(());
                }
                is_open = true;
                far_writer.write_all(&unread[..length]).await?;
                unread.drain(..length);
            }
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    };
    let served: io::Result<()> = select! {
        served = commands => served,
        copied = tokio::io::copy(&mut far_reader, &mut near_writer) => copied.map(drop),
    };
    served?;
    near_writer
        .write_all(b"-WRONGPASS invalid username-password pair or user is disabled.\r\n")
        .await?;
    near_writer.shutdown().await
}

/// The first command of what came, an array of strings, with its length in bytes.
fn parse(bytes: &[u8]) -> Option<(Vec<String>, usize)> {
    let mut at = 0;
    let mut number = |mark: u8, skip: usize| -> Option<(usize, usize)> {
        at += skip;
        let rest = &bytes[at.min(bytes.len())..];
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        assert_eq!(rest[0], mark);
        at += end + 2;
        Some((std::str::from_utf8(&rest[1..end]).unwrap().parse().unwrap(), at))
    };
    let (words, mut end) = number(b'*', 0)?;
    let (mut command, mut skip) = (Vec::new(), 0);
    for _ in 0..words {
        let (length, start) = number(b'$', skip)?;
        let word = bytes.get(start..start + length)?;
        command.push(String::from_utf8_lossy(word).into_owned());
        (skip, end) = (length + 2, start + length + 2);
    }
    (bytes.len() >= end).then_some((command, end))
}
