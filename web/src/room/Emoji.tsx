/** How the default reactions look. A room may allow others; an emoji for a name looks like itself. */
const EMOJI: Readonly<Record<string, string>> = { like: "👍", love: "❤️", laugh: "😂", wow: "😮", applause: "👏", sad: "😢" };

/** A name in letters and digits, which fonts for emoji would draw in their own way. */
const IS_PLAIN = /^[\x20-\x7e]*$/;

/** A reaction as it looks. Fonts for text have some emoji too, in black, so those for emoji come first. */
export function Emoji({ reaction }: { reaction: string }) {
  const looks = EMOJI[reaction] ?? reaction;
  return <span className={IS_PLAIN.test(looks) ? undefined : "emoji"}>{looks}</span>;
}
