import type { BooksReport } from '@traffic-tacos/inventory';
import type { Reconciler } from '@traffic-tacos/platform';

/** What is wrong in the inventory's books: as of now, or as its last walk has found. */
export async function checkBooks(books: Pick<Reconciler, 'run' | 'last'>, now: boolean): Promise<BooksReport> {
  const { counted, differences, more } = (now ? undefined : books.last) ?? (await books.run());
  return { holds: counted.holds, differences, more };
}
