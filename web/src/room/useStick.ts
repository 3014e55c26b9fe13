import { useCallback, useRef, useState } from "react";
import type { VirtuosoHandle } from "react-virtuoso";

/** Nobody scrolls by less; browsers round. In pixels. */
const SLACK = 2;

/** Who is no further from the end than this, in pixels, is at the end: a line that breaks elsewhere moves the list a little. */
export const AT_END = 24;

/**
 * Keeps a list at its end while it grows, until the reader scrolls up, and again once the reader is back at the end.
 * That messages come faster than they can be measured does not look like a reader who scrolls.
 */
export function useStick() {
  const list = useRef<VirtuosoHandle>(null);
  const [isStuck, setStuck] = useState(true);
  const stuck = useRef(true);
  const before = useRef({ top: 0, height: 0 });
  const set = useCallback((value: boolean) => {
    stuck.current = value;
    setStuck(value);
  }, []);

  const scroller = useRef<HTMLElement>(null);
  const onScroll = useCallback(() => {
    if (!scroller.current) return;
    const { scrollTop: top, scrollHeight: height, clientHeight } = scroller.current;
    // Rows that are taken away in front also move what is shown up, but make the whole lower.
    const isUp = top < before.current.top - SLACK && height >= before.current.height;
    if (isUp && height - clientHeight - top > AT_END) set(false);
    before.current = { top, height };
  }, [set]);
  const scrollerRef = useCallback(
    (element: HTMLElement | Window | null) => {
      scroller.current?.removeEventListener("scroll", onScroll);
      scroller.current = element instanceof HTMLElement ? element : null;
      scroller.current?.addEventListener("scroll", onScroll, { passive: true });
    },
    [onScroll],
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
