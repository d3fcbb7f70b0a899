import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { HmacSha256 } from '../src/application/hmac-sha256.ts';

test('a text is signed as HMAC-SHA-256 signs it, whatever the key and the text, and whatever was signed before', () => {
  const secrets = fc.uint8Array({ minLength: 0, maxLength: 130 });
  const texts = fc.array(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('', 'a'.repeat(170), 'a'.repeat(171), '좌'.repeat(170), '좌'.repeat(200))), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(secrets, texts, (bytes, signed) => {
      const secret = Buffer.from(bytes);
      const hmac = new HmacSha256(secret);
      for (const text of signed) assert.equal(hmac.sign(text), createHmac('sha256', secret).update(text).digest('latin1'));
    }),
  );
});
