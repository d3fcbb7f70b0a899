import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { epochMs } from '@traffic-tacos/kernel';
import type { Registrant } from '../domain/account.ts';
import type { AccountStore } from './account-store.ts';

const NOW = epochMs(1_700_000_000_000);

/** What every `AccountStore` must do. `open` gives an empty store of its own to each test. */
export function accountStoreSuite(adapter: string, open: () => Promise<AccountStore>): void {
  describe(`${adapter} as an account store`, () => {
    it('gives a free username to the registrant, with role user', async () => {
      const store = await open();
      const outcome = await store.register(registrant('alice', 'usr_1'), NOW);
      assert.deepEqual(outcome, {
        kind: 'registered',
        account: { ...registrant('alice', 'usr_1'), role: 'user', createdAtMs: NOW, version: 1 },
      });
    });

    it('finds what was registered, as it was registered', async () => {
      const store = await open();
      await store.register(registrant('alice', 'usr_1'), NOW);
      assert.deepEqual(await store.findForLogin('alice'), { ...registrant('alice', 'usr_1'), role: 'user', createdAtMs: NOW, version: 1 });
    });

    it('finds nobody under a username that nobody has', async () => {
      const store = await open();
      await store.register(registrant('alice', 'usr_1'), NOW);
      assert.equal(await store.findForLogin('bob'), undefined);
    });

    it('refuses a username that somebody has and leaves their account alone', async () => {
      const store = await open();
      await store.register(registrant('alice', 'usr_1'), NOW);
      assert.deepEqual(await store.register(registrant('alice', 'usr_2'), NOW), { kind: 'username_taken' });
      assert.equal((await store.findForLogin('alice'))?.userId, 'usr_1');
    });

    it('gives a username to exactly one of fifty who register it at once', async () => {
      const store = await open();
      const attempts = Array.from({ length: 50 }, (_, i) => store.register(registrant('alice', `usr_${i}`), NOW));
      const winners = (await Promise.all(attempts)).filter((outcome) => outcome.kind === 'registered');
      assert.equal(winners.length, 1);
      assert.equal((await store.findForLogin('alice'))?.userId, winners[0]?.account.userId);
    });
  });
}

/** A registrant with an e-mail address only where the id ends in an even digit, so that both forms are stored. */
export function registrant(username: string, userId: string): Registrant {
  const email = Number(userId.slice(-1)) % 2 === 0 ? `${username}@example.com` : undefined;
  return { userId, username, displayName: `${username} 🎟`, email, passwordRecord: `record of ${userId}` };
}
