//! Requests about profiles.

use crate::{
    row::profile_key,
    source::profiles::Profile,
    source::table::{Transact, Update},
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::UserId;

/// Sets what the user changed on the PROFILE row, which need not be there, and leaves the rest; `None` when that is nothing.
pub fn set_profile(user: &UserId, changes: Profile) -> Option<Transact> {
    let Profile { display_name, avatar_url } = changes;
    let changes = [("displayName", display_name), ("avatarUrl", avatar_url)];
    let given = changes.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let mut given = given.peekable();
    given.peek()?;
    let set = |row: Update, (name, value)| row.set(name, AttributeValue::S(value));
    Some(Transact(vec![given.fold(Update::new(profile_key(user)), set).into()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_not_written() {
        let user: UserId = "ada".parse().unwrap();
        let name = Profile { display_name: Some("Ada".into()), avatar_url: None };
        let row = Update::new(profile_key(&user));
        let row = row.set("displayName", AttributeValue::S("Ada".into()));
        assert_eq!(set_profile(&user, name), Some(Transact(vec![row.into()])));
        assert_eq!(set_profile(&user, Profile::default()), None);
    }
}
