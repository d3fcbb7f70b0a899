import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, ExpiryQueue, IdIndex, invariant, LimitReached, NO_ROW, readKey, RowStore, writeKey, type EpochMs, type IdWords, type Limits } from '@traffic-tacos/kernel';

const LAYOUT_VERSION = 1;
export const TOKEN_USE_RECORD_TYPE = 14;

/** What has become of a reservation token: it was spent for a reservation, or made worthless. Nothing follows on that. */
export interface TokenUse {
  /** The 128 bits of the token's id. */
  readonly key: IdWords;
  /** Undefined where the token was made worthless. */
  readonly reservation: IdWords | undefined;
  readonly tokenExpiresAtMs: EpochMs;
  readonly usedAtMs: EpochMs;
}

/** Where each column of a row begins, in bytes. An instant of 0 marks an empty row. */
const AT = { key: 0, reservation: 16, tokenExpiresAtMs: 32, usedAtMs: 40 } as const;
const BYTES_PER_ROW = 48;
/** A use is kept for so long after its token has run out: clocks of two processes may differ. */
const KEPT_AFTER_MS = 60_000;
/** Rows dropped at most with each new one: enough to keep pace, too few to be felt. */
const DROPPED_PER_USE = 4;

/**
 * The reservation tokens that were used and have not run out, in the journal of whoever makes reservations: of two requests with one token, the second finds
 * it here. It stays empty where the waiting room is in the same process, and keeps that in its places.
 */
export class TokenUseTable implements RecordTable<TokenUse> {
  readonly recordType = TOKEN_USE_RECORD_TYPE;
  readonly name = 'token use';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;
  readonly #rows: RowStore;
  readonly #byKey: IdIndex;
  readonly #byEnd = new ExpiryQueue();

  constructor({ tokenUses }: Pick<Limits, 'tokenUses'>) {
    this.#limit = tokenUses;
    // Recovery meets uses in no order, and drops those that are over as it goes.
    this.#rows = new RowStore(BYTES_PER_ROW, tokenUses * 2);
    this.#byKey = new IdIndex(this.#rows, AT.key);
  }

  get size(): number {
    return this.#rows.live;
  }

  /** Refuses at the limit, after those have been dropped whose tokens have run out. */
  assertRoom(nowMs: EpochMs): void {
    this.#drop(nowMs);
    if (this.#rows.live >= this.#limit) throw new LimitReached('used reservation tokens: tokenUses');
  }

  find(key: IdWords): TokenUse | undefined {
    const row = this.#byKey.find(key);
    return row === NO_ROW ? undefined : this.#read(row);
  }

  encode({ key, reservation, tokenExpiresAtMs, usedAtMs }: TokenUse, writer: ByteWriter): void {
    writer.id(key);
    writer.u8(reservation === undefined ? 0 : 1);
    writer.id(reservation ?? NOTHING);
    writer.u53(tokenExpiresAtMs);
    writer.u53(usedAtMs);
  }

  decode(layoutVersion: number, reader: ByteReader): TokenUse {
    return decodeTokenUse(layoutVersion, reader);
  }

  isNext({ key }: TokenUse): boolean {
    return this.#byKey.find(key) === NO_ROW;
  }

  apply(use: TokenUse): void {
    this.#drop(use.usedAtMs);
    const row = this.#rows.allocate();
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    writeKey(view, at + AT.key, use.key);
    writeKey(view, at + AT.reservation, use.reservation ?? NOTHING);
    view.setFloat64(at + AT.tokenExpiresAtMs, use.tokenExpiresAtMs, true);
    view.setFloat64(at + AT.usedAtMs, use.usedAtMs, true);
    this.#byKey.insert(use.key, row);
    this.#byEnd.push(epochMs(use.tokenExpiresAtMs + KEPT_AFTER_MS), row);
  }

  restore(use: TokenUse): void {
    if (this.isNext(use)) this.apply(use);
  }

  rebuild(): void {
    // Index and order are kept with each row.
  }

  scan(cursor: number, budget: number, visit: (use: TokenUse) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) {
      const use = this.#read(row);
      if (use.tokenExpiresAtMs > 0) visit(use);
    }
    return end >= this.#rows.highWater ? -1 : end;
  }

  #drop(nowMs: EpochMs): void {
    for (let dropped = 0; dropped < DROPPED_PER_USE; dropped++) {
      const row = this.#byEnd.popDue(nowMs);
      if (row === undefined) return;
      this.#byKey.remove(this.#read(row).key);
      this.#rows.free(row);
    }
  }

  #read(row: number): TokenUse {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    const reservation = readKey(view, at + AT.reservation);
    return {
      key: readKey(view, at + AT.key),
      reservation: isNothing(reservation) ? undefined : reservation,
      tokenExpiresAtMs: epochMs(view.getFloat64(at + AT.tokenExpiresAtMs, true)),
      usedAtMs: epochMs(view.getFloat64(at + AT.usedAtMs, true)),
    };
  }
}

export function decodeTokenUse(layoutVersion: number, reader: ByteReader): TokenUse {
  invariant(layoutVersion === LAYOUT_VERSION, `token uses were never written in layout ${layoutVersion}`);
  const key = reader.id();
  const isSpent = reader.u8() === 1;
  const reservation = reader.id();
  return { key, reservation: isSpent ? reservation : undefined, tokenExpiresAtMs: epochMs(reader.u53()), usedAtMs: epochMs(reader.u53()) };
}

/** No id of ours is all zeros: 68 of its bits are random, and 48 say when it was made. */
const NOTHING: IdWords = { w0: 0, w1: 0, w2: 0, w3: 0 };
const isNothing = ({ w0, w1, w2, w3 }: IdWords): boolean => (w0 | w1 | w2 | w3) === 0;
