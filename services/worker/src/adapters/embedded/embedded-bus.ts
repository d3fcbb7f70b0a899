import type { Unit, Units } from '@traffic-tacos/journal';
import { isoInstant, type BusEvent, type Clock } from '@traffic-tacos/kernel';
import { isWanted, rulesFor } from '../../domain/bus-rules.ts';
import { queuedMessage } from '../../domain/message.ts';
import type { Bus } from '../../ports/bus.ts';
import type { MessageTable } from './message-table.ts';

export interface EmbeddedBusDeps {
  readonly units: Units;
  readonly messages: MessageTable;
  readonly clock: Clock;
}

/** The bus of one process: its rules put events on the worker's durable queue, all of a publication in one entry. */
export class EmbeddedBus implements Bus {
  readonly #deps: EmbeddedBusDeps;

  constructor(deps: EmbeddedBusDeps) {
    this.#deps = deps;
  }

  wants(type: string): boolean {
    return isWanted(type);
  }

  async publish(events: readonly BusEvent[]): Promise<readonly BusEvent[]> {
    const routed = events.filter((event) => rulesFor(event).some(({ queue }) => queue === 'worker'));
    if (routed.length === 0) return [];
    const { messages } = this.#deps;
    const taken = routed.slice(0, messages.room);
    if (taken.length > 0) await this.#deps.units.run((unit) => this.#queue(unit, taken));
    return routed.slice(taken.length);
  }

  /** One that is there already, waiting or given up, stays as it is. */
  #queue(unit: Unit, events: readonly BusEvent[]): void {
    const { messages, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const staged = new Set<string>();
    for (const event of events) {
      const { id } = event.detail;
      if (messages.find(id) !== undefined || staged.has(id)) continue;
      staged.add(id);
      unit.write(messages, queuedMessage(id, envelopeOf(event, isoInstant(nowMs)), nowMs));
    }
  }
}

/** As EventBridge delivers it. */
const envelopeOf = ({ source, detailType, detail }: BusEvent, time: string): string =>
  JSON.stringify({ version: '0', id: detail.id, 'detail-type': detailType, source, time, detail });
