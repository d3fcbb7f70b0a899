import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { nearNames } from '../src/catalogue/near-names.ts';

const EVENT = ['id', 'name', 'venue', 'starts_at', 'ends_at', 'sale_starts_at', 'sale_ends_at', 'currency', 'purchase_limit', 'waiting_room', 'queue_identity', 'admission', 'sections'];

test('a slip of the pen is known by its letters, by how it is written, and by its words', () => {
  for (const [given, ...meant] of [
    ['sale_start_at', 'sale_starts_at'], ['SALE-STARTS-AT', 'sale_starts_at'], ['saleStart', 'sale_starts_at'], ['sale_end', 'sale_ends_at'], ['nmae', 'name'],
    ['limit', 'purchase_limit'], ['waitingRooms', 'waiting_room'], ['sale_opens_at', 'sale_starts_at', 'sale_ends_at'], ['sale', 'sale_starts_at', 'sale_ends_at'], ['section', 'sections'],
  ] as const) assert.deepEqual(nearNames(given, EVENT), meant, given);
});

test('a name of its own is nobody else\'s', () => {
  for (const given of ['description', 'image', 'title', 'x', 'at', 'no', 'doors_at', 'published_at', 'tags', '', '가격', '__proto__', 'name_en', 'venue_url', 'note']) assert.deepEqual(nearNames(given, EVENT), [], given);
});
