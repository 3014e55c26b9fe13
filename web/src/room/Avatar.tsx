import { Icon } from "../app/Icon";
import classes from "./Avatar.module.css";

interface Props {
  /** Null for somebody without a name. */
  name: string | null;
  url?: string | null | undefined;
  /** Chooses the color, so that two people with one name look different. */
  seed: string;
  size?: "small" | "normal";
}

/** A person's picture, else the first letters of the name, or a mask. The name stands beside it, so readers aloud skip it. */
export function Avatar({ name, url, seed, size = "normal" }: Props) {
  const className = `${classes.avatar} ${classes[size]}`;
  if (url) return <img className={className} src={url} alt="" loading="lazy" />;
  if (name === null) {
    return (
      <span className={className} data-hue="none" aria-hidden>
        <Icon name="mask" size={size === "small" ? 16 : 22} />
      </span>
    );
  }
  return (
    <span className={className} data-hue={hue(seed)} aria-hidden>
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""];
  return firstLetter(first) + firstLetter(last);
}

function firstLetter(word: string): string {
  return String.fromCodePoint(word.codePointAt(0) ?? 0x20).trim();
}

function hue(seed: string): number {
  let sum = 0;
  for (const character of seed) sum = (sum * 31 + character.charCodeAt(0)) % 997;
  return sum % 8;
}
