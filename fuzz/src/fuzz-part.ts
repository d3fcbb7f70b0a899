/** A process of `npm run fuzz`: told over its channel which cases to send to a platform of its own, it tells how that goes, and ends. */
import { describeFound } from './describe.ts';
import type { FuzzPart, PartMessage } from './fuzz-in-processes.ts';
import { fuzz } from './fuzz.ts';

const stopping = new AbortController();
const say = (message: PartMessage): void => void process.send?.(message);

async function run(part: FuzzPart): Promise<void> {
  const { found, ...figures } = await fuzz({ ...part, signal: stopping.signal, onProgress: (progress) => say({ kind: 'progress', figures: progress }) });
  say({ kind: 'done', figures, found: describeFound({ ...figures, found }, part.only) });
  process.disconnect?.();
}

process.on('message', (message: FuzzPart | 'stop') => {
  if (message === 'stop') stopping.abort();
  else void run(message);
});
// Whoever has started it is gone.
process.on('disconnect', () => stopping.abort());
