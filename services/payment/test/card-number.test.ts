import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { isCardNumber } from '../src/domain/card-number.ts';

it('takes numbers that pass the Luhn check, of 12 to 19 digits and nothing else', () => {
  for (const number of ['4111111111111111', '5555555555554444', '378282246310005', '0'.repeat(12), '0'.repeat(19)]) assert.ok(isCardNumber(number), number);
  for (const text of ['', '0'.repeat(11), '0'.repeat(20), '4111-1111-1111-1111', ' 4111111111111111', '４１１１１１１１１１１１１１１１', '411111111111111x']) assert.ok(!isCardNumber(text), text);
});

it('notices every single digit that is wrong', () => {
  fc.assert(
    fc.property(fc.nat(15), fc.integer({ min: 1, max: 9 }), (at, by) => {
      const digits = [...'4111111111111111'];
      digits[at] = String((Number(digits[at]) + by) % 10);
      return !isCardNumber(digits.join(''));
    }),
  );
});
