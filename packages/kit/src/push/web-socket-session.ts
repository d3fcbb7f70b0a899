import type { Clock, Limits } from '@traffic-tacos/kernel';
import type { WebSocket } from 'ws';
import { convertThrown } from '../errors/convert-thrown.ts';
import { refuse, type ErrorRegistry, type Language } from '../errors/registry.ts';
import type { TokenVerifier } from '../http/authorize.ts';
import type { RenderJson } from '../http/render-json.ts';
import type { Caller, Refusal } from '../http/route.ts';
import type { Logger } from '../logging/logger.ts';
import type { RateLimits } from '../protection/rate-limits.ts';
import { readClientMessage, type ClientMessage } from './client-message.ts';
import type { OpenStream } from './open-stream.ts';
import type { StreamRoom } from './open-streams.ts';
import type { PushStream } from './push-stream.ts';
import type { SocketTopic } from './socket-topic.ts';
import { TopicStream } from './topic-stream.ts';

export interface SessionDeps {
  readonly topics: Readonly<Record<string, SocketTopic>>;
  readonly verifier: TokenVerifier;
  readonly registry: ErrorRegistry;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'pushTopics'>;
  readonly render: RenderJson;
  /** Undefined where rates are not limited. */
  readonly rateLimits?: RateLimits | undefined;
}

/** Nobody needs longer to say who they are, or what they want. */
const SILENT_MS = 10_000;
/** Messages of one client that may wait for their answer. */
const MESSAGES_AT_ONCE = 32;

const NO_TOKEN = refuse('UNAUTHENTICATED');
const OTHER_USER = refuse('FORBIDDEN', { details: [{ field: 'token', reason: 'is of another user than the first one' }] });
const TOO_MANY = refuse('RATE_LIMITED', { details: [{ field: 'topic', reason: 'too many are followed on this socket already' }] });
const SERVICE = refuse('FORBIDDEN', { details: [{ field: 'token', reason: 'services take updates over gRPC' }] });

/**
 * One client on a WebSocket: it signs in, subscribes and unsubscribes, and is answered in the order of its messages. A message that is wrong is
 * answered with an error; only a client that floods, or says nothing at all, is sent away.
 */
export class WebSocketSession {
  readonly #deps: SessionDeps;
  readonly #stream: OpenStream;
  readonly #room: StreamRoom;
  readonly #language: Language;
  readonly #address: string;
  readonly #followed = new Map<string, TopicStream>();
  readonly #begunMs: number;
  #caller: Caller | undefined = undefined;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: SessionDeps, socket: WebSocket, opened: { readonly stream: OpenStream; readonly room: StreamRoom; readonly language: Language; readonly address: string }) {
    this.#deps = deps;
    this.#stream = opened.stream;
    this.#room = opened.room;
    this.#language = opened.language;
    this.#address = opened.address;
    this.#begunMs = deps.clock.nowMs();
    socket.on('message', (data, isBinary) => this.#arrived(isBinary ? undefined : String(data)));
    opened.stream.onTick(() => this.#tick());
    opened.stream.onEnd(() => this.#over());
  }

  #arrived(text: string | undefined): void {
    if (this.#stream.isEnded) return;
    if (this.#waiting >= MESSAGES_AT_ONCE) return this.#stream.end('misused');
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      await this.#answer(text);
      this.#waiting--;
    });
  }

  async #answer(text: string | undefined): Promise<void> {
    if (this.#stream.isEnded) return;
    const message = readClientMessage(text ?? '');
    if (message.type === 'malformed') {
      const { field, reason } = message;
      return this.#refuse(refuse('INVALID_REQUEST', { details: [{ field, reason }] }));
    }
    try {
      await this.#do(message);
    } catch (thrown) {
      const { refusal, isBug } = convertThrown(thrown);
      if (isBug) this.#deps.logger.error({ err: thrown }, 'a message on a WebSocket failed by a fault of ours');
      this.#refuse(refusal, message);
    }
  }

  async #do(message: ClientMessage): Promise<void> {
    const costs = message.type === 'authenticate' || message.type === 'subscribe';
    const excess = costs ? this.#deps.rateLimits?.checkMessage({ userId: this.#caller?.userId, address: this.#address }, performance.now()) : undefined;
    if (excess !== undefined) return this.#refuse(excess, message);
    switch (message.type) {
      case 'ping':
        return this.#say('pong', {});
      case 'authenticate':
        return this.#authenticate(message.token);
      case 'subscribe':
        return this.#subscribe(message);
      case 'unsubscribe': {
        const { topic, id } = message;
        this.#followed.get(keyOf(message))?.leave();
        this.#say('unsubscribed', { topic, id });
      }
    }
  }

  /** A further token of the same user takes the place of the first, so that a socket may outlive it. */
  async #authenticate(token: string): Promise<void> {
    const caller = await this.#deps.verifier.verify(token);
    if ('refused' in caller) return this.#refuse(caller);
    if (caller.roles.includes('service')) return this.#refuse(SERVICE);
    const known = this.#caller;
    if (known !== undefined && known.userId !== caller.userId) return this.#refuse(OTHER_USER);
    const tooMany = known === undefined ? this.#room.signIn(caller.userId) : undefined;
    if (tooMany !== undefined) return this.#refuse(tooMany);
    this.#caller = caller;
    this.#stream.tokenExpiresAtMs = caller.tokenExpiresAtMs;
    this.#stream.userId = caller.userId;
    this.#say('authenticated', { userId: caller.userId });
  }

  async #subscribe(message: ClientMessage & { readonly type: 'subscribe' }): Promise<void> {
    const { topic, id, lastEventId } = message;
    const { topics, limits } = this.#deps;
    const known = Object.hasOwn(topics, topic) ? topics[topic] : undefined;
    if (known === undefined) return this.#refuse(refuse('INVALID_REQUEST', { details: [{ field: 'topic', reason: `must be one of ${Object.keys(topics).join(', ')}` }] }), message);
    if (known.access === 'user' && this.#caller === undefined) return this.#refuse(NO_TOKEN, message);
    if (this.#followed.has(keyOf(message))) return this.#say('subscribed', { topic, id });
    if (this.#followed.size >= limits.pushTopics) return this.#refuse(TOO_MANY, message);
    const opened = await known.open({ id, caller: this.#caller, lastEventId });
    if ('refused' in opened) return this.#refuse(opened, message);
    if (this.#stream.isEnded) return;
    this.#say('subscribed', { topic, id });
    const stream = new TopicStream(topic, id, this.#stream, () => this.#followed.delete(keyOf(message)));
    this.#followed.set(keyOf(message), stream);
    opened(stream satisfies PushStream);
  }

  #tick(): void {
    for (const topic of this.#followed.values()) topic.tick();
    const isSilent = this.#caller === undefined && this.#followed.size === 0;
    if (isSilent && this.#deps.clock.nowMs() - this.#begunMs >= SILENT_MS) this.#stream.end('silent');
  }

  #over(): void {
    for (const topic of this.#followed.values()) topic.leave();
  }

  #say(type: string, data: Readonly<Record<string, unknown>>): void {
    this.#stream.send({ name: type, data });
  }

  #refuse(refusal: Refusal, about?: ClientMessage): void {
    const message = this.#deps.registry.find(refusal.refused)?.message[this.#language];
    const { topic, id } = about !== undefined && 'topic' in about ? about : { topic: undefined, id: undefined };
    this.#say('error', { code: refusal.refused, message, topic, id, details: refusal.details });
  }
}

const keyOf = ({ topic, id }: { readonly topic: string; readonly id: string }): string => `${topic} ${id}`;
