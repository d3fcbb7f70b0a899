import type { JsonObject } from '../http/json-fields.ts';
import type { Ledger } from './ledger.ts';
import type { LineBook } from './line-book.ts';
import type { SaleClient } from './sale-client.ts';

/** The event that everybody wants, and what watches over it. */
export interface Sale {
  readonly client: SaleClient;
  readonly eventId: string;
  readonly ledger: Ledger;
  /** Whether everybody comes in through a waiting room, and what they saw there. */
  readonly hasRoom: boolean;
  readonly line: LineBook;
  /** The map of the seats, at most a moment old: everybody looks at the same page, as behind a cache. */
  seatMap(): Promise<JsonObject>;
  /** Has all of a payment given back, as its organizer would. Whether it was. */
  refund(intentId: string): Promise<boolean>;
  /** The platform's clock, as far as its answers have told. */
  nowMs(): number;
}

/** The section without seats. */
export const STANDING = 'FLOOR';

const SEATED = [
  { id: 'R', name: 'R석', price: 150_000 },
  { id: 'S', name: 'S석', price: 120_000 },
  { id: 'A', name: 'A석', price: 90_000 },
] as const;
const SEATS_IN_A_ROW = 20;
const STANDING_SHARE = 0.2;

/** How the event is sold. */
export interface SaleTerms {
  readonly places: number;
  readonly purchaseLimit: number;
  /** How people are let in; undefined where all come in at once. */
  readonly room: { readonly perSecond: number; readonly ceiling: number } | undefined;
  /** No end unless given. */
  readonly saleEndsAtMs?: number;
}

/** An event of about so many places: three sections of numbered seats in rows of 20, and a fifth of all standing. */
export function demoEvent(id: string, { places, purchaseLimit, room, saleEndsAtMs }: SaleTerms): Readonly<Record<string, unknown>> {
  const standing = Math.round(places * STANDING_SHARE);
  const rows = Math.max(1, Math.round((places - standing) / SEATED.length / SEATS_IN_A_ROW));
  const row = (at: number): string => String(at + 1);
  return {
    id,
    name: 'Flash sale · 반짝 세일',
    venue: 'demo',
    currency: 'KRW',
    purchase_limit: purchaseLimit,
    // Whoever looks for something to buy does not find it, neither now nor when it has ended.
    listed: false,
    ...(saleEndsAtMs === undefined ? {} : { sale_ends_at: new Date(saleEndsAtMs).toISOString() }),
    ...(room === undefined ? {} : { waiting_room: 'on', admission: { per_second: room.perSecond, max_active: room.ceiling } }),
    sections: [
      ...SEATED.map((section) => ({ ...section, rows: Array.from({ length: rows }, (_, at) => ({ id: row(at), seats: `1-${SEATS_IN_A_ROW}` })) })),
      { id: STANDING, name: 'Standing · 스탠딩', price: 70_000, capacity: standing },
    ],
  };
}
