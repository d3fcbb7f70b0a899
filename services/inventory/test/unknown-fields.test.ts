import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { unknownColumns } from '../src/domain/catalogue-csv.ts';
import { unknownFields as find } from '../src/domain/unknown-fields.ts';

const CATALOGUES = new URL('../catalogues/', import.meta.url);

const unknownFields = (document: unknown, most: number): readonly string[] => find(document, most).map(({ place }) => place);

test('a field that no event has is found wherever it stands, in either spelling of the others', () => {
  const document = [{
    id: 'a', purchaseLimit: 4, purchase_limt: 4, admission: { per_second: 1, perMinute: 2 },
    sections: [{ id: 'S', prise: 1, rows: [{ id: '1', seats: '1-2' }, { id: '2', seat: '1' }] }],
  }];
  assert.deepEqual(unknownFields(document, 10), ['[0].purchase_limt', '[0].admission.perMinute', '[0].sections[0].prise', '[0].sections[0].rows[1].seat']);
  assert.deepEqual(unknownFields(document, 2), ['[0].purchase_limt', '[0].admission.perMinute']);
});

test('with it come the names that stand in its place, by which a slip of the pen is known', () => {
  const [inRow] = find([{ sections: [{ rows: [{ id: '1', seat: '1' }] }] }], 1);
  assert.deepEqual([inRow?.name, inRow?.known], ['seat', ['id', 'seats']]);
  const columns = unknownColumns([{ line: 2, cells: ['id', ' saleStartsAt', 'sale_start_at', ''] }]);
  assert.deepEqual(columns.map(({ place, name }) => [place, name]), [['line 2, column sale_start_at', 'sale_start_at']]);
  assert.ok(columns[0]?.known.includes('sale_starts_at'));
  assert.deepEqual(unknownColumns([]), []);
});

test('what is no document at all has no fields', () => {
  for (const value of [null, 1, 'x', [], {}, [null, [1]]]) assert.deepEqual(unknownFields(value, 10), []);
});

test('the catalogues that ship use nothing else', () => {
  for (const file of readdirSync(CATALOGUES).filter((name) => name.endsWith('.json'))) {
    assert.deepEqual(unknownFields(JSON.parse(readFileSync(new URL(file, CATALOGUES), 'utf8')), 10), [], file);
  }
});
