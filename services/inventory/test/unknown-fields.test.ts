import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { unknownFields } from '../src/domain/unknown-fields.ts';

const CATALOGUES = new URL('../catalogues/', import.meta.url);

test('a field that no event has is found wherever it stands, in either spelling of the others', () => {
  const document = [{
    id: 'a', purchaseLimit: 4, purchase_limt: 4, admission: { per_second: 1, perMinute: 2 },
    sections: [{ id: 'S', prise: 1, rows: [{ id: '1', seats: '1-2' }, { id: '2', seat: '1' }] }],
  }];
  assert.deepEqual(unknownFields(document, 10), ['[0].purchase_limt', '[0].admission.perMinute', '[0].sections[0].prise', '[0].sections[0].rows[1].seat']);
  assert.deepEqual(unknownFields(document, 2), ['[0].purchase_limt', '[0].admission.perMinute']);
});

test('what is no document at all has no fields', () => {
  for (const value of [null, 1, 'x', [], {}, [null, [1]]]) assert.deepEqual(unknownFields(value, 10), []);
});

test('the catalogues that ship use nothing else', () => {
  for (const file of readdirSync(CATALOGUES).filter((name) => name.endsWith('.json'))) {
    assert.deepEqual(unknownFields(JSON.parse(readFileSync(new URL(file, CATALOGUES), 'utf8')), 10), [], file);
  }
});
