import type { Credentials } from './credentials.ts';

/** Pairs of seats that one event of the bench has: close to the greatest event there may be. */
export const PAIRS_PER_EVENT = 400_000;

/** Puts events of numbered seats in one row each, 800,000 unless said, named `evt_bench_0` and on. */
export async function putBenchEvents(
  inventoryUrl: string, howMany: number, { organizerToken }: Credentials, pairsPerEvent = PAIRS_PER_EVENT,
): Promise<void> {
  for (let number = 0; number < howMany; number++) {
    const id = `evt_bench_${number}`;
    const event = {
      id, name: 'Bench', currency: 'KRW', purchase_limit: 1_000_000,
      sections: [{ id: 'S', name: 'S', price: 1000, rows: [{ id: '1', seats: `1-${pairsPerEvent * 2}` }] }],
    };
    await putEvent(inventoryUrl, event, organizerToken);
  }
}

/** An on-sale behind a waiting room. */
export interface Sale {
  readonly eventId: string;
  /** Named `S0` and on. */
  readonly sections: number;
  /** Of fifty seats each. */
  readonly rowsPerSection: number;
  /** People. */
  readonly admittedPerSecond: number;
}

const SEATS_PER_ROW = 50;
/** As many as the rate lets in while a hold lives: the ceiling is not what is measured. */
const CEILING_SECONDS = 100;

export async function putSale(inventoryUrl: string, { eventId, sections, rowsPerSection, admittedPerSecond }: Sale, { organizerToken }: Credentials): Promise<void> {
  const rows = Array.from({ length: rowsPerSection }, (_, row) => ({ id: `${row + 1}`, seats: `1-${SEATS_PER_ROW}` }));
  const event = {
    id: eventId, name: 'Bench', currency: 'KRW', purchase_limit: 1_000_000, waiting_room: 'on',
    admission: { per_second: admittedPerSecond, max_active: admittedPerSecond * CEILING_SECONDS },
    sections: Array.from({ length: sections }, (_, section) => ({ id: `S${section}`, name: `S${section}`, price: 1000, rows })),
  };
  await putEvent(inventoryUrl, event, organizerToken);
}

async function putEvent(inventoryUrl: string, event: { readonly id: string }, organizerToken: string): Promise<void> {
  const response = await fetch(`${inventoryUrl}/v1/events/${event.id}`, {
    method: 'PUT', headers: { 'content-type': 'application/json', authorization: `Bearer ${organizerToken}` }, body: JSON.stringify(event),
  });
  const text = await response.text();
  if (response.status !== 201) throw new CatalogueRefused(`${event.id}: ${response.status} ${text}`);
}

class CatalogueRefused extends Error {
  override readonly name = 'CatalogueRefused';
}
