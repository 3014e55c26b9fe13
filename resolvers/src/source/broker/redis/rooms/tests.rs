use super::*;
use crate::source::broker::{BrokerEvent, redis::topology::ALL_SLOTS};
use futures_util::FutureExt;
use std::collections::HashSet;
use tokio::sync::{Notify, mpsc};

const OLD: LinkId = 1;
const NEW: LinkId = 2;

fn open(rooms: &mut Rooms, link: LinkId) {
    let (publications, _) = mpsc::channel(1);
    rooms.open(link, Lane { publications, bell: Arc::new(Notify::new()), pending: HashSet::new() });
}

fn route(rooms: &mut Rooms, link: LinkId) {
    rooms.route(Routes(vec![(ALL_SLOTS, link)]));
}

fn connected() -> (Rooms, RoomId, Arc<Inbox>) {
    let mut rooms = Rooms::default();
    open(&mut rooms, OLD);
    route(&mut rooms, OLD);
    rooms.conclude_attempt();
    (rooms, RoomId::generate(), Arc::default())
}

fn subscribed() -> (Rooms, RoomId, Arc<Inbox>) {
    let (mut rooms, id, inbox) = connected();
    rooms.add(&id, &inbox);
    assert_eq!(rooms.take_changes(OLD, 10).subscribe, std::slice::from_ref(&id));
    rooms.confirm(OLD, &id);
    assert_eq!(events(&inbox), [BrokerEvent::Subscribed]);
    (rooms, id, inbox)
}

fn events(inbox: &Inbox) -> Vec<BrokerEvent> {
    std::iter::from_fn(|| inbox.next().now_or_never()).collect()
}

#[test]
fn nobody_is_told_of_a_subscription_before_the_server_confirms_it() {
    let (mut rooms, id, inbox) = connected();
    rooms.add(&id, &inbox);
    let changes = rooms.take_changes(OLD, 10);
    assert_eq!(events(&inbox), []);
    rooms.confirm(NEW, &id);
    assert_eq!(events(&inbox), [], "another link's confirmation counts for nothing");
    rooms.confirm(OLD, &id);
    assert_eq!(rooms.conclude(OLD, &changes), 0);
    assert_eq!(events(&inbox), [BrokerEvent::Subscribed]);
}

#[test]
fn whoever_joins_a_subscribed_room_needs_no_confirmation() {
    let (mut rooms, id, _first) = subscribed();
    let second = Arc::default();
    rooms.add(&id, &second);
    assert_eq!(events(&second), [BrokerEvent::Subscribed]);
    assert_eq!(rooms.take_changes(OLD, 10), Changes::default());
}

#[test]
fn an_unconfirmed_subscription_was_refused_and_is_tried_again_when_rooms_are_routed() {
    let (mut rooms, id, inbox) = connected();
    rooms.add(&id, &inbox);
    let changes = rooms.take_changes(OLD, 10);
    assert_eq!(rooms.conclude(OLD, &changes), 1);
    assert_eq!(events(&inbox), [BrokerEvent::Disconnected]);
    assert_eq!(rooms.take_changes(OLD, 10), Changes::default());
    route(&mut rooms, OLD);
    assert_eq!(rooms.take_changes(OLD, 10).subscribe, [id]);
}

#[test]
fn while_the_first_attempt_lasts_nobody_is_told_anything() {
    let (mut rooms, id) = (Rooms::default(), RoomId::generate());
    let (early, late) = (Arc::default(), Arc::default());
    rooms.add(&id, &early);
    assert_eq!(events(&early), []);
    rooms.conclude_attempt();
    assert_eq!(events(&early), [BrokerEvent::Disconnected]);
    rooms.add(&id, &late);
    assert_eq!(events(&late), [BrokerEvent::Disconnected]);
    rooms.conclude_attempt();
    assert_eq!(events(&early), [], "it is told once");
}

#[test]
fn a_lost_link_disconnects_its_rooms_confirmed_or_not() {
    let (mut rooms, _, confirmed) = subscribed();
    let waiting = Arc::default();
    rooms.add(&RoomId::generate(), &waiting);
    rooms.close(OLD);
    assert_eq!(events(&confirmed), [BrokerEvent::Disconnected]);
    assert_eq!(events(&waiting), [BrokerEvent::Disconnected]);
    open(&mut rooms, NEW);
    route(&mut rooms, NEW);
    assert_eq!(rooms.take_changes(NEW, 10).subscribe.len(), 2);
}

#[test]
fn a_moved_room_hears_only_the_new_link() {
    let (mut rooms, id, inbox) = subscribed();
    open(&mut rooms, NEW);
    route(&mut rooms, NEW);
    rooms.deliver(OLD, &id, &Bytes::from_static(b"from the old one"));
    assert_eq!(rooms.take_changes(NEW, 10).subscribe, std::slice::from_ref(&id));
    rooms.confirm(NEW, &id);
    assert_eq!(rooms.end(OLD, &id), Ended::ByServer);
    rooms.deliver(NEW, &id, &Bytes::from_static(b"from the new one"));
    let payload = BrokerEvent::Payload(Bytes::from_static(b"from the new one"));
    assert_eq!(events(&inbox), [BrokerEvent::Disconnected, BrokerEvent::Subscribed, payload]);
}

#[test]
fn a_subscription_that_the_server_ends_is_told() {
    let (mut rooms, id, inbox) = subscribed();
    assert_eq!(rooms.end(OLD, &id), Ended::ByServer);
    assert_eq!(events(&inbox), [BrokerEvent::Disconnected]);
}

#[test]
fn a_return_while_the_room_is_being_left_is_confirmed_anew() {
    let (mut rooms, id, first) = subscribed();
    rooms.remove(&id, &first);
    assert_eq!(rooms.take_changes(OLD, 10).unsubscribe, std::slice::from_ref(&id));
    let second = Arc::default();
    rooms.add(&id, &second);
    assert_eq!(rooms.end(OLD, &id), Ended::OnRequest);
    assert_eq!(events(&second), []);
    assert_eq!(rooms.take_changes(OLD, 10).subscribe, std::slice::from_ref(&id));
    rooms.confirm(OLD, &id);
    assert_eq!(events(&second), [BrokerEvent::Subscribed]);
}

#[test]
fn a_room_left_before_its_confirmation_is_left_after_it() {
    let (mut rooms, id, inbox) = connected();
    rooms.add(&id, &inbox);
    rooms.take_changes(OLD, 10);
    rooms.remove(&id, &inbox);
    rooms.confirm(OLD, &id);
    assert_eq!(rooms.take_changes(OLD, 10).unsubscribe, std::slice::from_ref(&id));
    assert_eq!(rooms.end(OLD, &id), Ended::OnRequest);
    assert!(rooms.rooms.is_empty());
}

#[test]
fn changes_are_taken_in_portions() {
    let (mut rooms, ..) = connected();
    (0..25).for_each(|_| rooms.add(&RoomId::generate(), &Arc::default()));
    let portions: Vec<usize> =
        (0..4).map(|_| rooms.take_changes(OLD, 10).subscribe.len()).collect();
    assert_eq!(portions, [10, 10, 5, 0]);
}
