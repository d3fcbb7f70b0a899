import type { Unit, Units } from '@traffic-tacos/journal';
import { isoInstant, newId, Unavailable, type BusEvent, type Clock, type Id, type Limits, type Random } from '@traffic-tacos/kernel';
import { overdueWebhook, registeredWebhook } from '../../domain/registered-message.ts';
import { registrationProblems } from '../../domain/registration-problems.ts';
import { changedRegistration, newRegistration, removedRegistration, signingSecrets, type Registration, type RegistrationId, type RegistrationWish } from '../../domain/registration.ts';
import { acceptedWebhook, type WebhookDelivery } from '../../domain/webhook.ts';
import type { ListedRegistration, PutRegistrationOutcome, ReceiverRules, Registrations } from '../../ports/registrations.ts';
import type { PostTerms } from '../../ports/webhook-queue.ts';
import { laneOf, type DeliveryTable } from './delivery-table.ts';
import type { RegistrationTable } from './registration-table.ts';

export interface EmbeddedRegistrationsDeps {
  readonly units: Units;
  readonly registrations: RegistrationTable;
  readonly deliveries: DeliveryTable;
  readonly clock: Clock;
  /** Of ids, which must be unguessable. */
  readonly random: Random;
  /** Undefined where nobody is sent webhooks: then nobody is registered, and nothing is queued. */
  readonly rules: ReceiverRules | undefined;
  readonly limits: Pick<Limits, 'webhookBacklog' | 'webhookRegistrations' | 'idChars'>;
}

type Event = Pick<BusEvent, 'detail'>;

const SCHEMA_VERSION = 1;
const MS_PER_SECOND = 1_000;

/** The register in the memory of this process, durable in its journal, beside the queue of messages that follow from it. */
export class EmbeddedRegistrations implements Registrations {
  readonly #deps: EmbeddedRegistrationsDeps;

  constructor(deps: EmbeddedRegistrationsDeps) {
    this.#deps = deps;
  }

