import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { epochMs } from '@traffic-tacos/kernel';
import fc from 'fast-check';
import { MAX_TOKEN_TTL_SECONDS, claimsFor, tokenRequestProblems } from '../src/domain/claims.ts';
import { passwordProblem } from '../src/domain/password.ts';
import { displayNameProblem, emailProblem } from '../src/domain/profile.ts';
import { parseUsername } from '../src/domain/username.ts';

const ASTRAL = '\u{1F39F}';

describe('username rules', () => {
  it('allow 3 to 64 characters, counted as people count them', () => {
    for (const good of ['abc', 'a'.repeat(64), ASTRAL.repeat(3), ASTRAL.repeat(64), '김민수', 'a@b.example', "o'neil-7"]) {
      assert.equal(parseUsername(good).kind, 'username', good);
    }
    for (const bad of ['', 'ab', ASTRAL.repeat(2), 'a'.repeat(65), ASTRAL.repeat(65)]) {
      assert.equal(parseUsername(bad).kind, 'not_a_username', bad);
    }
  });

  it('give capitals, full-width letters and composed forms one spelling', () => {
    for (const same of ['Alice', 'ALICE', 'ａｌｉｃｅ', 'aLICE']) assert.deepEqual(parseUsername(same), { kind: 'username', username: 'alice' });
    assert.deepEqual(parseUsername('Rene\u0301'), parseUsername('RENÉ'));
  });

  it('refuse spaces, controls and invisible characters, also those that unifying uncovers', () => {
    for (const bad of [' alice', 'al ice', 'alice\u00a0', 'ali\u0000ce', 'ali\u200bce', 'ali\u202ece', 'ali\ud800ce', 'ali\u00a8ce', 'ali\u2003ce']) {
      const parsed = parseUsername(bad);
      assert.deepEqual(parsed, { kind: 'not_a_username', reason: 'must not contain spaces or invisible characters' });
    }
  });

  it('a spelling is its own spelling, for any text', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseUsername(text);
        if (parsed.kind === 'username') assert.deepEqual(parseUsername(parsed.username), parsed);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('password rules', () => {
  it('allow 8 to 128 of any characters', () => {
    for (const good of ['8 chars.', 'p'.repeat(128), '비밀번호비밀번호', ASTRAL.repeat(8), ASTRAL.repeat(128), '\u0000\t\n\r\u0007\u001b\u007f ']) {
      assert.equal(passwordProblem(good), undefined, good);
    }
    for (const bad of ['', '7 chars', 'p'.repeat(129), ASTRAL.repeat(7), ASTRAL.repeat(129)]) assert.ok(passwordProblem(bad), bad);
  });

  it('count composed: seven letters with their accents apart are seven characters', () => {
    assert.ok(passwordProblem('e\u0301'.repeat(7)));
    assert.equal(passwordProblem('e\u0301'.repeat(8)), undefined);
  });

  it('refuse halves of surrogate pairs, which would all be hashed alike', () => {
    assert.ok(passwordProblem('password\ud83c'));
  });
});

describe('profile rules', () => {
  it('display names have 1 to 100 characters, not all blank, no controls', () => {
    for (const good of ['A', '홍 길동', ASTRAL.repeat(100)]) assert.equal(displayNameProblem(good), undefined, good);
    for (const bad of ['', '   ', 'a\nb', ASTRAL.repeat(101), 'a\ud800']) assert.ok(displayNameProblem(bad), bad);
  });

  it('e-mail addresses have one @ with something on both sides, and at most 254 characters', () => {
    for (const good of ['a@b', 'first.last+tag@mail.example', `${'a'.repeat(248)}@b.com`]) assert.equal(emailProblem(good), undefined, good);
    for (const bad of ['', 'a', '@b', 'a@', 'a@b@c', 'a b@c', 'a@b\u0000', `${'a'.repeat(249)}@b.com`]) assert.ok(emailProblem(bad), bad);
  });
});

describe('token claims', () => {
  const issuer = { url: 'https://tickets.example', audience: undefined };
  const request = { userId: 'u123', role: 'user', ttlSeconds: 600 } as const;

  it('are in whole seconds from the instant of signing, rounded down', () => {
    assert.deepEqual(claimsFor(request, issuer, epochMs(1_700_000_000_999), 'tok_1'), {
      iss: 'https://tickets.example', sub: 'u123', iat: 1_700_000_000, exp: 1_700_000_600, jti: 'tok_1', role: 'user',
    });
  });

  it('carry an audience exactly when one is set', () => {
    assert.equal(claimsFor(request, { ...issuer, audience: 'tickets' }, epochMs(0), 'tok_1').aud, 'tickets');
    assert.ok(!('aud' in claimsFor(request, issuer, epochMs(0), 'tok_1')));
  });

  it('of a lifetime at the edges are signed, past them not, and every problem is named', () => {
    for (const ttlSeconds of [1, MAX_TOKEN_TTL_SECONDS]) assert.deepEqual(tokenRequestProblems({ ...request, ttlSeconds }), []);
    for (const ttlSeconds of [0, -1, 1.5, Number.NaN, MAX_TOKEN_TTL_SECONDS + 1]) {
      assert.equal(tokenRequestProblems({ ...request, ttlSeconds }).length, 1, String(ttlSeconds));
    }
    assert.deepEqual(tokenRequestProblems({ ...request, userId: 'u'.repeat(128) }), []);
    const role: string = 'root';
    assert.equal(tokenRequestProblems({ userId: `\n${'u'.repeat(128)}`, role: role as 'user', ttlSeconds: 0 }).length, 4);
  });
});
