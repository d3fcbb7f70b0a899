import { resolve } from 'node:path';
import type { RecoveryReport } from '@traffic-tacos/journal';
import { VERSION, type Platform } from '@traffic-tacos/platform';
import { counted, elapsed, grouped } from '../terminal/say.ts';

/** What a platform says of itself once it is open. */
export interface WelcomeFacts {
  readonly platform: Pick<Platform, 'addresses' | 'grpcAddresses' | 'recovered'>;
  readonly dataDir: string;
  readonly logFile: string | undefined;
  /** From the start of the process until now. */
  readonly tookMs: number;
  /** Commands to be pasted; empty where no seats are free. */
  readonly steps: readonly string[];
  /** Whose token stands in the commands. */
  readonly userId: string;
}

/** The page that a newcomer reads first. The commands stand alone on their lines, between the two that `tools/readme-check` looks for. */
export function welcome({ platform, dataDir, logFile, tookMs, steps, userId }: WelcomeFacts): string {
  const { gateway, reservation, inventory, payment, worker } = platform.addresses;
  const grpc = platform.grpcAddresses;
  return [
    '',
    `  Traffic Tacos ${VERSION} is ready after ${elapsed(tookMs)} · 준비되었습니다`,
    '',
    `  gateway      ${gateway}  gRPC ${grpc.gateway}  the public API: ${gateway}/api/v1/events`,
    `  reservation  ${reservation}  gRPC ${grpc.reservation}`,
    `  inventory    ${inventory}  gRPC ${grpc.inventory}`,
    `  payment      ${payment}  gRPC ${grpc.payment}  the payment simulator`,
    `  worker       ${worker}  gRPC ${grpc.worker}`,
    `  data         ${resolve(dataDir)}  ${foundAgain(platform.recovered)}`,
    ...(logFile === undefined ? [] : [`  log          ${resolve(logFile)}`]),
    '',
    ...toPaste(steps, userId),
    '  Ctrl-C stops it; what it holds stays, and is found again. · Ctrl-C로 종료하면 데이터는 그대로 남습니다.',
  ].join('\n');
}

/** The commands alone on their lines, below the sentence about them; what to do instead where there are none. */
export const toPaste = (steps: readonly string[], userId: string): readonly string[] => (steps.length === 0 ? NO_SEATS : [...tryIt(userId), '', ...steps, '']);

const tryIt = (userId: string): readonly string[] => [
  `  Buy two seats: paste these lines into another terminal. They hold, pay and confirm, signed in as ${userId}.`,
  '  좌석 두 개 구매하기: 아래 줄을 다른 터미널에 붙여 넣으면 선점, 결제, 확정이 차례로 이루어집니다.',
];

const NO_SEATS = [
  '  No event has two free seats side by side. Import one: npx tacos events import FILE · 나란히 빈 좌석이 있는 이벤트가 없습니다. 이벤트를 등록하세요.',
  '',
];

/** What the journal gave back, in a sentence. */
function foundAgain({ kind, records, groups, snapshot, tookMs, tornBytes, setAside }: RecoveryReport): string {
  if (kind === 'first_start') return '(new)';
  const from = snapshot === undefined ? '' : ' and a snapshot';
  const torn = tornBytes === 0 ? '' : `; ${grouped(tornBytes)} bytes that nobody was told of were cut off`;
  const unused = setAside.map(({ file, why }) => `; ${file} was not used: ${why}`).join('');
  return `(found again: ${counted(records, 'record')} of ${counted(groups, 'group')}${from} in ${elapsed(tookMs)}${torn}${unused})`;
}
