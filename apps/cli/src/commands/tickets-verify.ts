import { verifyTicket, type PublishedKey, type ReadTicket } from '@traffic-tacos/reservation';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText } from '../http/ask.ts';
import { listIn, objectOf, type JsonObject } from '../http/json-fields.ts';
import { print, printJson, say } from '../terminal/say.ts';
import { readRefunded, readText } from './refunded-orders.ts';

export interface VerifyTicketsOptions {
  /** File or address of the published keys; those of the running platform unless given. */
  readonly keys?: string;
  /** File with the ids of refunded orders, or what `tacos export orders` or `tickets` has written. */
  readonly void?: string;
  readonly json?: boolean;
}

/** What is to be done with whoever shows the code. */
interface Checked {
  readonly code: string;
  readonly verdict: 'valid' | 'void' | 'not a ticket' | 'unknown key' | 'wrong signature' | 'earlier form';
  readonly ticket?: ReadTicket;
}

const KEYS_PATH = '/.well-known/ticket-keys.json';

/** `tacos tickets verify`: whether codes are tickets, by the published keys alone; exit code 1 when one is not, or is void. */
export async function verifyTickets(codes: readonly string[], { keys: keysFrom, void: voidFile, json = false }: VerifyTicketsOptions): Promise<number> {
  const keys = keysIn(await readKeys(keysFrom));
  if (keys.length === 0) throw new CommandFailed('There is no Ed25519 key among the keys: they are not those of tickets.');
  const refunded = voidFile === undefined ? undefined : await readRefunded(voidFile);
  if (refunded === undefined) say('Without --void no refund is known: a ticket may be void all the same. npx tacos export tickets --csv writes the file.');
  const checked = codes.map((code) => check(code, keys, refunded ?? new Set()));
  if (json) printJson(checked.map(({ ticket, ...rest }) => ({ ...rest, ...ticket })));
  else for (const each of checked) print(lineOf(each));
  return checked.every(({ verdict }) => verdict === 'valid') ? 0 : 1;
}

function check(code: string, keys: readonly PublishedKey[], refunded: ReadonlySet<string>): Checked {
  const verdict = verifyTicket(code, keys);
  switch (verdict.kind) {
    case 'genuine':
      return { code, verdict: refunded.has(verdict.ticket.orderId) ? 'void' : 'valid', ticket: verdict.ticket };
    case 'earlier_form':
      return { code, verdict: 'earlier form' };
    case 'unknown_key':
      return { code, verdict: 'unknown key' };
    case 'signature_wrong':
      return { code, verdict: 'wrong signature' };
    case 'not_a_ticket':
      return { code, verdict: 'not a ticket' };
  }
}

function lineOf({ code, verdict, ticket }: Checked): string {
  if (ticket === undefined) return `${verdict.padEnd(16)}${code.slice(0, 24)}${EXPLAINED[verdict] ?? ''}`;
  return [verdict.padEnd(15), ticket.eventId, ticket.seatId ?? 'a place without a seat', ticket.ticketId, ticket.orderId].join(' ');
}

const EXPLAINED: Readonly<Partial<Record<Checked['verdict'], string>>> = {
  'earlier form': '  printed before codes were signed: POST /v1/tickets/check tells, or the order, which shows its present code',
  'unknown key': '  signed by a key that is not among the keys: take the newest ones, or it is another platform’s',
};

/** Of a set with others, those that tickets may be signed with. */
const keysIn = (document: JsonObject): readonly PublishedKey[] =>
  listIn(document, 'keys')
    .map((key): PublishedKey => ({ ...objectOf(key) }))
    .filter(({ kty, crv, x, kid }) => kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && typeof kid === 'string');

async function readKeys(from: string | undefined): Promise<JsonObject> {
  const source = from ?? (await ownKeys());
  if (!/^https?:\/\//.test(source)) return objectOf(parsed(source, await readText(source)));
  const answer = await ask(source);
  if (answer.status !== 200) throw new CommandFailed(`${source} ${refusalText(answer)}`);
  return answer.body;
}

/** Where the running platform publishes them. */
async function ownKeys(): Promise<string> {
  const { dataDir } = await operatorSettings();
  const found = await findPlatform(dataDir);
  if (found.kind !== 'running') throw new CommandFailed(`No platform runs on ${dataDir}: name the keys with --keys FILE or --keys URL (they stand under ${KEYS_PATH} on the reservation service).`);
  return `${found.file.addresses.reservation}${KEYS_PATH}`;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandFailed(`${path} is not JSON: a set of keys looks like {"keys":[…]}`, { cause });
  }
}
