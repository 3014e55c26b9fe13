//! What users say of themselves, kept in memory for a while: everybody who sends has a name, and no send reads it from the table.
//!
//! The node that changes a profile reads it again at once. Other nodes are not told: they see the change when what they keep is
//! past its time, a minute later at the most.

use super::{
    Request,
    table::{Item, Table, from_item},
};
use crate::{Identity, Sources, row::profile_key};
use moka::{future::Cache, ops::compute::Op};
use schema::{Error, Result, User, UserId};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};

/// How long a profile is kept. Somebody who goes on sending costs one read in that time.
const LIFETIME: Duration = Duration::from_secs(60);

/// How many bytes of profiles are kept, roughly: those of 100,000 users who have changed nothing. The others are read again.
const MAX_BYTES: u64 = 32 << 20;
/// What the cache needs for an entry beside its texts.
const OVERHEAD: usize = 300;

/// What a user has set, in place of what the token says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// The name that others see.
    pub display_name: Option<String>,
    /// The picture; an empty text is the wish to have none.
    pub avatar_url: Option<String>,
}

/// Finds what a user has set; one read of the table for all who ask at the same time, none for those who ask soon again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindProfile(pub UserId);

/// Reads what a user has set, and keeps it for those who ask later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshProfile(pub UserId);

/// The profiles that this node keeps. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Profiles {
    table: Table,
    kept: Cache<UserId, Arc<Profile>>,
}

impl Profile {
    /// The name that others see.
    #[must_use]
    pub fn display_name(&self, identity: &Identity) -> String {
        self.display_name.clone().unwrap_or_else(|| identity.display_name())
    }

    /// The user's picture.
    #[must_use]
    pub fn avatar_url(&self, identity: &Identity) -> Option<String> {
        match &self.avatar_url {
            Some(url) => Some(url.clone()).filter(|url| !url.is_empty()),
            None => identity.avatar_url(),
        }
    }

    /// The signed-in user.
    pub(crate) fn user(&self, identity: &Identity) -> User {
        User {
            id: identity.sub.clone(),
            display_name: self.display_name(identity),
            avatar_url: self.avatar_url(identity),
            groups: identity.groups.clone(),
        }
    }
}

impl Request for FindProfile {
    const NAME: &'static str = "find_profile";
    type Output = Arc<Profile>;

    async fn send(self, sources: &Sources) -> Result<Arc<Profile>> {
        sources.profiles.find(&self.0).await
    }
}

impl Request for RefreshProfile {
    const NAME: &'static str = "refresh_profile";
    type Output = Arc<Profile>;

    async fn send(self, sources: &Sources) -> Result<Arc<Profile>> {
        sources.profiles.read(&self.0, |_| true).await
    }
}

impl Profiles {
    pub(crate) fn new(table: Table) -> Self {
        let kept = Cache::builder().max_capacity(MAX_BYTES).weigher(weight);
        Self { table, kept: kept.time_to_live(LIFETIME).build() }
    }

    async fn find(&self, user: &UserId) -> Result<Arc<Profile>> {
        match self.kept.get(user).await {
            Some(profile) => Ok(profile),
            None => self.read(user, |kept| !kept).await,
        }
    }

    /// Reads a profile from the table if, when its turn comes, that is still to be done. Reads of one user have turns, so
    /// that one that began before a change does not put what it found over what was read after it.
    async fn read(
        &self,
        user: &UserId,
        is_wanted: impl FnOnce(bool) -> bool + Send,
    ) -> Result<Arc<Profile>> {
        let load = async |kept: bool| match is_wanted(kept) {
            true => self.table.get(profile_key(user)).await.and_then(profile_of).map(Op::Put),
            false => Ok(Op::Nop),
        };
        let turn = self.kept.entry_by_ref(user).and_try_compute_with(|kept| load(kept.is_some()));
        let read = Box::pin(turn).await?.into_entry();
        read.map(moka::Entry::into_value).ok_or_else(|| Error::internal("a profile was not kept"))
    }
}

/// Who has set nothing has no row.
fn profile_of(row: Option<Item>) -> Result<Arc<Profile>> {
    row.map_or_else(|| Ok(Profile::default()), from_item).map(Arc::new)
}

fn weight(user: &UserId, profile: &Arc<Profile>) -> u32 {
    let texts = [&profile.display_name, &profile.avatar_url];
    let texts: usize = texts.into_iter().flatten().map(String::len).sum();
    u32::try_from(OVERHEAD + user.as_str().len() + texts).unwrap_or(u32::MAX)
}
