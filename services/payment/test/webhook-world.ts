import { readWebhookSecret, verifyPayload } from '@traffic-tacos/kit';
import type { WebhookAnswer, WebhookDelivery } from '../src/domain/webhook.ts';
import type { ReceiverRules } from '../src/ports/registrations.ts';
import type { PostTerms, PostWebhook } from '../src/ports/webhook-queue.ts';
import { paymentWorld, SETTINGS, type PaymentWorld } from './payment-world.ts';

/** One attempt, as the receiver sees it. */
export interface Attempt {
  readonly webhookId: string;
  readonly url: string | undefined;
  readonly said: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly atMs: number;
  /** Of a registered receiver. */
  readonly terms: PostTerms | undefined;
}

export interface WebhookWorld extends PaymentWorld {
  readonly attempts: Attempt[];
  /** Messages of which an attempt failed, as they were then. */
  readonly failed: WebhookDelivery[];
  /** What the receiver answers from now on. */
  answer: WebhookAnswer;
  /** Receivers elsewhere answer only when this has resolved. */
  elsewhereAnswers: Promise<void>;
  /** What one receiver answers, in place of that. */
  readonly answersOf: Map<string, WebhookAnswer>;
  /** Lets everything that is under way go on until nothing is. */
  settle(): Promise<void>;
}

/** Of an internet in which only `inside.example` leads inside. */
const RULES: ReceiverRules = {
  mayReceive: (url) => Promise.resolve(new URL(url).hostname !== 'inside.example'),
  isSecret: (text) => readWebhookSecret(text) !== undefined,
  verify: (_url, written, payload, signature) => verifyPayload(written.flatMap((text) => readWebhookSecret(text) ?? []), payload, signature),
};

const ACCEPTED: WebhookAnswer = { kind: 'accepted' };

/** The service with a receiver behind its port. It is started. */
export function webhookWorld(settings = SETTINGS, after?: PaymentWorld): WebhookWorld {
  const attempts: Attempt[] = [];
  const failed: WebhookDelivery[] = [];
  const answersOf = new Map<string, WebhookAnswer>();
  const receiver: Pick<WebhookWorld, 'answer' | 'elsewhereAnswers'> = { answer: ACCEPTED, elsewhereAnswers: Promise.resolve() };
  const post: PostWebhook = async ({ webhookId, url, body }, terms) => {
    attempts.push({ terms, webhookId, url, body, said: JSON.parse(body) as Readonly<Record<string, unknown>>, atMs: world.clock.nowMs() });
    if (url !== undefined) await receiver.elsewhereAnswers;
    return answersOf.get(url ?? '') ?? receiver.answer;
  };
  const webhooks = { poster: { post, close: () => undefined }, rules: RULES, onFailure: (message: WebhookDelivery) => void failed.push(message) };
  const world = paymentWorld(settings, after, webhooks);
  world.service.start();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    await world.scheduler.wakeDue();
    for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return {
    ...world,
    attempts,
    failed,
    answersOf,
    get answer() {
      return receiver.answer;
    },
    set answer(answer) {
      receiver.answer = answer;
    },
    get elsewhereAnswers() {
      return receiver.elsewhereAnswers;
    },
    set elsewhereAnswers(promise) {
      receiver.elsewhereAnswers = promise;
    },
    settle,
    pass: async (ms) => {
      await world.pass(ms);
      await settle();
    },
  };
}
