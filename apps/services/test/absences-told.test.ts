import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Absences } from '../src/reconcile/absences.ts';

test('services that are away are told of once, and at a start only those who stay away', () => {
  const lines: string[] = [];
  const write = (_: object, line: string): void => void lines.push(line);
  let nowMs = 5_000;
  const absences = new Absences({ info: write, warn: write }, () => nowMs);
  absences.tell(['payment', 'inventory']);
  nowMs = 34_999;
  absences.tell(['inventory']);
  assert.deepEqual(lines, []);
  nowMs = 35_000;
  for (const owners of [['inventory'], ['inventory'], ['payment', 'inventory'], [], []] as const) absences.tell(owners);
  assert.deepEqual(lines.splice(0), ['not all records could be compared: inventory did not answer', 'not all records could be compared: inventory and payment did not answer', 'all records are compared again']);
});

test('services that come in time are not told of at all, and told of at once when they are away later', () => {
  const lines: string[] = [];
  const write = (_: object, line: string): void => void lines.push(line);
  const absences = new Absences({ info: write, warn: write }, () => 0);
  absences.tell(['payment']);
  absences.tell([]);
  assert.deepEqual(lines, []);
  absences.tell(['payment']);
  assert.deepEqual(lines, ['not all records could be compared: payment did not answer']);
});
