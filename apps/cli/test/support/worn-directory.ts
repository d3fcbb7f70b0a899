import { AssertionError } from 'node:assert';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { startPlatform, type Platform } from '@traffic-tacos/platform';
import { testOptions } from '@traffic-tacos/platform/testing';
import { sampleEvents } from '../../src/catalogue/sample-events.ts';

const STOP_WITHIN_MS = 5_000;
const RELAYED_WITHIN_MS = 20_000;

export interface Wear {
  /** Events put into it, one group each. */
  readonly events: number;
  /** Begin a segment after so many bytes. */
  readonly segmentBytes?: number;
  /** Take a snapshot after so many bytes, and at the stop. */
  readonly snapshotBytes?: number;
}

/** Runs a platform in a data directory, has it record something, and stops it: what lies there then was all written by the platform. */
export async function wear(dataDir: string, { events, segmentBytes, snapshotBytes }: Wear): Promise<void> {
  const limits = {
    ...DEFAULT_LIMITS,
    ...(segmentBytes === undefined ? {} : { journalSegmentBytes: segmentBytes }),
    ...(snapshotBytes === undefined ? {} : { snapshotEveryBytes: snapshotBytes }),
  };
  const platform = await startPlatform(testOptions(dataDir, { limits }));
  const [small] = (await sampleEvents()).filter(({ id }) => id === 'evt_festival');
  if (small === undefined) throw new AssertionError({ message: 'the samples have a festival' });
  const named = platform.nowMs().toString(36);
  for (let event = 0; event < events; event++) await platform.putEvent({ ...small, terms: { ...small.terms, waitingRoom: 'off' }, id: `evt_${named}_${event}` });
  await relayOne(platform, `evt_${named}_0`);
  await platform.stop(STOP_WITHIN_MS);
}

/** Has something happened that is relayed, and waits for it: what has not been relayed yet is kept. */
async function relayOne(platform: Platform, eventId: string): Promise<void> {
  const signed = await platform.signToken({ userId: 'somebody', role: 'user', ttlSeconds: 60 });
  const headers = { authorization: `Bearer ${signed.kind === 'signed' ? signed.token : ''}`, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  const { reservation } = platform.addresses;
  const held = await fetch(`${reservation}/v1/reservations`, { method: 'POST', headers, body: JSON.stringify({ eventId, quantity: 1 }) });
  if (held.status !== 201) throw new AssertionError({ message: `a place is held: ${await held.text()}` });
  const deadline = performance.now() + RELAYED_WITHIN_MS;
  while (!/^outbox_events_published_total [1-9]/m.test(await (await fetch(`${reservation}/actuator/prometheus`)).text())) {
    if (performance.now() > deadline) throw new AssertionError({ message: 'nothing was relayed' });
  }
}

/** Paths of the journal's files whose names begin so, in their order. */
export function journalFiles(dataDir: string, beginning: 'segment' | 'snapshot'): readonly string[] {
  const folder = join(dataDir, 'journal');
  return readdirSync(folder).filter((name) => name.startsWith(beginning)).toSorted().map((name) => join(folder, name));
}

/** Changes one bit of a file. */
export function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

/** Takes the file of ended records away, with all that SQLite has beside it. */
export function removeHistory(dataDir: string): void {
  for (const name of readdirSync(dataDir).filter((name) => name.startsWith('history.sqlite'))) rmSync(join(dataDir, name));
}
