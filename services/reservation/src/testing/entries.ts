import type { EntrySink, StagedRecord } from '@traffic-tacos/journal';

/** An entry sink that keeps what it is given and is durable at once: for tests of decisions, where no disk is the subject. */
export class RecordedEntries implements EntrySink {
  readonly entries: (readonly StagedRecord[])[] = [];

  append(records: readonly StagedRecord[]): void {
    this.entries.push([...records]);
  }

  durable(): Promise<void> {
    return Promise.resolve();
  }
}
