import type { SeededRandom } from '@traffic-tacos/kernel';

const SECTOR_BYTES = 512;
const FIRST_BYTES = 1024;
const NOTHING = Buffer.alloc(0);

interface Range {
  readonly from: number;
  to: number;
}

/**
 * One file of the simulated disk: what programs see (the page cache), and which bytes of it the disk does not have. A sync that
 * failed leaves bytes that are seen, are not on the disk, and will not be written by a later sync either.
 */
export class SimFile {
  #content = NOTHING;
  #length = 0;
  /** Whether another file has the same bytes: who writes first takes a copy. */
  #isShared = false;
  /** Written since the last sync: a power cut keeps any part of it. */
  #unsynced: Range[] = [];
  /** Given up by a failed sync: a power cut loses it. */
  #lost: Range[] = [];

  get length(): number {
    return this.#length;
  }

  /** A copy of the bytes between two places, as far as there are any. */
  bytes(from = 0, to = this.#length): Buffer {
    return Buffer.from(this.#content.subarray(Math.min(from, this.#length), Math.min(to, this.#length)));
  }

  append(bytes: Uint8Array): void {
    const from = this.#length;
    this.#own(from + bytes.length);
    this.#content.set(bytes, from);
    this.#length += bytes.length;
    const last = this.#unsynced.at(-1);
    if (last !== undefined && last.to === from) last.to = this.#length;
    else this.#unsynced.push({ from, to: this.#length });
  }

  sync(): void {
    this.#unsynced = [];
  }

  /** Some of what was unsynced reaches the disk, the rest never will. */
  failSync(random: SeededRandom): void {
    for (const range of this.#unsynced) {
      const kept = range.from + random.below(range.to - range.from + 1);
      if (kept < range.to) this.#lost.push({ from: kept, to: range.to });
    }
    this.#unsynced = [];
  }

  truncate(bytes: number): void {
    this.#length = Math.min(this.#length, bytes);
    this.#unsynced = clip(this.#unsynced, bytes);
    this.#lost = clip(this.#lost, bytes);
  }

  flipBit(byte: number, bit: number): void {
    this.#own(this.#length);
    this.#content[byte] = (this.#content[byte] ?? 0) ^ (1 << bit);
  }

  /** The same file in the page cache of the next process. */
  copy(): SimFile {
    const copy = this.#sameBytes();
    copy.#unsynced = this.#unsynced.map((range) => ({ ...range }));
    copy.#lost = this.#lost.map((range) => ({ ...range }));
    return copy;
  }

  /** What a power cut leaves of it. */
  afterPowerCut(random: SeededRandom): SimFile {
    const gaps = [...this.#lost, ...this.#unsynced.flatMap((range) => loseSome(range, random))];
    const left = this.#sameBytes();
    if (gaps.length > 0) left.#own(this.#length);
    for (const { from, to } of gaps) left.#content.fill(0, from, to);
    left.#length = this.#lengthLeft(gaps, random);
    return left;
  }

  /** Another file with the same bytes. Neither may write over them any more: most files are complete when the next process comes. */
  #sameBytes(): SimFile {
    const same = new SimFile();
    same.#content = this.#content;
    same.#length = this.#length;
    same.#isShared = this.#isShared = true;
    return same;
  }

  /** The size is written apart from the bytes: what is missing at the end may be gone or be zeros. */
  #lengthLeft(gaps: readonly Range[], random: SeededRandom): number {
    let end = this.#length;
    for (let gap = endingAt(gaps, end); gap !== undefined && end > 0; gap = endingAt(gaps, end)) end = gap.from;
    return random.below(4) === 0 ? end + random.below(this.#length - end + 1) : end;
  }

  /** Room for so many bytes, of which nobody else knows. */
  #own(bytes: number): void {
    if (!this.#isShared && bytes <= this.#content.length) return;
    const bigger = Buffer.alloc(bytes <= this.#content.length ? this.#content.length : Math.max(bytes, this.#content.length * 2, FIRST_BYTES));
    this.#content.copy(bigger, 0, 0, this.#length);
    this.#content = bigger;
    this.#isShared = false;
  }
}

/** The parts of a range that do not reach the disk: all, what follows some byte, or any sectors. */
function loseSome({ from, to }: Range, random: SeededRandom): readonly Range[] {
  const way = random.below(4);
  if (way === 0) return [{ from, to }];
  if (way === 1) return [];
  if (way === 2) return [{ from: from + random.below(to - from + 1), to }];
  const lost: Range[] = [];
  for (let at = from; at < to; ) {
    const next = Math.min(to, at - (at % SECTOR_BYTES) + SECTOR_BYTES);
    if (random.below(2) === 0) lost.push({ from: at, to: next });
    at = next;
  }
  return lost;
}

function endingAt(gaps: readonly Range[], end: number): Range | undefined {
  return gaps.find(({ from, to }) => to === end && from < to);
}

function clip(ranges: readonly Range[], length: number): Range[] {
  return ranges.filter(({ from }) => from < length).map(({ from, to }) => ({ from, to: Math.min(to, length) }));
}
