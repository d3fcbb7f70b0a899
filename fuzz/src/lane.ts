import type { OutgoingHttpHeaders } from 'node:http2';
import type { ErrorRegistry } from '@traffic-tacos/kit';
import type { FuzzCase, RestTarget, RpcTarget, SocketTarget, Step } from './case.ts';
import { Draw } from './draw.ts';
import type { Listed } from '@traffic-tacos/platform/testing';
import type { Ledger } from './ledger.ts';
import { learnFrom } from './learn.ts';
import { RestConnection } from './rest/connection.ts';
import { draftOf, writeDraft } from './rest/draft.ts';
import { REST_MUTATIONS } from './rest/mutations.ts';
import { wrongWithReply } from './rest/oracle.ts';
import { NotSendable, REFUSED_STREAM, type RpcConnection, type RpcReply } from './rpc/connection.ts';
import { bodyOf, rpcDraftOf, type RpcDraft } from './rpc/draft.ts';
import { RPC_MUTATIONS } from './rpc/mutations.ts';
import { errorCodeIn, wrongWithCall } from './rpc/oracle.ts';
import type { Secrets } from './secrets.ts';
import { Conversation } from './socket/conversation.ts';
import { farewell, framesOf, handshakeOf, mustBeAnswered, socketDraftOf } from './socket/draft.ts';
import { SOCKET_MUTATIONS } from './socket/mutations.ts';
import { wrongWithConversation } from './socket/oracle.ts';
import type { CaseMemory, World } from './world.ts';

/** What a case showed to be wrong. */
export interface Wrong {
  readonly problem: string;
  /** The place of the step. */
  readonly step: number;
  readonly sent: string;
  readonly received: string;
}

export interface LaneDeps {
  readonly world: World;
  readonly ports: Readonly<Record<RestTarget['service'], number>>;
  /** Shared by all lanes. */
  readonly channels: Readonly<Record<RpcTarget['service'], RpcConnection>>;
  readonly registry: ErrorRegistry;
  /** What the OpenAPI document of each service lists. */
  readonly listed: Readonly<Record<RestTarget['service'], Listed>>;
  readonly secrets: Secrets;
  readonly ledger: Ledger;
  readonly counted: Counted;
}

/** How much has been sent, and how it ended. */
export interface Counted {
  requests: number;
  /** By HTTP status, or `grpc 5`. */
  readonly answers: Map<string, number>;
  /** By the name of a route or method. */
  readonly asked: Map<string, number>;
}

const MAX_SHOWN = 3_000;

/** One step of a case, with what it may know. */
interface Turn {
  readonly target: FuzzCase['steps'][number]['target'];
  readonly step: Step;
  readonly at: number;
  readonly memory: CaseMemory;
  readonly key: string;
  readonly keyed: Map<string, string>;
}

/** Runs one case at a time, on connections of its own. */
export class Lane {
  readonly #deps: LaneDeps;
  readonly #connections: Map<RestTarget['service'], RestConnection>;
  #conversation: Conversation | undefined;
  /** The case under way, for whoever asks why it does not end. */
  current: FuzzCase | undefined;
  /** Counts what has been begun to be sent. */
  begun = 0;
  /** What is being sent. */
  sending = '';

  constructor(deps: LaneDeps) {
    this.#deps = deps;
    this.#connections = new Map(Object.entries(deps.ports).map(([service, port]) => [service as RestTarget['service'], new RestConnection(port)]));
  }

