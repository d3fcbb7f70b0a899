import { hash } from 'node:crypto';
import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, invariant, type Limits } from '@traffic-tacos/kernel';
import { brokenLinks, linkText, NO_ACTION, type AdminAction, type BrokenLink, type ChainedAction } from '../../domain/admin-action.ts';

const LAYOUT_VERSION = 1;

const hashOf = (text: string): string => hash('sha256', text, 'base64url');

/** An action as the entry that follows `previous`. */
export const chained = (action: AdminAction, previous: string): ChainedAction => ({ ...action, previous, hash: hashOf(linkText(action, previous)) });

/**
 * What admins have asked for, each entry with the hash of the one before it. There are as many as the limit says; the next one takes the place of
 * the oldest, and the chain goes on from there.
 */
export class ActionTable implements RecordTable<ChainedAction> {
  readonly recordType = 32;
  readonly name = 'admin action';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;
  /** In the order of their sequences. */
  readonly #entries = new Map<number, ChainedAction>();
  #head: ChainedAction | undefined;

  constructor({ adminActions }: Pick<Limits, 'adminActions'>) {
    this.#limit = adminActions;
  }

  get size(): number {
    return this.#entries.size;
  }

  get head(): ChainedAction | undefined {
    return this.#head;
  }

  find(sequence: number): ChainedAction | undefined {
    return this.#entries.get(sequence);
  }

  /** Entries leave only for newer ones, so the oldest is the first of all unless there are as many as may be. The newest are missed by whoever has noted their hash. */
  check(): readonly BrokenLink[] {
    const broken = brokenLinks(this.#entries.values(), hashOf);
    const [oldest = 1] = this.#entries.keys();
    return oldest > 1 && this.#entries.size < this.#limit ? [{ sequence: oldest, reason: 'entries are missing before it' }, ...broken] : broken;
  }

  encode(entry: ChainedAction, writer: ByteWriter): void {
    writer.u53(entry.sequence);
    writer.u53(entry.atMs);
    for (const text of [entry.actor, entry.action, entry.target, entry.details, entry.address, entry.traceId, entry.outcome, entry.previous, entry.hash]) writer.text(text);
  }

  decode(layoutVersion: number, reader: ByteReader): ChainedAction {
    invariant(layoutVersion === LAYOUT_VERSION, `actions of admins were never written in layout ${layoutVersion}`);
    return {
      sequence: reader.u53(),
      atMs: epochMs(reader.u53()),
      actor: reader.text(),
      action: reader.text(),
      target: reader.text(),
      details: reader.text(),
      address: reader.text(),
      traceId: reader.text(),
      outcome: reader.text(),
      previous: reader.text(),
      hash: reader.text(),
    };
  }

  isNext({ sequence, previous }: ChainedAction): boolean {
    return sequence === (this.#head?.sequence ?? 0) + 1 && previous === (this.#head?.hash ?? NO_ACTION);
  }

  apply(entry: ChainedAction): void {
    this.restore(entry);
  }

  restore(entry: ChainedAction): void {
    if (entry.sequence <= (this.#head?.sequence ?? 0)) return;
    this.#entries.set(entry.sequence, entry);
    this.#head = entry;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limit) break;
      this.#entries.delete(oldest);
    }
  }

  rebuild(): void {
    // Nothing is derived from the entries: the head is kept with each of them.
  }

  /** The cursor is the sequence that comes next, since entries go from the front meanwhile. */
  scan(cursor: number, budget: number, visit: (entry: ChainedAction) => void): number {
    let left = budget;
    for (const entry of this.#entries.values()) {
      if (entry.sequence < cursor) continue;
      if (left-- === 0) return entry.sequence;
      visit(entry);
    }
    return -1;
  }
}
