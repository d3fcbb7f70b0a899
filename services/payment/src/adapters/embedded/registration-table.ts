import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, formatId, invariant, parseId, present, type Limits } from '@traffic-tacos/kernel';
import { REGISTERED_TYPES, type RegisteredType, type Registration, type RegistrationId } from '../../domain/registration.ts';
import { codeOf, wordAt } from './intent-codec.ts';

const LAYOUT_VERSION = 1;
const STATES = ['kept', 'removed'] as const satisfies readonly Registration['state'][];
/** No secret is before the one that there is. */
const NO_PREVIOUS = 0;

/** Receivers that are registered, by their id. */
export class RegistrationTable implements RecordTable<Registration> {
  readonly recordType = 25;
  readonly name = 'registered webhook receiver';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;
  readonly #byId = new Map<RegistrationId, Registration>();

  constructor({ webhookRegistrations }: Pick<Limits, 'webhookRegistrations'>) {
    this.#limit = webhookRegistrations;
  }

  find(id: RegistrationId): Registration | undefined {
    return this.#byId.get(id);
  }

  /** The first registered first. */
  all(): readonly Registration[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** That of the service under the address. */
  findFor(serviceName: string, url: string): Registration | undefined {
    return this.#byId.values().find((registration) => registration.serviceName === serviceName && registration.url === url);
  }

  /** Those that are to hear of the type. */
  wanting(type: string): readonly Registration[] {
    return [...this.#byId.values()].filter(({ types }) => types.some((each) => each === type));
  }

  wants(type: string): boolean {
    return this.#byId.values().some(({ types }) => types.some((each) => each === type));
  }

  /** A lane that no receiver has; undefined where as many are registered as may be. */
  freeSlot(): number | undefined {
    const taken = new Set(this.#byId.values().map(({ slot }) => slot));
    for (let slot = 0; slot < this.#limit; slot++) if (!taken.has(slot)) return slot;
    return undefined;
  }

  encode(registration: Registration, writer: ByteWriter): void {
    const { id, version, state, slot, serviceName, url, types, secret, previous, retries, timeoutSeconds, headers, registeredAtMs, changedAtMs } = registration;
    writer.id(present(parseId('whr', id), 'the id of a registration'));
    writer.u32(version);
    writer.u8(codeOf(STATES, state));
    writer.u8(slot);
    writer.text(serviceName);
    writer.text(url);
    writer.u8(types.length);
    for (const type of types) writer.u8(codeOf(REGISTERED_TYPES, type));
    writer.text(secret);
    writer.u53(previous?.untilMs ?? NO_PREVIOUS);
    writer.text(previous?.secret ?? '');
    writer.u8(retries);
    writer.u8(timeoutSeconds);
    writer.u8(headers.length);
    for (const [name, value] of headers) {
      writer.text(name);
      writer.text(value);
    }
    writer.u53(registeredAtMs);
    writer.u53(changedAtMs);
  }

  decode(layoutVersion: number, reader: ByteReader): Registration {
    invariant(layoutVersion === LAYOUT_VERSION, `registered webhook receivers were never written in layout ${layoutVersion}`);
    const id = formatId('whr', reader.id());
    const version = reader.u32();
    const state = wordAt(STATES, reader.u8());
    const [slot, serviceName, url] = [reader.u8(), reader.text(), reader.text()];
    const types = listOf(reader, (): RegisteredType => wordAt(REGISTERED_TYPES, reader.u8()));
    const [secret, untilMs, before] = [reader.text(), reader.u53(), reader.text()];
    const previous = untilMs === NO_PREVIOUS ? undefined : { secret: before, untilMs: epochMs(untilMs) };
    const [retries, timeoutSeconds] = [reader.u8(), reader.u8()];
    const headers = listOf(reader, (): readonly [string, string] => [reader.text(), reader.text()]);
    const [registeredAtMs, changedAtMs] = [epochMs(reader.u53()), epochMs(reader.u53())];
    return { id, version, state, slot, serviceName, url, types, secret, previous, retries, timeoutSeconds, headers, registeredAtMs, changedAtMs };
  }

  isNext({ id, version }: Registration): boolean {
    return version === (this.#byId.get(id)?.version ?? 0) + 1;
  }

  apply(registration: Registration): void {
    if (registration.state === 'removed') this.#byId.delete(registration.id);
    else this.#byId.set(registration.id, registration);
  }

  restore(registration: Registration): void {
    if ((this.#byId.get(registration.id)?.version ?? 0) < registration.version) this.apply(registration);
  }

  rebuild(): void {
    // They are few: nothing is derived from them.
  }

  scan(_cursor: number, _budget: number, visit: (registration: Registration) => void): number {
    for (const registration of this.#byId.values()) visit(registration);
    return -1;
  }
}

function listOf<Item>(reader: ByteReader, read: () => Item): readonly Item[] {
  const length = reader.u8();
  return Array.from({ length }, read);
}
