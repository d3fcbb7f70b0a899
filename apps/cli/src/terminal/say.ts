/** Talk: to standard error, so that what is printed can be piped on. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Data, or what is there to be copied: to standard output. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** `12,345`. */
export const grouped = (value: number): string => value.toLocaleString('en-US');

/** `1 event`, `2 events`. */
export const counted = (value: number, singular: string, plural = `${singular}s`): string => `${grouped(value)} ${value === 1 ? singular : plural}`;

/** `840 ms`, `12.3 s`. */
export const elapsed = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
