import type { Unit, Units } from '@traffic-tacos/journal';
import { addMs, present, type EpochMs, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { dueKind, type DueKind } from '../../domain/intent-at.ts';
import type { Intent } from '../../domain/intent.ts';
import { latestFactOf } from '../../domain/payment-fact.ts';
import type { RequestKey } from '../../domain/request-key.ts';
import { webhookIdOf } from '../../domain/webhook.ts';
import type {
  CancelIntentOutcome,
  CreateIntentCommand,
  CreateIntentOutcome,
  DueIntent,
  EndIntentOutcome,
  ForceIntentCommand,
  ForceIntentOutcome,
  IntentCommand,
  IntentPage,
  ListFilter,
  OwnerCheck,
  PaymentStore,
  ProcessIntentCommand,
  ProcessIntentOutcome,
  RecallOutcome,
  RefundIntentCommand,
  RefundIntentOutcome,
} from '../../ports/payment-store.ts';
import { queueIn, recallIn, refundIn, writeIntentIn, writeKeyIn, type IntentMemory } from './intent-unit.ts';

/** Payments in the memory of this process, durable in its journal: each change is one entry. */
export class EmbeddedPaymentStore implements PaymentStore {
  readonly #units: Units;
  readonly #memory: IntentMemory;

  constructor(units: Units, memory: IntentMemory) {
    this.#units = units;
    this.#memory = memory;
  }

  async recall(key: RequestKey): Promise<RecallOutcome> {
    const recalled = recallIn(this.#memory, key, this.#memory.clock.nowMs());
    if (recalled === undefined) return { kind: 'new' };
    await this.#units.durable();
    return recalled;
  }

  createIntent(command: CreateIntentCommand): Promise<CreateIntentOutcome> {
    return this.#units.run((unit) => this.#createIn(unit, command));
  }

  process(command: ProcessIntentCommand): Promise<ProcessIntentOutcome> {
    return this.#units.run((unit) => this.#processIn(unit, command));
  }

  cancel(command: IntentCommand): Promise<CancelIntentOutcome> {
    return this.#units.run((unit) => this.#cancelIn(unit, command));
  }

  refund(command: RefundIntentCommand): Promise<RefundIntentOutcome> {
    return this.#units.run((unit) => refundIn(unit, this.#memory, command));
  }

  force(command: ForceIntentCommand): Promise<ForceIntentOutcome> {
    return this.#units.run((unit) => this.#forceIn(unit, command));
  }

  settle(intentIds: readonly PaymentIntentId[]): Promise<readonly EndIntentOutcome[]> {
    return this.#end(intentIds, 'settlement');
  }

  expire(intentIds: readonly PaymentIntentId[]): Promise<readonly EndIntentOutcome[]> {
    return this.#end(intentIds, 'expiry');
  }

  async read(intentId: PaymentIntentId, owner: OwnerCheck): Promise<Intent | undefined> {
    const stored = this.#owned(intentId, owner);
    // As of the turn in which it was read: a later instant could meet a change that this image does not show.
    const intent = stored === undefined ? undefined : this.#now(stored);
    await this.#units.durable();
    return intent;
  }

  async listByReservation(reservationId: ReservationId, owner: OwnerCheck): Promise<readonly Intent[]> {
    const found = this.#memory.intents.ofReservation(reservationId).filter((intent) => owner === undefined || intent.userId === owner);
    const intents = found.map((intent) => this.#now(intent));
    await this.#units.durable();
    return intents;
  }

  async listByUser(filter: ListFilter): Promise<IntentPage> {
    const page = this.#pageOf(filter);
    await this.#units.durable();
    return page;
  }

  async dueIntents(nowMs: EpochMs, limit: number): Promise<readonly DueIntent[]> {
    return this.#memory.intents.dueAt(nowMs, limit).map((intent) => ({ intentId: intent.id, due: dueKind(intent) }));
  }

  #createIn(unit: Unit, command: CreateIntentCommand): CreateIntentOutcome {
    const { intents, rules, terms, clock, webhooks } = this.#memory;
    const nowMs = clock.nowMs();
    const recalled = recallIn(this.#memory, command.key, nowMs);
    if (recalled !== undefined) return recalled;
    if (command.isReservationCurrent?.() === false) return { kind: 'reservation_changed' };
    const limit = terms.intentsPerReservation;
    if (intents.ofReservation(command.reservationId).length >= limit) return { kind: 'too_many_intents', limit };
    const webhookUrl = webhooks === undefined ? undefined : command.webhookUrl;
    intents.assertRoom(command.userId, command.eventId, webhookUrl);
    webhooks?.deliveries.assertRoom();
    const intent = rules.createIntent({ ...command, webhookUrl }, terms.timings, nowMs);
    unit.write(intents, intent);
    writeKeyIn(unit, this.#memory, command.key, intent, nowMs);
    return { kind: 'created', intent };
  }

  #processIn(unit: Unit, command: ProcessIntentCommand): ProcessIntentOutcome {
    const { rules, clock } = this.#memory;
    const nowMs = clock.nowMs();
    const recalled = recallIn(this.#memory, command.key, nowMs);
    if (recalled !== undefined) return recalled;
    const stored = this.#owned(command.intentId, command.owner);
    if (stored === undefined) return { kind: 'payment_not_found' };
    const decision = rules.processIntent(stored, nowMs);
    const intent = decision.kind === 'changed' ? decision.next : decision.intent;
    if (decision.kind === 'changed') writeIntentIn(unit, this.#memory, decision.next, nowMs);
    writeKeyIn(unit, this.#memory, command.key, intent, nowMs);
    return { kind: 'processed', intent };
  }

  #cancelIn(unit: Unit, command: IntentCommand): CancelIntentOutcome {
    const { intents, rules, clock } = this.#memory;
    const stored = this.#owned(command.intentId, command.owner);
    if (stored === undefined) return { kind: 'payment_not_found' };
    const decision = rules.cancelIntent(stored, clock.nowMs());
    switch (decision.kind) {
      case 'already_ended':
        return { kind: 'already_ended', status: decision.intent.status };
      case 'already_cancelled':
        return { kind: 'cancelled', intent: decision.intent };
      case 'cancelled':
        unit.write(intents, decision.next);
        return { kind: 'cancelled', intent: decision.next };
    }
  }

  #forceIn(unit: Unit, { intentId, target, isRepeatable, delayMs }: ForceIntentCommand): ForceIntentOutcome {
    const { intents, rules, clock, webhooks } = this.#memory;
    const stored = intents.find(intentId);
    if (stored === undefined) return { kind: 'payment_not_found' };
    const nowMs = clock.nowMs();
    const sendAtMs = addMs(nowMs, delayMs);
    const decision = rules.forceIntent(stored, target, nowMs);
    if (decision.kind === 'not_reachable') return { kind: 'already_ended', status: decision.status };
    if (decision.kind === 'forced') writeIntentIn(unit, this.#memory, decision.next, sendAtMs);
    const intent = decision.kind === 'forced' ? decision.next : decision.intent;
    const fact = present(latestFactOf(intent), 'a webhook tells of every state that can be forced');
    if (decision.kind === 'there_already') {
      if (!isRepeatable) return { kind: 'already_ended', status: intent.status };
      if (webhooks !== undefined) queueIn(unit, webhooks, fact, { url: intent.webhookUrl, sendAtMs });
    }
    return { kind: 'forced', intent, webhookId: webhooks === undefined ? undefined : webhookIdOf(fact.intentId, fact.sequence), sendAtMs };
  }

  /** One entry for each intent, and one wait for all of them. */
  async #end(intentIds: readonly PaymentIntentId[], by: DueKind): Promise<readonly EndIntentOutcome[]> {
    const outcomes = intentIds.map((intentId) => this.#units.decideNow((unit) => this.#endIn(unit, intentId, by)));
    await this.#units.durable();
    return outcomes;
  }

  #endIn(unit: Unit, intentId: PaymentIntentId, by: DueKind): EndIntentOutcome {
    const { intents, rules, clock } = this.#memory;
    const stored = intents.find(intentId);
    if (stored === undefined) return { kind: 'payment_not_found' };
    const nowMs = clock.nowMs();
    const decision = rules.endIntent(stored, by, nowMs);
    if (decision.kind !== 'ended') return decision;
    writeIntentIn(unit, this.#memory, decision.next, nowMs);
    return { kind: 'ended', intent: decision.next };
  }

  #pageOf({ userId, status, after, limit }: ListFilter): IntentPage {
    const intents: Intent[] = [];
    let isMore = false;
    this.#memory.intents.visitUser(userId, (stored) => {
      if (after !== undefined && stored.id >= after) return true;
      const intent = this.#now(stored);
      if (status !== undefined && intent.status !== status) return true;
      isMore = intents.length === limit;
      if (!isMore) intents.push(intent);
      return !isMore;
    }, after);
    return { intents, next: isMore ? intents.at(-1)?.id : undefined };
  }

  #owned(intentId: PaymentIntentId, owner: OwnerCheck): Intent | undefined {
    const stored = this.#memory.intents.find(intentId);
    return stored !== undefined && (owner === undefined || stored.userId === owner) ? stored : undefined;
  }

  #now(stored: Intent): Intent {
    return this.#memory.rules.intentAt(stored, this.#memory.clock.nowMs());
  }
}
