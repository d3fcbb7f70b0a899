import { resolve } from 'node:path';
import { parseId } from '@traffic-tacos/kernel';
import { verifyDraw, type PublishedDraw } from '@traffic-tacos/queue';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText, type Answer } from '../http/ask.ts';
import { errorCodeIn, listIn, numberIn, objectOf, textIn } from '../http/json-fields.ts';
import { counted, print, printJson } from '../terminal/say.ts';

export interface VerifyDrawOptions {
  /** The gateway of any deployment; the running platform's unless given. */
  readonly url?: string;
  /** The hash that was written down before the draw; without it the published one is believed. */
  readonly seedHash?: string;
  /** Whose place is wanted: a waiting token, or the id in it. */
  readonly token?: string;
  readonly json?: boolean;
}

const ID_BYTES = 16;

/** `tacos queue draw verify EVENT`: draws again from what is published, and tells anybody's place; exit code 1 when the draw was another one. */
export async function verifyQueueDraw(eventId: string, { url, seedHash, token, json = false }: VerifyDrawOptions): Promise<number> {
  const gateway = url ?? (await ownGateway());
  const query = `event_id=${encodeURIComponent(eventId)}`;
  const published = await ask(`${gateway}/api/v1/queue/draw?${query}`);
  if (errorCodeIn(published.body) === 'NOT_FOUND') throw new CommandFailed(`${eventId} has no draw: nobody has joined yet, or its order is that of arrival (admission.policy), or there is no such event.`);
  const draw = granted(published);
  if (draw['seed'] === undefined) throw new CommandFailed(`The draw of ${eventId} was not held yet. The hash of its seed is ${textIn(draw, 'seed_hash')}: write it down.`);
  const sizes = listIn(draw, 'lanes').map((lane) => numberIn(objectOf(lane), 'entrants'));
  const lanes: Uint8Array[] = [];
  for (const [lane, entrants] of sizes.entries()) lanes.push(await entrantsOf(`${gateway}/api/v1/queue/draw/entrants?${query}&lane=${lane}`, entrants));
  const drawn: PublishedDraw = { seedHash: seedHash ?? textIn(draw, 'seed_hash'), root: textIn(draw, 'root'), seed: textIn(draw, 'seed'), lanes };
  const verdict = verifyDraw(drawn);
  const place = verdict.kind === 'genuine' && token !== undefined ? placeOf(token, lanes, verdict.slots) : undefined;
  if (json) printJson({ event_id: eventId, verdict: verdict.kind, people: sizes.reduce((sum, size) => sum + size, 0), ...place });
  else print(textOf(verdict.kind, sizes, token === undefined ? undefined : (place ?? 'nobody')));
  return verdict.kind === 'genuine' ? 0 : 1;
}

interface Drawn {
  readonly lane: number;
  readonly place: number;
}

function textOf(verdict: 'genuine' | 'other_seed' | 'other_list', sizes: readonly number[], place: Drawn | 'nobody' | undefined): string {
  if (verdict === 'other_seed') return 'The seed is not the one whose hash was published before the draw.';
  if (verdict === 'other_list') return 'The list is not the one whose root was published when the draw was held.';
  const lines = [`genuine: ${counted(sizes.reduce((sum, size) => sum + size, 0), 'person', 'people')} drawn`];
  if (place === 'nobody') lines.push('whoever has that token did not take part: they came later');
  else if (place !== undefined) lines.push(`place ${place.place} in lane ${place.lane}`);
  return lines.join('\n');
}

async function entrantsOf(address: string, entrants: number): Promise<Uint8Array> {
  const ids = new Uint8Array(entrants * ID_BYTES);
  const view = new DataView(ids.buffer);
  let from: number | undefined = entrants === 0 ? undefined : 0;
  while (from !== undefined) {
    const page = granted(await ask(`${address}&from=${from}`));
    for (const [index, id] of listIn(page, 'entrants').entries()) {
      const words = parseId('wtk', String(id));
      if (words === undefined || from + index >= entrants) throw new CommandFailed(`${address} names ${String(id)}, which is no place of this draw.`);
      [words.w0, words.w1, words.w2, words.w3].forEach((word, at) => view.setInt32((Number(from) + index) * ID_BYTES + 4 * at, word, true));
    }
    from = page['next'] === undefined ? undefined : numberIn(page, 'next');
  }
  return ids;
}

function placeOf(token: string, lanes: readonly Uint8Array[], slots: readonly Uint32Array[]): Drawn | undefined {
  const words = parseId('wtk', token.split('.')[0] ?? '');
  if (words === undefined) throw new CommandFailed('That is no waiting token: it begins with wtk_.');
  for (const [lane, ids] of lanes.entries()) {
    const view = new DataView(ids.buffer);
    for (let person = 0; person * ID_BYTES < ids.length; person++) {
      const isTheirs = [words.w0, words.w1, words.w2, words.w3].every((word, at) => view.getInt32(person * ID_BYTES + 4 * at, true) === word);
      if (isTheirs) return { lane, place: (slots[lane]?.[person] ?? 0) + 1 };
    }
  }
  return undefined;
}

function granted(answer: Answer): Answer['body'] {
  if (answer.status !== 200) throw new CommandFailed(refusalText(answer));
  return answer.body;
}

async function ownGateway(): Promise<string> {
  const { dataDir } = await operatorSettings();
  const found = await findPlatform(dataDir);
  if (found.kind !== 'running') throw new CommandFailed(`No platform runs in ${resolve(dataDir)}: --url names the gateway of another one.`);
  return found.file.addresses.gateway;
}
