/** How many Unicode code points a text has: the server counts them too, not what a reader takes for one character. */
export function codePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1) count += 1;
  return count;
}
