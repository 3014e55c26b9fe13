//! The key file.

use super::DevelopmentError;
use aws_lc_rs::{
    encoding::AsDer,
    rsa::{KeyPair, KeySize},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// The name of the key file in the data directory.
pub const KEY_FILE: &str = "development-key.pem";

/// The key file's content; makes the file if there is none.
pub(super) fn read_or_create(path: &Path) -> Result<Vec<u8>, DevelopmentError> {
    let failed = |source| DevelopmentError::File { path: path.to_owned(), source };
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path, &generate()?).map_err(failed)?;
            fs::read(path).map_err(failed)
        }
        outcome => outcome.map_err(failed),
    }
}

/// A new RSA key of 2048 bits, in PEM.
pub(super) fn generate() -> Result<Vec<u8>, DevelopmentError> {
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| DevelopmentError::Generate)?;
    let der = key.as_der().map_err(|_| DevelopmentError::Generate)?;
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    // 48 bytes are the 64 characters that a line of PEM has.
    for line in der.as_ref().chunks(48) {
        STANDARD.encode_string(line, &mut pem);
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok(pem.into_bytes())
}

/// Puts the file in place whole, or leaves the one that another node has put there meanwhile.
fn create(path: &Path, pem: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let draft = path.with_extension(format!("{:016x}", fastrand::u64(..)));
    let outcome = write_private(&draft, pem).and_then(|()| fs::hard_link(&draft, path));
    // Linked, the draft is one name too many; refused, it is of no use. Both can stay without harm.
    let _ = fs::remove_file(&draft);
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome,
    }
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
