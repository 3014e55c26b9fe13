use super::*;

fn room() -> RoomId {
    "r".parse().unwrap()
}

fn counts(seq: Seq, count_version: u32) -> Counts {
    Counts { seq, count_version, upvote_count: count_version, reactions: vec![] }
}

fn claps(count: u32) -> Vec<ReactionCount> {
    vec![ReactionCount { name: "applause".into(), count }]
}

#[test]
fn everybody_is_counted_on_all_nodes_until_they_fall_silent() {
    let (mut live, now) = (Live::default(), Instant::now());
    live.hear_headcount("a".into(), 3, now);
    live.hear_headcount("b".into(), 4, now + SILENT_AFTER / 2);
    assert_eq!(live.headcount(), 7);
    assert_eq!(live.beat(now), Some(1));
    assert_eq!(live.beat(now), None);
    assert_eq!(live.beat(now + SILENT_AFTER), Some(2));
    assert_eq!(live.headcount(), 4);
    live.hear_headcount("b".into(), 0, now);
    assert_eq!(live.headcount(), 0);
}

#[test]
fn a_reader_hears_each_reaction_once_and_the_count_of_people_when_it_changed() {
    let (mut live, now) = (Live::default(), Instant::now());
    live.hear_reactions(&claps(5));
    live.beat(now);
    let mut heard = live.begin();
    let first = live.news(&mut heard, &room());
    assert_eq!((first.participant_count, first.reactions), (Some(0), vec![]));

    live.hear_reactions(&claps(2));
    assert!(live.news(&mut heard, &room()).is_empty(), "nothing is told between two beats");
    live.hear_reactions(&claps(1));
    live.beat(now);
    let news = live.news(&mut heard, &room());
    assert_eq!((news.participant_count, news.reactions), (None, claps(3)));
    assert!(live.news(&mut heard, &room()).is_empty());
}

#[test]
fn the_newest_counts_are_told_twice_and_to_whoever_comes_soon_after() {
    let (mut live, now) = (Live::default(), Instant::now());
    let mut early = live.begin();
    live.news(&mut early, &room());
    assert!(live.hear_counts(&counts(7, 2)));
    assert!(!live.hear_counts(&counts(7, 1)), "what is older is not believed");
    let told = |live: &Live, heard: &mut Heard| -> Vec<u32> {
        live.news(heard, &room()).counts.iter().map(|counts| counts.upvote_count).collect()
    };
    live.beat(now);
    assert_eq!(told(&live, &mut early), [2]);
    live.beat(now);
    assert_eq!(told(&live, &mut early), [2]);
    assert_eq!(live.beat(now), None);
    assert_eq!(told(&live, &mut live.begin()), [2]);
}

#[test]
fn what_is_remembered_is_bounded() {
    let (mut live, now) = (Live::default(), Instant::now());
    for n in 0..20_000 {
        live.hear_counts(&counts(n, 1));
        live.hear_headcount(n.to_string(), 1, now);
        live.hear_reactions(&[ReactionCount { name: n.to_string(), count: 1 }]);
    }
    assert_eq!((live.counts.len(), live.nodes.len()), (MAX_COUNTS, MAX_NODES));
    assert_eq!(live.reactions.len(), MAX_NAMES);
}

#[test]
fn a_flood_of_counts_is_told_bit_by_bit_and_each_in_the_end() {
    let (mut live, now) = (Live::default(), Instant::now());
    let mut heard = live.begin();
    live.news(&mut heard, &room());
    for seq in 1..=900 {
        live.hear_counts(&counts(seq, 1));
    }
    let mut told = BTreeMap::new();
    while live.beat(now).is_some() {
        let news = live.news(&mut heard, &room()).counts;
        assert!(news.len() <= 2 * COUNTS_PER_BEAT, "{} at once", news.len());
        for counts in news {
            *told.entry(counts.message_id.seq()).or_insert(0) += 1;
        }
    }
    assert_eq!(
        told.into_iter().collect::<Vec<_>>(),
        (1..=900).map(|seq| (seq, 2)).collect::<Vec<_>>()
    );
}
