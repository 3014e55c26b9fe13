/** How the default reactions look. A room may allow others; an emoji for a name looks like itself. */
const EMOJI: Readonly<Record<string, string>> = { like: "👍", love: "❤️", laugh: "😂", wow: "😮", applause: "👏", sad: "😢" };

export function emoji(reaction: string): string {
  return EMOJI[reaction] ?? reaction;
}
