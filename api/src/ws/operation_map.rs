//! What is known of each operation of one connection.

use super::protocol::OperationId;

/// A map from ids. It is a list without room to spare, because hundreds of thousands of connections have one operation
/// each, and no connection has many.
#[derive(Debug)]
pub(super) struct OperationMap<V>(Vec<(OperationId, V)>);

impl<V> OperationMap<V> {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, id: &OperationId) -> bool {
        self.place(id).is_some()
    }

    pub(super) fn get_mut(&mut self, id: &OperationId) -> Option<&mut V> {
        self.place(id).map(|place| &mut self.0[place].1)
    }

    /// Adds an operation; the one that had its id is no more.
    pub(super) fn insert(&mut self, id: OperationId, value: V) {
        match self.get_mut(&id) {
            Some(known) => *known = value,
            None => {
                self.0.reserve_exact(1);
                self.0.push((id, value));
            }
        }
    }

    pub(super) fn remove(&mut self, id: &OperationId) -> Option<V> {
        self.place(id).map(|place| self.0.swap_remove(place).1)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    fn place(&self, id: &OperationId) -> Option<usize> {
        self.0.iter().position(|(known, _)| known == id)
    }
}

impl<V> Default for OperationMap<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
