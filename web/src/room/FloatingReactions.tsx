import type { RoomEventBatch } from "@plenary/apollo";
import { useEffect, useState } from "react";
import type { Subject } from "rxjs";

import { Emoji } from "./Emoji";
import classes from "./FloatingReactions.module.css";

/** Reactions of one batch. */
export type Burst = RoomEventBatch["reactions"];

interface Floating {
  id: number;
  name: string;
}

/** How many float at once: the look of a crowd, whatever its size. */
const MOST = 24;

/** How many of one batch float. */
const MOST_PER_BATCH = 8;

/** Reactions of the crowd, rising and fading. Nothing is lost to who cannot see them: they say nothing in particular. */
export function FloatingReactions({ bursts }: { bursts: Subject<Burst> }) {
  const [floating, setFloating] = useState<readonly Floating[]>([]);
  useEffect(() => {
    let next = 0;
    const subscription = bursts.subscribe((burst) => {
      const names = burst.flatMap(({ name, count }) => Array.from({ length: Math.min(count, MOST_PER_BATCH) }, () => name));
      const added = names.slice(0, MOST_PER_BATCH).map((name) => ({ id: next++, name }));
      setFloating((shown) => [...shown, ...added].slice(-MOST));
    });
    return () => subscription.unsubscribe();
  }, [bursts]);
  const remove = (id: number) => setFloating((shown) => shown.filter((other) => other.id !== id));
  return (
    <div className={classes.sky} aria-hidden>
      {floating.map(({ id, name }) => (
        <span key={id} className={classes.floating} data-lane={id % 6} onAnimationEnd={() => remove(id)}>
          <Emoji reaction={name} />
        </span>
      ))}
    </div>
  );
}
