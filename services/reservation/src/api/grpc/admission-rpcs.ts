import { AdmissionService, epochMsOf, LONG_NAME_PREFIX, timestampOf, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { epochMs, parseId, type EpochMs } from '@traffic-tacos/kernel';
import { grpcService, invalidRequest, type GrpcService, type UnaryHandler } from '@traffic-tacos/kit';
import type { TokenUses } from '../../adapters/embedded/token-uses.ts';

/** What waiting rooms in another process ask of the service that verifies and spends their tokens. */
export interface AdmissionDesk {
  readonly uses: TokenUses;
  /** Until when the rooms have been told of every token that was spent; undefined before that is known. */
  readonly toldThroughMs: () => EpochMs | undefined;
  /** Reservations that there is room for. */
  readonly headroom: () => number;
}

type Handler<Rpc> = UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>>;

/** `reservation.v1.AdmissionService`, under both of its names. */
export const admissionRpcs = (desk: AdmissionDesk): GrpcService =>
  grpcService({
    definition: AdmissionService,
    aliases: [`${LONG_NAME_PREFIX}reservation.v1.AdmissionService`],
    handlers: { voidToken: voidTokenRpc(desk), getAdmissionState: getAdmissionStateRpc(desk) },
  });

const voidTokenRpc = ({ uses }: AdmissionDesk): Handler<typeof AdmissionService.voidToken> => async ({ tokenId, expiresAt }) => {
  const key = parseId('rtk', tokenId);
  const expiresAtMs = expiresAt === undefined ? undefined : epochMsOf(expiresAt);
  const invalid = invalidRequest(
    key === undefined ? { field: 'tokenId', reason: 'must be rtk_ and the 26 characters of an id' } : undefined,
    expiresAtMs === undefined || expiresAtMs < 0 ? { field: 'expiresAt', reason: 'must be an instant from 1970 on' } : undefined,
  );
  if (invalid !== undefined || key === undefined || expiresAtMs === undefined) return invalid ?? { refused: 'INVALID_REQUEST' };
  return { voided: (await uses.void(key, epochMs(expiresAtMs))) === 'voided' };
};

/** What has been told is settled before it is said to whoever acts on it. */
const getAdmissionStateRpc = ({ uses, toldThroughMs, headroom }: AdmissionDesk): Handler<typeof AdmissionService.getAdmissionState> => ({ settles }) => {
  const throughMs = toldThroughMs();
  if (settles && throughMs !== undefined) uses.settle(throughMs);
  return { toldThrough: throughMs === undefined ? undefined : timestampOf(throughMs), headroom: headroom() };
};
