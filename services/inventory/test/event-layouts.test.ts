import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ByteReader, ByteWriter } from '@traffic-tacos/journal';
import { InvariantBreach } from '@traffic-tacos/kernel';
import { SMALL_EVENT } from '../src/testing/builders.ts';
import { createWorld } from './support/world.ts';

const MADE_AT_MS = 1_700_000_000_000;
/** `SMALL_EVENT` with a waiting room, as it was written before events said whether they are listed. */
const WRITTEN_V1 =
  'AQAAAAkAAABldnRfc21hbGwAAIBW/rx4QgAAgFb+vHhCBQAAAA0AAABBIHNtYWxsIGV2ZW50AAAAAAAAAAAAAPC/AAAAAAAA8L8AAAAAAADwvwAAAAAAAPC/AwAAAEtSVwQAAAABAQAAAAAAABxAAAAAAAAA8L8BAwAAAAEAAAAAAQAAAFIEAAAAUuyEnQAAAACATwJBAQAAAAEAAAAAAQAAAEEBAAAAAwAAAAAAAAABAQAAAAEAAABTAQAAAFMAAAAAAEz9QAEAAAACAwAAAAIAAAACAAAAUzECAAAAUzIAAAAAAgIAAAAFAAAARkxPT1IIAAAAU3RhbmRpbmcAAAAAgCv4QAUAAAA=';

const DOCUMENT = { ...SMALL_EVENT, waiting_room: 'on', queue_identity: 'account', admission: { per_second: 7, policy: 'draw' } };

/** The table of a world with that one event, and the event as it is written now. */
function written(document: object) {
  const world = createWorld();
  world.clock.set(MADE_AT_MS);
  world.putEvent(document);
  const table = world.memory.events;
  const writer = new ByteWriter();
  table.scan(0, 9, (record) => table.encode(record, writer));
  return { table, bytes: Buffer.from(writer.bytes()) };
}

it('I4: an event of layout 1 is read as it was written, and is listed, as all were; one of layout 2 says so itself; others were never written', () => {
  const { table, bytes } = written(DOCUMENT);
  assert.equal(table.layoutVersion, 2);
  const now = table.decode(2, new ByteReader(bytes));
  assert.deepEqual(table.decode(1, new ByteReader(Buffer.from(WRITTEN_V1, 'base64'))), now);
  assert.equal(now.plan.terms.listed, true);
  assert.equal(bytes.length, Buffer.from(WRITTEN_V1, 'base64').length + 1);
  const hidden = written({ ...DOCUMENT, listed: false });
  assert.equal(table.decode(2, new ByteReader(hidden.bytes)).plan.terms.listed, false);
  for (const layout of [0, 3]) assert.throws(() => table.decode(layout, new ByteReader(bytes)), InvariantBreach);
});

it('I4: an event of layout 1 comes back from a snapshot that has one, listed', () => {
  const { events } = createWorld().memory;
  events.restore(events.decode(1, new ByteReader(Buffer.from(WRITTEN_V1, 'base64'))));
  events.rebuild();
  assert.equal(events.find('evt_small')?.plan.terms.listed, true);
});
