import { randomBytes } from 'node:crypto';
import { CannotExamine, describeOperation, examine, putEventToExamine, type Examination, type HistoryReport } from '@traffic-tacos/sim';
import { findPlatform, type FoundPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask } from '../http/ask.ts';
import { createProgress } from '../terminal/progress.ts';
import { counted, print, printJson, say } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';

export interface VerifyOptions {
  /** An event that is there, and that nobody else buys from meanwhile. Without it one is made. */
  readonly event?: string;
  /** Of an organizer: to make the event where this terminal has no key of the platform. */
  readonly token?: string;
  /** Where events are made. */
  readonly inventory?: string;
  /** Where every other user asks over gRPC: the reservation service, and the inventory for public figures. */
  readonly grpc?: string;
  readonly grpcInventory?: string;
  readonly users?: string;
  readonly requests?: string;
  /** In seconds, in place of a number of requests. */
  readonly duration?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

const USERS = 8;
const USERS_MAX = 64;
const REQUESTS = 40;
const REQUESTS_MAX = 1_000;
const DURATION_MAX_SECONDS = 600;
const SEED_MAX = 2 ** 31;
const ORGANIZER = 'tacos-verify';

/**
 * `tacos verify URL`: lets users of its own compete for the same few seats over HTTP and gRPC, and looks for an order of events that explains all
 * that they were told. Exit code 1 where there is none, or where none was found in time.
 */
export async function verify(url: string, options: VerifyOptions): Promise<number> {
  const baseUrl = addressOf(url);
  const users = wholeNumber('--users', options.users, USERS, USERS_MAX);
  const seed = wholeNumber('--seed', options.seed, 1, SEED_MAX);
  const eventId = options.event ?? `evt_verify_${randomBytes(5).toString('hex')}`;
  const now = (): number => performance.now();
  const mayGoOn = endOf(options, now);
  try {
    const found = await findPlatform((await operatorSettings()).dataDir);
    const ours = found.kind === 'running' && addressOf(found.file.addresses.gateway) === baseUrl ? found : undefined;
    const grpc = grpcOf(ours, options);
    // Where nobody answers, no event is missing.
    await ask(`${baseUrl}/version`);
    const endEvent = options.event === undefined ? await makeEvent(ours, eventId, options) : undefined;
    say(`${users} users compete for ${eventId} at ${baseUrl}${grpc === undefined ? '' : `, every other one over gRPC at ${grpc.reservation}`}`);
    const progress = createProgress('examining', users);
    const secret = (): string => randomBytes(9).toString('hex');
    const report = await examine({ baseUrl, eventId, grpc, users, mayGoOn, seed, secret, now, onClient: (done) => progress.update(done) }).finally(() => progress.stop());
    await endEvent?.().catch((cause: unknown) => {
      if (!(cause instanceof CannotExamine)) throw cause;
      // What was told before is judged all the same.
      say(`The sale of ${eventId} goes on. ${cause.message}`);
    });
    if (options.json === true) printJson(report);
    else print(verdictText(report));
    return report.contradictions.length === 0 && report.undecided.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof CannotExamine) throw new CommandFailed(error.message, { cause: error });
    throw error;
  }
}

/** How long each user goes on: for so many requests, or so many seconds. */
function endOf({ requests, duration }: VerifyOptions, now: () => number): (asked: number) => boolean {
  if (duration === undefined) {
    const most = wholeNumber('--requests', requests, REQUESTS, REQUESTS_MAX);
    return (asked) => asked < most;
  }
  if (requests !== undefined) throw new WrongUsage('--duration and --requests both say when to stop: name one of them');
  const seconds = wholeNumber('--duration', duration, 1, DURATION_MAX_SECONDS);
  let endMs: number | undefined;
  return () => now() < (endMs ??= now() + seconds * 1_000);
}

/** With the token that was given, or signed with the key of the platform in the data directory, if that is the one at the address. The answer ends its sale. */
async function makeEvent(ours: RunningPlatform | undefined, eventId: string, { token, inventory }: VerifyOptions): Promise<() => Promise<void>> {
  const address = inventory === undefined ? ours?.file.addresses.inventory : addressOf(inventory);
  if (address === undefined || (token === undefined && ours === undefined)) {
    throw new WrongUsage(
      'There is no event to compete for: name one that nobody else buys from (--event), or where one can be made (--inventory URL --token TOKEN, of an organizer). ' +
        'Neither is needed where TACOS_DATA_DIR names the directory of the platform at that address.',
    );
  }
  const signed = async (): Promise<string> => tokenFor(await operatorSignIn(await operatorSettings(), ours ?? { kind: 'none' }), ORGANIZER, 'organizer');
  const organizer = token ?? (await signed());
  await putEventToExamine(address, eventId, organizer);
  return () => putEventToExamine(address, eventId, organizer, new Date().toISOString());
}

type RunningPlatform = Extract<FoundPlatform, { kind: 'running' }>;

/** The addresses that were given, or those that the platform in the data directory says of itself. */
function grpcOf(ours: RunningPlatform | undefined, { grpc, grpcInventory }: VerifyOptions): Examination['grpc'] {
  const reservation = grpc ?? ours?.file.grpcAddresses?.reservation;
  if (reservation === undefined) {
    if (grpcInventory !== undefined) throw new WrongUsage('--grpc-inventory goes with --grpc, the address of the reservation service');
    return undefined;
  }
  return { reservation: hostAndPort('--grpc', reservation), inventory: grpcInventory === undefined ? ours?.file.grpcAddresses?.inventory : hostAndPort('--grpc-inventory', grpcInventory) };
}

function hostAndPort(option: string, given: string): string {
  if (!/^[^/\s]+:\d{1,5}$/.test(given)) throw new WrongUsage(`${option} takes HOST:PORT, not ${given}`);
  return given;
}

function verdictText({ operations, objects, contradictions, undecided }: HistoryReport): string {
  const looked = `${counted(operations, 'operation')} on ${counted(objects, 'seat or pool', 'seats and pools')}`;
  if (contradictions.length === 0 && undecided.length === 0) return `${looked}\ngreen: all that was answered has a legal order`;
  return [
    looked,
    ...contradictions.flatMap(({ object, operations: few }) => [`RED: ${object}: these cannot all be true`, ...few.map((operation) => `  ${describeOperation(operation)}`)]),
    ...undecided.map((object) => `gave up: nobody can say in reasonable time whether what was told of ${object} can be true, so this is no pass; try fewer --users`),
  ].join('\n');
}

function addressOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new WrongUsage(`${url} is not an address; it looks like http://127.0.0.1:8000`);
  return url.replace(/\/+$/, '');
}

function wholeNumber(option: string, given: string | undefined, usual: number, greatest: number): number {
  if (given === undefined) return usual;
  const value = /^\d{1,10}$/.test(given) ? Number(given) : 0;
  if (value < 1 || value > greatest) throw new WrongUsage(`${option} takes a whole number from 1 to ${greatest}, not ${given}`);
  return value;
}
