import { Unavailable } from '@traffic-tacos/kernel';
import type { PaymentWebhooks } from '@traffic-tacos/payment';

export type PostWebhook = PaymentWebhooks['poster']['post'];
type Message = Parameters<PostWebhook>[0];
type WebhookAnswer = Awaited<ReturnType<PostWebhook>>;

/** What becomes of the next message to a receiver: it is done with for good, or it is heard and its answer is lost. */
export type ReceiverTrouble = 'gone' | 'answer_lost';

/** Somebody who is told of results. They outlive every process. */
export class Receiver {
  /** Undefined of the platform's own. */
  readonly url: string | undefined;
  /** Ids of the events that it has heard of. */
  readonly heard = new Set<string>();
  readonly troubles: ReceiverTrouble[] = [];
  isAway = false;
  /** Since when everything must reach it; undefined while nobody has promised that. */
  promisedSinceMs: number | undefined;
  /** How often somebody has asked to take it back: what was promised before that is promised no more, also where the answer comes later. */
  takenBack = 0;

  constructor(url: string | undefined) {
    this.url = url;
    this.promisedSinceMs = url === undefined ? Number.NEGATIVE_INFINITY : undefined;
  }
}

export interface PostParts {
  /** What the platform's own receiver does with a message. May reject with `Unavailable`. */
  readonly follow: (message: Message) => Promise<unknown>;
  /** Told of each message that arrives; answers the id of the event that it is about. */
  readonly arrives: (message: Message) => string;
}

/** The network to all receivers, and what they answer. */
export class Receivers {
  readonly own = new Receiver(undefined);
  readonly elsewhere: readonly Receiver[] = ['one', 'two', 'three'].map((name) => new Receiver(`https://${name}.example/hook`));
  readonly #latency: () => Promise<void>;

  constructor(latency: () => Promise<void>) {
    this.#latency = latency;
  }

  get all(): readonly Receiver[] {
    return [this.own, ...this.elsewhere];
  }

  /** Nobody is away from now on. */
  calm(): void {
    for (const receiver of this.all) {
      receiver.isAway = false;
      receiver.troubles.length = 0;
    }
  }

  /** Sends for one life of the process. */
  poster({ follow, arrives }: PostParts): PostWebhook {
    return async (message) => {
      const receiver = this.all.find(({ url }) => url === message.url) ?? this.own;
      await this.#latency();
      const trouble = receiver.isAway ? undefined : receiver.troubles.shift();
      const answer = await this.#hear(receiver, message, trouble, { follow, arrives });
      await this.#latency();
      return trouble === 'answer_lost' ? { kind: 'unreachable', reason: 'the answer is lost' } : answer;
    };
  }

  async #hear(receiver: Receiver, message: Message, trouble: ReceiverTrouble | undefined, { follow, arrives }: PostParts): Promise<WebhookAnswer> {
    if (receiver.isAway) return { kind: 'unreachable', reason: 'nobody answers' };
    if (trouble === 'gone') return { kind: 'refused', status: 410 };
    const eventId = arrives(message);
    try {
      if (receiver === this.own) await follow(message);
    } catch (error) {
      if (error instanceof Unavailable) return { kind: 'refused', status: 503 };
      throw error;
    }
    receiver.heard.add(eventId);
    return { kind: 'accepted' };
  }
}

/** A field of a message, in the letters in which it is written; empty where it has none of that name. */
export const fieldOf = (body: string, name: string): string => new RegExp(`"${name}":"([^"]*)"`).exec(body)?.[1] ?? '';
