import { join, resolve } from 'node:path';
import type { PlatformSettings } from '@traffic-tacos/kit';
import { SERVICE_NAMES, VERSION } from '@traffic-tacos/platform';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { sampleEvents } from '../catalogue/sample-events.ts';
import { sendAll } from '../commands/import-events.ts';
import { shellWord } from '../config/as-typed.ts';
import { TOKEN_TTL_SECONDS } from '../config/platform-options.ts';
import { firstSteps } from '../first-steps/first-steps.ts';
import { pickSeats } from '../first-steps/pick-seats.ts';
import { askedSeatMaps } from '../first-steps/seat-maps.ts';
import { toPaste } from '../first-steps/welcome.ts';
import { inventoryAddress } from '../http/inventory-address.ts';
import { reachable } from '../http/reachable.ts';
import { readEvents } from '../http/read-events.ts';
import { counted, elapsed, say } from '../terminal/say.ts';

/** What services that run apart say of themselves once all of them listen; with `sample` the sample events are theirs by then. */
export async function welcomePage(settings: PlatformSettings, sample: boolean): Promise<string> {
  const dataDir = join(settings.dataDir, 'gateway');
  const found = await findPlatform(dataDir);
  const sign = await operatorSignIn({ ...settings, dataDir }, found);
  const address = inventoryAddress(undefined, found, settings);
  if (sample) await importSample(address, await tokenFor(sign, 'tacos-cli', 'organizer'));
  const userId = `guest-${Date.now().toString(36)}`;
  const seats = await pickSeats(askedSeatMaps(address));
  const token = await tokenFor(sign, userId, 'user', TOKEN_TTL_SECONDS);
  const gatewayUrl = `http://${reachable(settings.bindAddress)}:${settings.gatewayPort}`;
  const steps = seats === undefined ? [] : firstSteps({ gatewayUrl, token, seats, approveDelayMs: settings.paymentApproveDelayMs });
  return [...whereAllIs(settings), ...toPaste(steps, userId), '  Ctrl-C stops all of them; what they hold stays, and is found again. · Ctrl-C로 종료하면 데이터는 그대로 남습니다.'].join('\n');
}

/** Where there are no events yet. */
async function importSample(address: string, token: string): Promise<void> {
  if ((await readEvents(address, true)).events.length > 0) return;
  const imported = await sendAll(await sampleEvents(), address, token);
  say(`Imported ${counted(imported.length, 'sample event')}: ${imported.map(({ id }) => id).join(', ')}`);
}

function whereAllIs(settings: PlatformSettings): readonly string[] {
  const ports = { gateway: settings.gatewayPort, reservation: settings.reservationPort, inventory: settings.inventoryPort, payment: settings.paymentPort, worker: settings.workerPort };
  const grpc = { gateway: settings.gatewayGrpcPort, reservation: settings.reservationGrpcPort, inventory: settings.inventoryGrpcPort, payment: settings.paymentGrpcPort, worker: settings.workerGrpcPort };
  const host = reachable(settings.bindAddress);
  const root = shellWord(resolve(settings.dataDir));
  return [
    '',
    `  Traffic Tacos ${VERSION} runs as ${SERVICE_NAMES.length} processes, ready after ${elapsed(performance.now())}. · 서비스가 각각의 프로세스로 실행 중입니다.`,
    '',
    ...SERVICE_NAMES.map((name) => `  ${name.padEnd(12)} http://${host}:${ports[name]}  gRPC ${host}:${grpc[name]}  data in ${join(settings.dataDir, name)}`),
    '',
    '  Commands for operators, in another terminal · 다른 터미널에서 실행하는 명령:',
    `    TACOS_DATA_DIR=${root} npx tacos events list`,
    `    TACOS_DATA_DIR=${root} npx tacos token --user u123`,
    '',
  ];
}
