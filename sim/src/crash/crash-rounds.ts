import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@traffic-tacos/kernel';
import { Client, createAgent, killWhileStarting, startPlatformChild, type PlatformChild } from '@traffic-tacos/platform/testing';
import { must } from '../check/breach.ts';
import { auditDisk, auditSettled } from './audit-disk.ts';
import { checkMemory, type Mark } from './check-memory.ts';
import { newMemory, type Memory } from './known.ts';
import { RememberingBuyer } from './remembering-buyer.ts';
import { putEvents } from './sale.ts';
import { createTokens, type TokenFor } from './tokens.ts';

export const BUYERS = 16;
/** Answers before a crash, at most. */
const MOST_ANSWERS = 1_500;
/**
 * Of work, not of time. A busy machine stretches that too, and so does measuring coverage, so it is three times what a start may take by
 * the bench `recovery`; the report tells the slowest.
 */
const READY_WITHIN_CPU_MS = 15_000;
/** About as long as a start takes, so that the second crash meets each part of it. */
const STARTING_MS = 800;

export interface CrashOptions {
  readonly rounds: number;
  /** What buyers do, and after how many answers the process is killed, is drawn from it. */
  readonly seed: number;
  readonly onRound?: (round: number, report: CrashReport) => void;
}

export interface CrashReport {
  rounds: number;
  /** Starts that were killed before they were done. */
  killedStarts: number;
  holds: number;
  cancelled: number;
  confirmed: number;
  payments: number;
  places: number;
  /** Requests whose answer the crash has swallowed. */
  unanswered: number;
  /** What the slowest start has worked until it was ready, in ms. */
  slowestStartMs: number;
}

/** A crash has shown a guarantee broken, in that round; the data directory stays as it was. */
export class CrashFound extends Error {
  override readonly name = 'CrashFound';
}

/**
 * Sells, kills the process with `kill -9`, starts another on its directory, and checks all that anybody was told; so many times. Throws
 * `CrashFound`.
 */
export async function crashRounds({ rounds, seed, onRound }: CrashOptions): Promise<CrashReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-crash-'));
  const memories = Array.from({ length: BUYERS }, newMemory);
  const report: CrashReport = { rounds: 0, killedStarts: 0, holds: 0, cancelled: 0, confirmed: 0, payments: 0, places: 0, unanswered: 0, slowestStartMs: 0 };
  const rig: Rig = { dataDir, memories, report, tokenFor: await createTokens(dataDir), child: await startPlatformChild(dataDir) };
  try {
    await putEvents(rig.child, await rig.tokenFor(rig.child.addresses.gateway, 'organizer', 'organizer'));
    for (let round = 1; round <= rounds; round++) {
      await playRound(rig, new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ round));
      report.rounds = round;
      onRound?.(round, report);
    }
  } catch (cause) {
    await rig.child.kill();
    const told = cause instanceof Error ? cause.message : String(cause);
    throw new CrashFound(`round ${report.rounds + 1} of seed ${seed}: ${told}\nThe directory is kept: ${dataDir}\nAgain: npm run crash -- --seed ${seed} --rounds ${report.rounds + 1}`, { cause });
  }
  await rig.child.kill();
  await rm(dataDir, { recursive: true, force: true });
  return report;
}

interface Rig {
  readonly dataDir: string;
  readonly memories: readonly Memory[];
  readonly report: CrashReport;
  readonly tokenFor: TokenFor;
  child: PlatformChild;
}

async function playRound(rig: Rig, random: SeededRandom): Promise<void> {
  const marks = rig.memories.map(({ holds, places }): Mark => ({ holds: holds.length, places: places.length }));
  await sellUntilKilled(rig, random);
  count(rig, marks);
  await auditDisk(rig.dataDir);
  if (random.below(3) === 0) {
    await killWhileStarting(rig.dataDir, random.below(STARTING_MS));
    rig.report.killedStarts++;
    await auditDisk(rig.dataDir);
  }
  rig.child = await startPlatformChild(rig.dataDir);
  const { readyCpuMs } = rig.child;
  must(readyCpuMs < READY_WITHIN_CPU_MS, 'S1', 'the start', () => `was ready after ${readyCpuMs} ms of work`);
  rig.report.slowestStartMs = Math.max(rig.report.slowestStartMs, Math.round(readyCpuMs));
  await withClients(rig, async (clients) => {
    await Promise.all(clients.map(({ client }, i) => checkMemory(client, rig.memories[i] ?? newMemory(), marks[i] ?? { holds: 0, places: 0 }, new SeededRandom(random.u32()))));
  });
  await auditSettled(rig.dataDir);
}

/** The moment of the crash is told in answers, the sale's own time: on a slow machine it comes as early in the sale. */
async function sellUntilKilled(rig: Rig, random: SeededRandom): Promise<void> {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let left = 1 + random.below(MOST_ANSWERS);
  const onAnswer = (): void => void (--left === 0 && resolve());
  await withClients(rig, async (clients) => {
    const buyers = clients.map((pair, i) => new RememberingBuyer(pair, rig.memories[i] ?? newMemory(), new SeededRandom(random.u32()), onAnswer));
    const selling = Promise.all(buyers.map((buyer) => buyer.run()));
    await Promise.race([reached, selling]);
    must(!rig.child.hasEnded, 'S1', 'the process', 'ended by itself');
    await rig.child.kill();
    await selling;
  });
}

type Pair = { readonly client: Client; readonly visitor: Client };

async function withClients({ child, memories, tokenFor }: Rig, body: (clients: readonly Pair[]) => Promise<void>): Promise<void> {
  const agent = createAgent();
  try {
    const visitor = new Client(child, agent);
    await body(await Promise.all(memories.map(async (_, i) => ({ client: new Client(child, agent, await tokenFor(child.addresses.gateway, `buyer-${i}`)), visitor }))));
  } finally {
    agent.destroy();
  }
}

function count({ memories, report }: Rig, marks: readonly Mark[]): void {
  for (const [i, { holds, places }] of memories.entries()) {
    report.places += places.length - (marks[i]?.places ?? 0);
    for (const { told, asking, intentIds } of holds.slice(marks[i]?.holds)) {
      if (told !== 'nothing' && told !== 'refused') report.holds++;
      if (told === 'CANCELLED') report.cancelled++;
      if (told === 'CONFIRMED') report.confirmed++;
      if (asking !== 'nothing') report.unanswered++;
      report.payments += intentIds.length;
    }
  }
}
