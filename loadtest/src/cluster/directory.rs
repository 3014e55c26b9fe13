//! A directory that is gone when it is dropped.

use std::{
    env::temp_dir,
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process,
};

/// Holds the cluster's key and logs; nobody else may read it.
pub(super) struct Directory(PathBuf);

impl Directory {
    pub(super) fn create() -> io::Result<Self> {
        let path = temp_dir().join(format!("plenary-loadtest-{}", process::id()));
        // One of the same name is a stranger's or a dead run's, and neither is to be used.
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
