import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SharedBodies } from '../src/api/rest/shared-bodies.ts';
import type { Catalogue } from '../src/ports/catalogue.ts';
import { SUITE_EVENT } from '../src/ports/services-under-test.ts';
import { withGateway } from './gateway-under-test.ts';

/** The same catalogue, and how often a map of seats was made. */
function counting(catalogue: Catalogue): { readonly catalogue: Catalogue; readonly maps: () => number } {
  let maps = 0;
  const counted: Catalogue = {
    list: (query) => catalogue.list(query),
    read: (id) => catalogue.read(id),
    seatMap: (id, section) => {
      maps++;
      return catalogue.seatMap(id, section);
    },
  };
  return { catalogue: counted, maps: () => maps };
}

describe('bodies that many poll', () => {
  it('are made once for all readers of what they show, by section, and anew with the next change', () => {
    let maps = (): number => 0;
    const breakServices = ({ catalogue }: { readonly catalogue: Catalogue }) => {
      const counted = counting(catalogue);
      maps = counted.maps;
      return { catalogue: counted.catalogue };
    };
    return withGateway(async ({ ask }) => {
      const path = `/api/v1/events/${SUITE_EVENT}/seats`;
      const texts = await Promise.all([ask('GET', path), ask('GET', path), ask('GET', `${path}?section=R`)]);
      await ask('GET', path);
      assert.equal((await ask('GET', path)).text, texts[0]?.text);
      const before = maps();
      assert.ok(before <= 3, 'readers who come together may each have made one');
      await ask('POST', '/api/v1/reservations', { as: 'alice', key: 'k', body: { event_id: SUITE_EVENT, seat_ids: ['R-A-2'] } });
      const changed = await ask('GET', path);
      assert.match(changed.text, /fhffff/);
      assert.equal(maps(), before + 1);
    }, { breakServices });
  });

  it('are no more than the limit: the one not asked for the longest goes', () => {
    const bodies = new SharedBodies(2);
    const body = (name: string) => ({ name });
    bodies.keep('a', '1', body('a'));
    bodies.keep('b', '1', body('b'));
    assert.notEqual(bodies.find('a', '1'), undefined);
    bodies.keep('c', '1', body('c'));
    assert.deepEqual(['a', 'b', 'c'].map((name) => bodies.find(name, '1') !== undefined), [true, false, true]);
    assert.equal(bodies.find('a', '2'), undefined, 'what shows something else is not it');
    assert.equal(bodies.keep('a', '2', body('new')), bodies.find('a', '2'), 'the very object');
  });
});