  async run(fuzzCase: FuzzCase): Promise<Wrong | undefined> {
    this.current = fuzzCase;
    const memory = memoryOf(fuzzCase, this.#deps.world);
    const keyed = new Map<string, string>();
    let wrong: Wrong | undefined;
    for (let at = 0; at < fuzzCase.steps.length && wrong === undefined; at++) {
      const step = fuzzCase.steps[at];
      if (step === undefined) break;
      this.begun++;
      const key = `${memory.label}-${step.keyOf}`;
      const { target } = step;
      countOne(this.#deps.counted.asked, target.name);
      this.sending = target.name;
      wrong = await this.#take({ target, step, at, memory, key, keyed });
    }
    this.current = undefined;
    return wrong;
  }

  close(): void {
    this.#conversation?.destroy();
    for (const connection of this.#connections.values()) connection.destroy();
  }

  #take({ target, step, at, memory, key, keyed }: Turn): Promise<Wrong | undefined> {
    switch (target.surface) {
      case 'rest':
        return this.#request(target, step, at, memory, key, keyed);
      case 'rpc':
        return this.#call(target, step, at, memory, key);
      case 'socket':
        return this.#converse(target, step, at, memory);
    }
  }

  async #converse(target: SocketTarget, step: Step, at: number, memory: CaseMemory): Promise<Wrong | undefined> {
    const { world, ports } = this.#deps;
    const draft = socketDraftOf(target, step, memory);
    for (const { name, salt } of step.mutations) SOCKET_MUTATIONS[name]?.apply(draft, new Draw(salt), { target, memory, world });
    draft.isAnswered = mustBeAnswered(draft);
    const handshake = handshakeOf(draft, `127.0.0.1:${ports[target.service]}`);
    const frames = framesOf(draft, step.salt);
    this.#conversation = new Conversation(ports[target.service], { handshake, frames, isHasty: draft.isHasty, cuts: draft.cuts, farewell: farewell(world), isAnswered: draft.isAnswered });
    const ended = await this.#conversation.ended;
    this.#conversation = undefined;
    this.#count(`ws ${ended.reply?.status ?? 'closed'}`);
    const problem = wrongWithConversation(this.#deps, draft, handshake, ended);
    if (problem === undefined) return undefined;
    const received = JSON.stringify({ reply: ended.reply, frames: ended.frames.map(({ opcode, payload }) => [opcode, payload.toString('latin1')]) });
    return { problem: `${target.name} ${problem}`, step: at, sent: shown(Buffer.concat([handshake, frames])), received: received.slice(0, MAX_SHOWN) };
  }

  async #request(target: RestTarget, step: Step, at: number, memory: CaseMemory, key: string, keyed: Map<string, string>): Promise<Wrong | undefined> {
    const { world, ports, ledger } = this.#deps;
    const draft = draftOf(target, step, memory, world, key);
    for (const { name, salt } of step.mutations) REST_MUTATIONS[name]?.apply(draft, new Draw(salt), { target, memory, world });
    const bytes = writeDraft(draft, `127.0.0.1:${ports[target.service]}`);
    const wrongBecause = (problem: string, received: string): Wrong => ({ problem: `${target.name} ${problem}`, step: at, sent: shown(bytes), received });
    const isHead = draft.method === 'HEAD';
    const connection = this.#connections.get(target.service);
    if (connection === undefined) return undefined;
    try {
      const { replies, isClosed } = await (draft.isIsolated ? connection.sendAndEnd(bytes, isHead) : connection.send(bytes, isHead, draft.cuts));
      for (const reply of replies) {
        this.#count(String(reply.status));
        const problem = wrongWithReply(this.#deps, target, draft, bytes, reply) ?? learnFrom({ ledger, memory, keyed }, target, draft, reply);
        if (problem !== undefined) return wrongBecause(problem, JSON.stringify(reply).slice(0, MAX_SHOWN));
      }
      if (replies.length === 0 && !(draft.isIsolated && isClosed)) return wrongBecause('closed the connection without an answer', '');
    } catch (error) {
      return wrongBecause(`answered what is no HTTP: ${String(error)}`, '');
    }
    return undefined;
  }

  async #call(target: RpcTarget, step: Step, at: number, memory: CaseMemory, key: string): Promise<Wrong | undefined> {
    const { world, channels, secrets, ledger } = this.#deps;
    const draft = rpcDraftOf(target, step, memory, world, key);
    for (const { name, salt } of step.mutations) RPC_MUTATIONS[name]?.apply(draft, new Draw(salt), { target, memory, world });
    const [headers, body] = [headersOf(draft), bodyOf(draft)];
    try {
      const reply = await this.#callOnce(channels[target.service], headers, body, draft.givenUpAfterMs);
      this.#count(`grpc ${String(reply.status)}`);
      const problem = wrongWithCall(secrets, target, draft, reply) ?? learnFromCall(ledger, memory, target, draft, reply.status === 0 ? reply.body : undefined);
      if (problem === undefined) return undefined;
      const sent = `${JSON.stringify(headers)}\n${body.toString('hex').slice(0, MAX_SHOWN)}`;
      return { problem: `${target.name} ${problem}`, step: at, sent, received: JSON.stringify({ ...reply, body: reply.body.toString('latin1').slice(0, MAX_SHOWN) }) };
    } catch (error) {
      if (error instanceof NotSendable) return undefined;
      throw error;
    }
  }

  /** A call that the server has refused unseen, as it does when it ends a connection, is made again over another. */
  async #callOnce(channel: RpcConnection, headers: OutgoingHttpHeaders, body: Buffer, givenUpAfterMs: number | undefined): Promise<RpcReply> {
    const reply = await channel.call(headers, body, givenUpAfterMs);
    if (reply.resetCode !== REFUSED_STREAM || reply.status !== undefined) return reply;
    channel.renew();
    return channel.call(headers, body, givenUpAfterMs);
  }

