import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import { type Range, shownAround, shownRows } from "./shownRows";
import { indexOf, putBack, type Seen, seen } from "./sight";

/** Nobody scrolls by less; browsers round. In pixels. */
const SLACK = 2;

/** Who scrolls down to no further from the end than this, in pixels, is at the end. */
const AT_END = 24;

/** Who is no further from where the rows in the document begin or end than this, in pixels, gets more of them. */
const NEAR = 600;

interface Options {
  /** All rows there are. A row keeps its index while rows come and go before it. */
  all: Range;
  /** Called when the reader comes near to the first of all rows; not again for the same row unless the reader was elsewhere. */
  onNearFirst: () => void;
}

/**
 * Holds a list still under the reader's eye, or at its end while that is where the reader is.
 *
 * The rows in the document are few, real and laid out: nothing is guessed, and every change of them, or of their heights,
 * is made up for before it is painted. So whatever else moves the list up is the reader, by whatever means.
 */
export function useScroll({ all, onNearFirst }: Options) {
  const list = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  // The index of the first row in the document; none while the list is held at its end.
  const [from, setFrom] = useState<number | null>(null);
  const shown = shownRows(all, from);
  // What happens between a movement of the reader and the next rendering must know of it already.
  const place = useRef<Place>({ isStuck: true, top: 0, seen: [] });
  const rendered = useRef({ all, shown, onNearFirst });

  const look = useCallback((element: Element) => {
    place.current.top = element.scrollTop;
    const { all, shown, onNearFirst } = rendered.current;
    const next = around(place.current, element, all, shown);
    if (next !== null) setFrom(next);
    if (isNewlyNearFirst(place.current, all, shown)) onNearFirst();
  }, []);
  // What is to stay in sight is what the reader last scrolled to, even if it cannot be put back before more rows are above it.
  const hold = useCallback(() => {
    const element = list.current;
    if (!element || element.clientHeight === 0) return;
    if (place.current.isStuck) element.scrollTop = element.scrollHeight;
    else putBack(element, place.current.seen);
    look(element);
  }, [look]);
  useLayoutEffect(() => {
    rendered.current = { all, shown, onNearFirst };
    hold();
  });
  useEffect(() => {
    const observer = new ResizeObserver(hold);
    for (const element of [list.current, content.current]) if (element) observer.observe(element);
    return () => observer.disconnect();
  }, [hold]);

  const stick = () => {
    place.current.isStuck = true;
    setFrom(null);
  };
  const onScroll = () => {
    const element = list.current;
    if (!element || element.clientHeight === 0) return;
    const move = moveOf(place.current, element);
    if (move === "left") {
      place.current.isStuck = false;
      setFrom(shown.first);
    } else if (move === "came" && shown.end === all.end) stick();
    place.current.seen = seen(element);
    look(element);
  };
  return { list, content, shown, isStuck: from === null, stick, onScroll };
}

/** Where the reader is. */
interface Place {
  /** Whether that is the end, wherever it goes. */
  isStuck: boolean;
  top: number;
  seen: Seen[];
  /** The index of the first of all rows for which older ones were asked, while the reader is near it. */
  askedBefore?: number | undefined;
}

/** How far the end of a list is below its frame. */
function gapOf(list: Element): number {
  return list.scrollHeight - list.clientHeight - list.scrollTop;
}

/** Whether the reader has just left the end of the list, or come there. */
function moveOf({ isStuck, top: before }: Place, list: Element): "left" | "came" | "neither" {
  const { scrollTop: top } = list;
  if (isStuck) return top < before - SLACK && gapOf(list) > SLACK ? "left" : "neither";
  return top > before && gapOf(list) <= AT_END ? "came" : "neither";
}

/** From where on rows are to be in the document when the reader is near the first or last one there, and there are more. */
function around({ isStuck, top, seen: [uppermost] }: Place, list: Element, all: Range, shown: Range): number | null {
  if (isStuck || !uppermost) return null;
  const lacks = (top < NEAR && shown.first > all.first) || (gapOf(list) < NEAR && shown.end < all.end);
  return lacks ? shownAround(all, indexOf(uppermost)) : null;
}

function isNewlyNearFirst(place: Place, { first }: Range, shown: Range): boolean {
  const wasAsked = place.askedBefore === first;
  const isNear = place.top < NEAR && shown.first === first;
  place.askedBefore = isNear ? first : undefined;
  return isNear && !wasAsked;
}
