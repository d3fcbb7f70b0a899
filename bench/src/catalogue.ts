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
    const response = await fetch(`${inventoryUrl}/v1/events/${id}`, {
      method: 'PUT', headers: { 'content-type': 'application/json', authorization: `Bearer ${organizerToken}` }, body: JSON.stringify(event),
    });
    const text = await response.text();
    if (response.status !== 201) throw new CatalogueRefused(`${id}: ${response.status} ${text}`);
  }
}

class CatalogueRefused extends Error {
  override readonly name = 'CatalogueRefused';
}
