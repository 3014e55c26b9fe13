//! How many connections each address has open.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Counts connections by address, and only of addresses that have any.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    /// Zero is no cap.
    cap: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One connection of an address; no longer counted when dropped.
#[derive(Debug)]
pub(super) struct Place {
    of: IpAddr,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Addresses {
    pub(super) fn new(cap: usize) -> Self {
        Self { cap, open: Arc::default() }
    }

    /// Counts a connection, unless the address has as many as it may have.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let of = subscriber(address);
        let mut open = lock(&self.open);
        let count = open.entry(of).or_default();
        if self.cap > 0 && *count >= self.cap {
            return None;
        }
        *count += 1;
        Some(Place { of, open: Arc::clone(&self.open) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        let Some(count) = open.get_mut(&self.of) else { return };
        *count -= 1;
        if *count == 0 {
            open.remove(&self.of);
        }
    }
}

/// What one subscriber line is given: an IPv4 address, or an IPv6 network of 64 bits.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

/// Nothing panics while it holds the lock, and a count would be right even then.
fn lock(open: &Mutex<HashMap<IpAddr, usize>>) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(addresses: &Addresses, text: &str) -> Option<Place> {
        addresses.take(text.parse().unwrap())
    }

    #[test]
    fn an_address_has_as_many_places_as_the_cap_and_each_is_free_again() {
        let addresses = Addresses::new(2);
        let first = taken(&addresses, "192.0.2.1").unwrap();
        let second = taken(&addresses, "::ffff:192.0.2.1").unwrap();
        assert!(taken(&addresses, "192.0.2.1").is_none());
        let other = taken(&addresses, "192.0.2.2").unwrap();
        drop(first);
        let third = taken(&addresses, "192.0.2.1").unwrap();
        drop((second, third, other));
        assert!(lock(&addresses.open).is_empty());
    }

    #[test]
    fn a_network_of_64_bits_is_one_address() {
        let addresses = Addresses::new(1);
        let _first = taken(&addresses, "2001:db8:0:1::1").unwrap();
        assert!(taken(&addresses, "2001:db8:0:1:ffff::2").is_none());
        assert!(taken(&addresses, "2001:db8:0:2::1").is_some());
    }

    #[test]
    fn zero_is_no_cap() {
        let addresses = Addresses::new(0);
        let places: Vec<_> = (0..100).map(|_| taken(&addresses, "192.0.2.1").unwrap()).collect();
        assert_eq!(lock(&addresses.open).values().sum::<usize>(), places.len());
    }
}
