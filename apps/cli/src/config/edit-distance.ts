/** How many letters must be put in, taken out, changed or swapped with the next; counted up to `most`, beyond which it is more. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? most) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((row[j] ?? most) + 1, (next[j - 1] ?? most) + 1, (row[j - 1] ?? most) + (isSame ? 0 : 1), swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? most + 1;
}

/** A letter left out, doubled or wrong, or two of them; short names are too alike for two. */
export const editsOf = (name: string): number => (name.length < 10 ? 1 : 2);
