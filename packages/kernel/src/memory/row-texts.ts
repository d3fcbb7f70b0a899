import type { RowStore } from './row-store.ts';

/** Stands between texts; no name contains it (the catalogue refuses control characters). */
const SEPARATOR = 0x0a;
const SEPARATOR_TEXT = String.fromCharCode(SEPARATOR);
/** In the length byte: the texts are too long for the row, or not of one byte a character, and stand in a map. */
const ELSEWHERE = 255;

/**
 * A short list of texts in each row: one byte of length, then the texts as Latin-1 with a separator between them. Lists that do not
 * fit are kept in a map beside the rows.
 */
export class RowTexts {
  readonly #rows: RowStore;
  readonly #column: number;
  readonly #room: number;
  readonly #elsewhere = new Map<number, readonly string[]>();

  /** `column` is where the list begins in a row, `bytes` what it may take there: 2 to 255. */
  constructor(rows: RowStore, column: number, bytes: number) {
    this.#rows = rows;
    this.#column = column;
    this.#room = Math.min(bytes, ELSEWHERE) - 1;
  }

  write(row: number, texts: readonly string[]): void {
    const view = this.#rows.view(row);
    const start = this.#rows.offset(row) + this.#column;
    const length = this.#writeInRow(view, start + 1, texts);
    view.setUint8(start, length);
    if (length === ELSEWHERE) this.#elsewhere.set(row, texts);
  }

  read(row: number): readonly string[] {
    const view = this.#rows.view(row);
    const start = this.#rows.offset(row) + this.#column;
    const length = view.getUint8(start);
    if (length === ELSEWHERE) return this.#elsewhere.get(row) ?? [];
    if (length === 0) return [];
    const texts = this.#rows.latin1(row, this.#column + 1, length);
    return texts.includes(SEPARATOR_TEXT) ? texts.split(SEPARATOR_TEXT) : [texts];
  }

  /** Forgets what stands beside the rows for a row that is given back. */
  free(row: number): void {
    this.#elsewhere.delete(row);
  }

  #writeInRow(view: DataView, start: number, texts: readonly string[]): number {
    let length = 0;
    for (const text of texts) {
      const needed = length + text.length + (length === 0 ? 0 : 1);
      if (needed > this.#room) return ELSEWHERE;
      if (length > 0) view.setUint8(start + length++, SEPARATOR);
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 255) return ELSEWHERE;
        view.setUint8(start + length++, code);
      }
    }
    return length;
  }
}