  #count(answer: string): void {
    const { counted } = this.#deps;
    counted.requests++;
    countOne(counted.answers, answer);
  }
}

const countOne = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

function memoryOf({ seed, index, salt, attempt }: FuzzCase, world: World): CaseMemory {
  const draw = new Draw(salt);
  const person = draw.pick(world.people);
  // Most is asked of the event that has the most places, so that most succeeds.
  const event = draw.chance(70) ? world.events[0] : draw.pick(world.events);
  const label = `${seed}x${index}${attempt === 0 ? '' : `x${attempt}`}`;
  return { person, event, label, attempt, reservationId: undefined, intentId: undefined, orderId: undefined, holdId: undefined, amountMinor: undefined, waitingToken: undefined, reservationToken: undefined };
}

function headersOf({ path, method, contentType, sender, metadata }: RpcDraft): OutgoingHttpHeaders {
  const headers = Object.create(null) as OutgoingHttpHeaders;
  Object.assign(headers, { ':method': method, ':path': path, te: 'trailers' });
  if (contentType !== undefined) headers['content-type'] = contentType;
  if (sender.authorization !== undefined) headers['authorization'] = sender.authorization;
  for (const [name, value] of metadata) headers[name] = value;
  return headers;
}

const ID = /rsv_[0-7][0-9A-HJKMNP-TV-Z]{25}/;
const INTENT_ID = /pay_[0-7][0-9A-HJKMNP-TV-Z]{25}/;

/** What the next steps of the case need to know of an answer; a problem where it shows what is not the caller's. */
function learnFromCall(ledger: Ledger, memory: CaseMemory, target: RpcTarget, draft: RpcDraft, body: Buffer | undefined): string | undefined {
  // A refusal may say again what was asked for.
  if (body === undefined || !draft.isOnMethod || (!target.isStream && errorCodeIn(target, body) !== undefined)) return undefined;
  const text = body.toString('latin1', 5);
  const foreign = ledger.foreignIn(text, draft.sender);
  if (foreign !== undefined) return `shows ${foreign} of another user`;
  const id = ID.exec(text)?.[0];
  switch (target.method.name) {
    case 'ReserveSeat':
      memory.holdId = id ?? memory.holdId;
      break;
    case 'CreateReservation':
      if (id !== undefined && draft.sender.kind !== 'service') ledger.owned(id, draft.sender);
      memory.reservationId = id ?? memory.reservationId;
      break;
    case 'CreatePaymentIntent': {
      const intentId = INTENT_ID.exec(text)?.[0];
      if (intentId !== undefined && draft.sender.kind !== 'service') ledger.owned(intentId, draft.sender);
      memory.intentId = intentId ?? memory.intentId;
      break;
    }
    default:
  }
  return undefined;
}

const shown = (bytes: Buffer): string => JSON.stringify(bytes.subarray(0, MAX_SHOWN).toString('latin1')).slice(0, MAX_SHOWN);

