import type { Joinable, Units } from '@traffic-tacos/journal';
import { epochMs, parseId, present, type Clock, type EpochMs, type IdWords } from '@traffic-tacos/kernel';
import type { Grant } from '../../ports/admission.ts';
import type { TokenUseTable } from './token-use-table.ts';

/** What the service keeps of reservation tokens where the waiting rooms are in another process. */
export interface TokenUses {
  /** What a genuine token grants. It is spent in the entry of its reservation. */
  grant(key: IdWords, expiresAtMs: EpochMs): Grant;
  /** Makes a token worthless, unless it was spent. Durable when it resolves. */
  void(key: IdWords, expiresAtMs: EpochMs): Promise<'voided' | 'spent'>;
  /** No token that has run out by then is spent from now on, whatever the clock shows later. */
  settle(throughMs: EpochMs): void;
}

export function createTokenUses(table: TokenUseTable, units: Units, clock: Clock): TokenUses {
  let settledMs = epochMs(0);
  const voiding = (key: IdWords, tokenExpiresAtMs: EpochMs): Joinable<'voided' | 'spent'> => (unit) => {
    const known = table.find(key);
    if (known !== undefined) return known.reservation === undefined ? 'voided' : 'spent';
    const usedAtMs = clock.nowMs();
    table.assertRoom(usedAtMs);
    unit.write(table, { key, reservation: undefined, tokenExpiresAtMs, usedAtMs });
    return 'voided';
  };
  return {
    grant: (key, expiresAtMs) => ({
      isLive: () => expiresAtMs > Math.max(clock.nowMs(), settledMs) && table.find(key) === undefined,
      spend: (unit, reservationId) => {
        const usedAtMs = clock.nowMs();
        table.assertRoom(usedAtMs);
        unit.write(table, { key, reservation: present(parseId('rsv', reservationId), 'reservation id'), tokenExpiresAtMs: expiresAtMs, usedAtMs });
      },
    }),
    void: (key, expiresAtMs) => units.run(voiding(key, expiresAtMs)),
    settle: (throughMs) => {
      if (throughMs > settledMs) settledMs = throughMs;
    },
  };
}
