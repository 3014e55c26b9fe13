import { useCallback, useRef, useState } from "react";
import type { VirtuosoHandle } from "react-virtuoso";

/** Nobody scrolls by less; browsers round. In pixels. */
const SLACK = 2;

/** How long after a reader's hand has moved a movement of the list is still the reader's, in milliseconds. */
const READER_MS = 1_000;

/** What a reader scrolls with; to press a button of the mouse on the list itself is to take its scroll bar. */
const INPUTS = ["wheel", "touchmove", "pointerdown", "keydown"] as const;

function leadsUp(event: Event): boolean {
  if (event instanceof WheelEvent) return event.deltaY < 0;
  if (event instanceof KeyboardEvent) return ["ArrowUp", "PageUp", "Home", " "].includes(event.key);
  return event.type === "touchmove" || event.target === event.currentTarget;
}

/** Who is no further from the end than this, in pixels, is at the end: a line that breaks elsewhere moves the list a little. */
export const AT_END = 24;

/**
 * Keeps a list at its end while it grows, until the reader scrolls up, and again once the reader is back at the end.
 * Only a reader scrolls: what the list does to its place while messages come faster than they are measured is no reason to stop.
 */
export function useStick() {
  const list = useRef<VirtuosoHandle>(null);
  const [isStuck, setStuck] = useState(true);
  const stuck = useRef(true);
  const before = useRef(0);
  const set = useCallback((value: boolean) => {
    stuck.current = value;
    setStuck(value);
  }, []);

  const scroller = useRef<HTMLElement>(null);
  const inputAt = useRef(-Infinity);
  const onInput = useCallback((event: Event) => {
    if (leadsUp(event)) inputAt.current = performance.now();
  }, []);
  const onScroll = useCallback(() => {
    if (!scroller.current) return;
    const { scrollTop: top, scrollHeight: height, clientHeight } = scroller.current;
    // The list corrects its place by itself too, whenever rows turn out lower than was guessed or are taken away in front.
    const isReader = performance.now() - inputAt.current < READER_MS;
    if (isReader && top < before.current - SLACK && height - clientHeight - top > AT_END) set(false);
    before.current = top;
  }, [set]);
  const scrollerRef = useCallback(
    (element: HTMLElement | Window | null) => {
      const next = element instanceof HTMLElement ? element : null;
      scroller.current?.removeEventListener("scroll", onScroll);
      next?.addEventListener("scroll", onScroll, { passive: true });
      for (const input of INPUTS) {
        scroller.current?.removeEventListener(input, onInput);
        next?.addEventListener(input, onInput, { passive: true });
      }
      scroller.current = next;
    },
    [onScroll, onInput],
  );
  const toEnd = useCallback(() => list.current?.scrollTo({ top: Number.MAX_SAFE_INTEGER }), []);
  return {
    list,
    isStuck,
    scrollerRef,
    followOutput: useCallback(() => stuck.current && ("auto" as const), []),
    /** Rows that were measured now may be higher than was guessed. */
    totalListHeightChanged: useCallback(() => {
      if (stuck.current) toEnd();
    }, [toEnd]),
    atBottomStateChange: useCallback((isAtBottom: boolean) => isAtBottom && set(true), [set]),
    stick: useCallback(() => {
      set(true);
      list.current?.scrollToIndex({ index: "LAST", align: "end" });
    }, [set]),
  };
}