  async put(wish: RegistrationWish): Promise<PutRegistrationOutcome> {
    const { units, rules, limits } = this.#deps;
    if (rules === undefined) return { kind: 'nothing_is_sent' };
    const problems = [...registrationProblems(wish, limits.idChars), ...(wish.secret === '' || rules.isSecret(wish.secret) ? [] : [SECRET_MALFORMED])];
    if (problems.length > 0) return { kind: 'invalid', problems };
    if (!(await rules.mayReceive(wish.url))) return { kind: 'invalid', problems: [LEADS_INSIDE] };
    return units.run((unit) => this.#put(unit, wish));
  }

  list(): readonly ListedRegistration[] {
    const { registrations, deliveries } = this.#deps;
    return registrations.all().map((registration) => ({ registration, queued: deliveries.queuedIn(`registered ${registration.slot}`) }));
  }

  remove(id: string): Promise<boolean> {
    const { units, registrations, deliveries, clock } = this.#deps;
    return units.run((unit) => {
      const known = this.#find(id);
      if (known === undefined) return false;
      unit.write(registrations, removedRegistration(known, clock.nowMs()));
      // Its lane is another one's from now on.
      for (const message of deliveries.messagesIn(`registered ${known.slot}`)) unit.write(deliveries, acceptedWebhook(message));
      return true;
    });
  }

  async test(id: string, traceId: string): Promise<string | undefined> {
    const { units } = this.#deps;
    const event = this.#ownEvent('tst', 'webhook.test', traceId, {});
    return units.run((unit) => {
      const known = this.#find(id);
      return known === undefined ? undefined : this.#queue(unit, event, [known])[0]?.webhookId;
    });
  }

  verify(id: string, payload: Uint8Array, signature: string): boolean | undefined {
    const { rules, clock } = this.#deps;
    const known = this.#find(id);
    return known === undefined || rules === undefined ? undefined : rules.verify(known.url, signingSecrets(known, clock.nowMs()), payload, signature);
  }

  wants(type: string): boolean {
    return this.#deps.rules !== undefined && this.#deps.registrations.wants(type);
  }

  async deliver(events: readonly Event[]): Promise<void> {
    const { units } = this.#deps;
    const wanted = events.filter(({ detail }) => this.wants(detail.type));
    if (wanted.length === 0) return;
    // An entry for each: one of all of them, for all receivers, might be too long for any journal, however often it were tried.
    for (const event of wanted) units.decideNow((unit) => this.#queueFor(unit, event));
    await units.durable();
  }

  async announce(phase: 'started' | 'stopping'): Promise<void> {
    if (!this.wants('system.maintenance')) return;
    try {
      await this.#deps.units.run((unit) => this.#queueFor(unit, this.#ownEvent('sys', 'system.maintenance', '', { phase })));
    } catch (error) {
      // The journal has failed, which is why the platform stops: nobody can be told any more, and the next start tells that it has come back.
      if (!(error instanceof Unavailable)) throw error;
    }
  }

  /** How a message is sent now; undefined where its receiver is registered no more. */
  termsOf({ registered }: WebhookDelivery): PostTerms | undefined {
    const known = registered === undefined ? undefined : this.#deps.registrations.find(registered.id);
    return known === undefined ? undefined : { secrets: signingSecrets(known, this.#deps.clock.nowMs()), timeoutMs: known.timeoutSeconds * MS_PER_SECOND, headers: known.headers };
  }

  #find(id: string): Registration | undefined {
    return this.#deps.registrations.find(id as RegistrationId);
  }

  #put(unit: Unit, wish: RegistrationWish): PutRegistrationOutcome {
    const { registrations, clock, random, limits } = this.#deps;
    const nowMs = clock.nowMs();
    const known = registrations.findFor(wish.serviceName, wish.url);
    const slot = known?.slot ?? registrations.freeSlot();
    if (slot === undefined) return { kind: 'too_many', most: limits.webhookRegistrations };
    const registration = known === undefined ? newRegistration(newId('whr', nowMs, 0, random), slot, wish, nowMs) : changedRegistration(known, wish, nowMs);
    if (registration !== known) unit.write(registrations, registration);
    return { kind: 'registered', registration };
  }

  #queueFor(unit: Unit, event: Event): void {
    this.#queue(unit, event, this.#deps.registrations.wanting(event.detail.type));
  }

  /** Queues the message to each, or gives it up where too many wait for its receiver; one that is there already stays as it is. */
  #queue(unit: Unit, event: Event, receivers: readonly Registration[]): readonly WebhookDelivery[] {
    const { deliveries, clock, limits } = this.#deps;
    const nowMs = clock.nowMs();
    const messages = receivers.map((to) => registeredWebhook(event, to, nowMs)).filter(({ webhookId }) => deliveries.find(webhookId) === undefined);
    const staged = messages.map((message) => (deliveries.queuedIn(laneOf(message)) < limits.webhookBacklog ? message : overdueWebhook(message)));
    for (const oldest of deliveries.deadThatMakeRoomFor(staged.filter(({ state }) => state === 'dead').length)) unit.write(deliveries, acceptedWebhook(oldest));
    for (const message of staged) unit.write(deliveries, message);
    return staged;
  }

  /** An event that receivers alone hear of. */
  #ownEvent(prefix: 'sys' | 'tst', type: string, traceId: string, facts: Readonly<Record<string, string>>): Event {
    const { clock, random } = this.#deps;
    const nowMs = clock.nowMs();
    const id: Id<typeof prefix> = newId(prefix, nowMs, 0, random);
    return { detail: { id: `${id}.1`, type, version: SCHEMA_VERSION, sequence: 1, occurred_at: isoInstant(nowMs), trace_id: traceId, ...facts } };
  }
}

const SECRET_MALFORMED = { field: 'secret', reason: 'must be whsec_ and the base64 of 24 to 64 bytes' };
const LEADS_INSIDE = { field: 'endpointUrl', reason: 'must not lead to an internal address' };
