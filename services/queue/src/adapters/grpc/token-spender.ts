import { AsyncResource } from 'node:async_hooks';
import { AdmissionService, epochMsOf, timestampOf } from '@traffic-tacos/contracts';
import { GetAdmissionStateRequest, VoidTokenRequest } from '@traffic-tacos/contracts/proto/reservation/v1/admission';
import { epochMs, Unavailable, type Clock } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { TokenSpender } from '../../ports/token-spender.ts';
import { refusedBy } from './refused-by.ts';

/** How often the reservation service is asked, while anybody waits. */
const ASK_EVERY_MS = 250;
/** While it has not answered for so long, nobody is let in: they could not reserve. */
const STALE_MS = 5_000;

export interface RemoteTokenSpender extends TokenSpender {
  /** What the reservation service can take, as it said last; 0 where that was too long ago. Each look may ask anew. */
  headroom(): number;
}

/** The waiting room's way to the reservation service in another process, which verifies and spends its tokens. `onFault` is told of what no absence explains. */
export function grpcTokenSpender(channel: GrpcChannel, clock: Pick<Clock, 'nowMs'>, onFault: (cause: unknown) => void): RemoteTokenSpender {
  const client = createUnaryClient(channel, AdmissionService, { idempotent: ['voidToken', 'getAdmissionState'] });
  let throughMs = epochMs(0);
  let room = 0;
  let heardAtMs = 0;
  let askedAtMs = 0;
  let isAsking = false;

  const ask = async (): Promise<void> => {
    try {
      const answer = await client.getAdmissionState(GetAdmissionStateRequest.create({ settles: true }));
      if (answer.kind === 'refused') throw refusedBy(answer.refusal);
      const { toldThrough, headroom } = answer.response;
      const told = toldThrough === undefined ? undefined : epochMsOf(toldThrough);
      if (told !== undefined && told > throughMs) throughMs = epochMs(told);
      room = headroom;
      heardAtMs = clock.nowMs();
    } catch (cause) {
      if (!(cause instanceof Unavailable)) onFault(cause);
    } finally {
      isAsking = false;
    }
  };
  // Whoever looks is in the midst of some request, whose trace this is no part of.
  const renew = AsyncResource.bind((): void => void ask());
  return {
    headroom: () => {
      const nowMs = clock.nowMs();
      if (!isAsking && nowMs - askedAtMs >= ASK_EVERY_MS) {
        isAsking = true;
        askedAtMs = nowMs;
        renew();
      }
      return nowMs - heardAtMs < STALE_MS ? room : 0;
    },
    knownThroughMs: () => throughMs,
    void: async (tokenId, expiresAtMs) => {
      const answer = await client.voidToken(VoidTokenRequest.create({ tokenId, expiresAt: timestampOf(expiresAtMs) }));
      if (answer.kind === 'refused') throw refusedBy(answer.refusal);
      return answer.response.voided ? 'voided' : 'spent';
    },
  };
}
