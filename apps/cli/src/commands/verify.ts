import { randomBytes } from 'node:crypto';
import { CannotExamine, describeOperation, examine, putEventToExamine, type HistoryReport } from '@traffic-tacos/sim';
import { findPlatform, type FoundPlatform } from '../beside/find-platform.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
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
  readonly clients?: string;
  readonly requests?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

const CLIENTS = 8;
const CLIENTS_MAX = 64;
const REQUESTS = 40;
const REQUESTS_MAX = 1_000;
const SEED_MAX = 2 ** 31;
const ORGANIZER = 'tacos-verify';

/**
 * `tacos verify URL`: lets users of its own compete for the same few seats over HTTP, and looks for an order of events that explains all that
 * they were told. Exit code 1 where there is none.
 */
export async function verify(url: string, options: VerifyOptions): Promise<number> {
  const baseUrl = addressOf(url);
  const clients = wholeNumber('--clients', options.clients, CLIENTS, CLIENTS_MAX);
  const requests = wholeNumber('--requests', options.requests, REQUESTS, REQUESTS_MAX);
  const seed = wholeNumber('--seed', options.seed, 1, SEED_MAX);
  const eventId = options.event ?? `evt_verify_${randomBytes(5).toString('hex')}`;
  try {
    if (options.event === undefined) await makeEvent(baseUrl, eventId, options);
    say(`${clients} clients compete for ${eventId} at ${baseUrl}`);
    const progress = createProgress('examining', clients);
    const secret = (): string => randomBytes(9).toString('hex');
    const report = await examine({
      baseUrl, eventId, clients, requests, seed, secret, now: () => performance.now(), onClient: (done) => progress.update(done),
    }).finally(() => progress.stop());
    if (options.json === true) printJson(report);
    else print(verdictText(report));
    return report.contradictions.length === 0 && report.undecided.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof CannotExamine) throw new CommandFailed(error.message, { cause: error });
    throw error;
  }
}

/** With the token that was given, or signed with the key of the platform in the data directory, if that is the one at the address. */
async function makeEvent(baseUrl: string, eventId: string, { token, inventory }: VerifyOptions): Promise<void> {
  const settings = settingsOfEnvironment();
  const found = await findPlatform(settings.dataDir);
  const isOurs = found.kind === 'running' && addressOf(found.file.addresses.gateway) === baseUrl;
  const address = inventory === undefined ? inventoryOf(found, isOurs) : addressOf(inventory);
  if (address === undefined || (token === undefined && !isOurs)) {
    throw new WrongUsage(
      'There is no event to compete for: name one that nobody else buys from (--event), or where one can be made (--inventory URL --token TOKEN, of an organizer). ' +
        'Neither is needed where TACOS_DATA_DIR names the directory of the platform at that address.',
    );
  }
  await putEventToExamine(address, eventId, token ?? (await tokenFor(await operatorSignIn(settings, found), ORGANIZER, 'organizer')));
}

const inventoryOf = (found: FoundPlatform, isOurs: boolean): string | undefined => (isOurs && found.kind === 'running' ? found.file.addresses.inventory : undefined);

function verdictText({ operations, objects, contradictions, undecided }: HistoryReport): string {
  const looked = `${counted(operations, 'operation')} on ${counted(objects, 'seat or pool', 'seats and pools')}`;
  if (contradictions.length === 0 && undecided.length === 0) return `${looked}\ngreen: all that was answered has a legal order`;
  return [
    looked,
    ...contradictions.flatMap(({ object, operations: few }) => [`RED: ${object}: these cannot all be true`, ...few.map((operation) => `  ${describeOperation(operation)}`)]),
    ...undecided.map((object) => `not decided: ${object} has too many operations at once; try fewer --clients`),
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
