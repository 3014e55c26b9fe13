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
  const onEdge = useEdges({ all, shown, place, setFrom, onNearFirst });

  const hold = useCallback(() => {
    const element = list.current;
    if (!element || element.clientHeight === 0) return;
    if (place.current.isStuck) element.scrollTop = element.scrollHeight;
    else putBack(element, place.current.seen);
    note(place.current, element);
    onEdge(element);
  }, [onEdge]);
  useLayoutEffect(hold);
  useEffect(() => {
    const observer = new ResizeObserver(hold);
    for (const element of [list.current, content.current]) if (element) observer.observe(element);
    return () => observer.disconnect();
  }, [hold]);

  const onScroll = () => {
    const element = list.current;
    if (!element || element.clientHeight === 0) return;
    const { isStuck, top: before } = place.current;
    const { scrollTop: top } = element;
    if (isStuck && top < before - SLACK && gapOf(element) > SLACK) {
      place.current.isStuck = false;
      setFrom(shown.first);
    } else if (!isStuck && top > before && gapOf(element) <= AT_END && shown.end === all.end) stick();
    note(place.current, element);
    onEdge(element);
  };
  const stick = () => {
    place.current.isStuck = true;
    setFrom(null);
  };
  return { list, content, shown, isStuck: from === null, stick, onScroll };
}

/** Where the reader is. */
interface Place {
  /** Whether that is the end, wherever it goes. */
  isStuck: boolean;
  top: number;
  seen: Seen[];
}

function note(place: Place, list: Element): void {
  place.top = list.scrollTop;
  place.seen = seen(list);
}

/** How far the end of a list is below its frame. */
function gapOf(list: Element): number {
  return list.scrollHeight - list.clientHeight - list.scrollTop;
}

interface Edges extends Options {
  shown: Range;
  place: { readonly current: Place };
  setFrom: (from: number) => void;
}

/** Brings more rows into the document where the reader comes near to the first or last of them, and asks for older ones. */
function useEdges({ all: { first, end }, shown, place, setFrom, onNearFirst }: Edges) {
  const asked = useRef<number>(null);
  const { first: from, end: to } = shown;
  return useCallback(
    (list: Element) => {
      const { isStuck, top, seen: inSight } = place.current;
      const isNearTop = top < NEAR;
      const isNearBottom = gapOf(list) < NEAR;
      if (!isStuck && inSight[0] && ((isNearTop && from > first) || (isNearBottom && to < end))) {
        setFrom(shownAround({ first, end }, indexOf(inSight[0])));
      }
      if (!isNearTop) asked.current = null;
      else if (from === first && asked.current !== first) {
        asked.current = first;
        onNearFirst();
      }
    },
    [first, end, from, to, place, setFrom, onNearFirst],
  );
}
