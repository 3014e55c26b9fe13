//! The bytes of a connection, encrypted or not.

use super::Lost;
use std::{io, sync::Arc};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, RootCertStore, pki_types::ServerName},
};
use tokio_util::either::Either;

/// A stream; in a box where it is encrypted, so that it costs nothing where it is not.
pub(super) type Stream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// How to encrypt, for a server that has to prove its name.
#[derive(Clone)]
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Trusts whom this machine trusts, or whom `SSL_CERT_FILE` names.
    pub(super) fn new(host: &str) -> Result<Self, Lost> {
        let found = rustls_native_certs::load_native_certs();
        let mut trusted = RootCertStore::empty();
        trusted.add_parsable_certificates(found.certs);
        if trusted.is_empty() {
            return Err(Lost::Failed(format!(
                "no certificate is trusted here: {:?}",
                found.errors
            )));
        }
        let config = ClientConfig::builder().with_root_certificates(trusted).with_no_client_auth();
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|error| Lost::Failed(format!("{host}: {error}")))?;
        Ok(Self { connector: Arc::new(config).into(), name })
    }

    pub(super) async fn encrypt(&self, stream: TcpStream) -> io::Result<Stream> {
        let stream = self.connector.connect(self.name.clone(), stream).await?;
        Ok(Either::Right(Box::new(stream)))
    }
}
