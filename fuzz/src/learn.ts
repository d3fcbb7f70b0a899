import type { RawReply } from '@traffic-tacos/kit/testing';
import type { RestTarget } from './case.ts';
import type { Ledger } from './ledger.ts';
import type { RestDraft } from './rest/draft.ts';
import type { CaseMemory } from './world.ts';

const RESERVATION = /"reservation_?[iI]d":"(rsv_[0-7][0-9A-HJKMNP-TV-Z]{25})"/;
const INTENT = /"payment_?[iI]ntent_?[iI]d":"(pay_[0-7][0-9A-HJKMNP-TV-Z]{25})"/;
const ORDER = /"order_?[iI]d":"(ord_[0-7][0-9A-HJKMNP-TV-Z]{25})"/;
const AMOUNT = /"total_?[aA]mount":(\d{1,15})/;
const WAITING = /"waiting_?[tT]oken":"([^"]+)"/;
const ADMITTED = /"reservation_?[tT]oken":"([^"]+)"/;
const EVENT = /"event_?[iI]d":"([^"]*)"/;

/** Where users are shown what is theirs. */
const OF_USERS: ReadonlySet<string> = new Set(['anyone', 'optional', 'user']);

interface Known {
  readonly ledger: Ledger;
  readonly memory: CaseMemory;
  /** What the keys of this case have made, by user, event and key. */
  readonly keyed: Map<string, string>;
}

/** Takes from a success what later steps and checks need. A problem where it shows what is not the sender's, or one key has two effects. */
export function learnFrom({ ledger, memory, keyed }: Known, { route }: RestTarget, draft: RestDraft, { status, text }: RawReply): string | undefined {
  if (status >= 300 || !draft.isOnRoute) return undefined;
  const { sender } = draft;
  // Whoever runs the platform sees what belongs to users.
  const foreign = OF_USERS.has(route.access) ? ledger.foreignIn(text, sender) : undefined;
  if (foreign !== undefined) return `shows ${foreign} of another user`;
  memory.waitingToken = WAITING.exec(text)?.[1] ?? memory.waitingToken;
  memory.reservationToken = ADMITTED.exec(text)?.[1] ?? memory.reservationToken;
  const isPost = route.method === 'POST' || route.method === 'DELETE';
  const id = isPost ? RESERVATION.exec(text)?.[1] : undefined;
  if (id === undefined) return undefined;
  // Operators and services act on what belongs to users; users own what they are answered.
  if (sender.kind === 'service' || sender.kind === 'admin') return undefined;
  if (status === 201) {
    const intentId = INTENT.exec(text)?.[1];
    if (intentId === undefined) return created(ledger, memory, keyed, draft, id, text);
    ledger.owned(intentId, sender);
    memory.intentId = intentId;
  } else if (!route.path.includes('/reservations')) return undefined;
  else if (route.path.endsWith('/cancel') || route.method === 'DELETE') ledger.told(id, sender, 'CANCELLED');
  else if (route.path.endsWith('/confirm')) {
    ledger.told(id, sender, 'CONFIRMED');
    memory.orderId = ORDER.exec(text)?.[1] ?? memory.orderId;
  }
  return undefined;
}

function created(ledger: Ledger, memory: CaseMemory, keyed: Map<string, string>, { sender, headers }: RestDraft, id: string, text: string): string | undefined {
  ledger.owned(id, sender);
  ledger.told(id, sender, 'HOLD');
  memory.reservationId = id;
  memory.amountMinor = Number(AMOUNT.exec(text)?.[1] ?? 0);
  const keys = headers.filter(([name]) => name === 'Idempotency-Key').map(([, value]) => value);
  const scope = `${sender.userId} ${EVENT.exec(text)?.[1] ?? ''} ${keys.join()}`;
  const earlier = keyed.get(scope);
  keyed.set(scope, id);
  return earlier === undefined || earlier === id ? undefined : `makes ${id} by a key that has made ${earlier}`;
}
