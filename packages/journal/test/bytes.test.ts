import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantBreach } from '@traffic-tacos/kernel';
import { ByteReader, ByteWriter, ShortRead } from '../src/bytes.ts';

test('every kind of value is read back as it was written', () => {
  const writer = new ByteWriter();
  const id = { w0: -1, w1: 0, w2: -0x80000000, w3: 7 };
  writer.u8(255);
  writer.u16(65_535);
  writer.u32(0xffffffff);
  writer.u53(Number.MAX_SAFE_INTEGER);
  writer.id(id);
  writer.text('좌석 A-12 🎟');
  writer.raw(Buffer.from([1, 2, 3]));
  const reader = new ByteReader(writer.bytes());
  assert.deepEqual([reader.u8(), reader.u16(), reader.u32(), reader.u53()], [255, 65_535, 0xffffffff, Number.MAX_SAFE_INTEGER]);
  assert.deepEqual(reader.id(), id);
  assert.equal(reader.text(), '좌석 A-12 🎟');
  assert.deepEqual(reader.raw(3), Buffer.from([1, 2, 3]));
  assert.ok(reader.isAtEnd);
});

test('a writer grows, and what was written before stays', () => {
  const writer = new ByteWriter();
  const before = writer.capacity;
  writer.text('first');
  writer.text('x'.repeat(before * 3));
  const reader = new ByteReader(writer.bytes());
  assert.equal(reader.text(), 'first');
  assert.equal(reader.text().length, before * 3);
  assert.ok(writer.capacity >= before * 3);
});

test('lengths that are known later are patched in; truncate goes back to a mark and only back', () => {
  const writer = new ByteWriter();
  const mark = writer.length;
  writer.u32(0);
  writer.u16(0);
  writer.u8(9);
  writer.patchU32(mark, 77);
  writer.patchU16(mark + 4, 5);
  const end = writer.length;
  writer.u53(1);
  writer.truncate(end);
  const reader = new ByteReader(writer.bytes());
  assert.deepEqual([reader.u32(), reader.u16(), reader.u8(), reader.isAtEnd], [77, 5, 9, true]);
  assert.throws(() => writer.truncate(end + 1), InvariantBreach);
});

test('a value that ends behind the last byte is a short read, at every byte', () => {
  const writer = new ByteWriter();
  writer.u53(1);
  writer.text('abc');
  for (let end = 0; end < writer.length; end++) {
    const reader = new ByteReader(writer.bytes(), 0, end);
    assert.throws(() => [reader.u53(), reader.text()], ShortRead);
  }
});

test('a window bounds what is read, and cannot leave the buffer', () => {
  const reader = new ByteReader(Buffer.from([1, 2, 3, 4]));
  reader.window(1, 3);
  reader.skip(1);
  assert.deepEqual([reader.position, reader.u8(), reader.isAtEnd], [2, 3, true]);
  assert.throws(() => reader.u8(), ShortRead);
  assert.throws(() => reader.window(0, 5), ShortRead);
  assert.throws(() => reader.window(3, 2), ShortRead);
});
