/** `0-3,7,9-12`: steps as a person may type them. */
export function writeRanges(steps: readonly number[]): string {
  const ranges: string[] = [];
  for (let i = 0; i < steps.length; ) {
    let end = i;
    while (steps[end + 1] === (steps[end] ?? 0) + 1) end++;
    ranges.push(end === i ? `${steps[i]}` : `${steps[i]}-${steps[end]}`);
    i = end + 1;
  }
  return ranges.join(',');
}

/** Undefined where the text is something else. */
export function readRanges(text: string): ReadonlySet<number> | undefined {
  const steps = new Set<number>();
  for (const range of text.split(',')) {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range);
    if (match === null) return undefined;
    const from = Number(match[1]);
    const to = Number(match[2] ?? from);
    if (to < from || to - from > 10_000_000) return undefined;
    for (let step = from; step <= to; step++) steps.add(step);
  }
  return steps;
}
