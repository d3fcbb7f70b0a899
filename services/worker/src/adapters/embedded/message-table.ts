import { MESSAGE_STATES, QueueTable, type ByteReader, type ByteWriter } from '@traffic-tacos/journal';
import { epochMs, invariant, present, type Limits } from '@traffic-tacos/kernel';
import type { WorkerMessage } from '../../domain/message.ts';

const LAYOUT_VERSION = 1;

/** The queue has one lane: no message waits for another but for a free place. */
export type WorkerLane = 'work';

/** Messages that wait for the worker or were given up, by their id. */
export class MessageTable extends QueueTable<WorkerMessage, WorkerLane> {
  readonly recordType = 50;
  readonly name = 'worker message';
  readonly layoutVersion = LAYOUT_VERSION;
  readonly #limit: number;

  constructor({ workerMessages, workerDeadLetters }: Pick<Limits, 'workerMessages' | 'workerDeadLetters'>) {
    super({ keyOf: ({ id }) => id, lanes: ['work'], laneOf: () => 'work', deadLimit: workerDeadLetters });
    this.#limit = workerMessages;
  }

  /** Messages that can be queued before the limit is reached. */
  get room(): number {
    return Math.max(0, this.#limit - this.queued);
  }

  encode(message: WorkerMessage, writer: ByteWriter): void {
    writer.text(message.id);
    writer.u32(message.version);
    writer.u8(MESSAGE_STATES.indexOf(message.state));
    writer.text(message.body);
    writer.u32(message.failures);
    writer.u32(message.absences);
    writer.u53(message.dueAtMs);
    writer.text(message.reason);
  }

  decode(layoutVersion: number, reader: ByteReader): WorkerMessage {
    invariant(layoutVersion === LAYOUT_VERSION, `worker messages were never written in layout ${layoutVersion}`);
    return {
      id: reader.text(), version: reader.u32(), state: present(MESSAGE_STATES[reader.u8()], 'the state of a message'), body: reader.text(), failures: reader.u32(),
      absences: reader.u32(), dueAtMs: epochMs(reader.u53()), reason: reader.text(),
    };
  }
}
