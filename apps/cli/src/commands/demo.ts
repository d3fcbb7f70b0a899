import { durationMs } from '@traffic-tacos/kernel';
import { stopOnSignal } from '@traffic-tacos/kit';
import { auditDirectory } from '../beside/audit-directory.ts';
import { limitsOf } from '../config/platform-options.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { lookAgain } from '../demo/look-again.ts';
import { playSale, type SaleSize } from '../demo/play-sale.ts';
import { reportOf, reportText } from '../demo/report.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { judgeSale } from '../demo/verdict.ts';
import { print, printJson, say } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';

export interface DemoOptions {
  readonly users?: string;
  readonly seed?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}

const USERS = 5_000;
const USERS_MAX = 100_000;
const SEED_MAX = 2 ** 32 - 1;
/** Two of five people can get a place. */
const PLACES_A_USER = 0.4;
/** More than the room lets in, so that there is a line. */
const ARRIVALS_A_SECOND = 500;
const ARRIVE_AT_LEAST_MS = 2_000;
/** Of all people, those whom it takes to sell everything, with everybody who loses a race or changes their mind. */
const PART_LET_IN = 0.25;
/** How long it takes to let them in. */
const LETTING_IN_MS = 12_000;
const QUICK_LETTING_IN_MS = 5_000;
/** Inside at once, in seconds of letting in. */
const INSIDE_SECONDS = 5;
const QUICK_USERS = 400;
/** Longer than the slowest payment takes, on a busy machine too. */
const HOLD_MS = durationMs(10_000);
const QUICK_HOLD_MS = durationMs(6_000);
const INTERRUPTED = 130;

/** `tacos demo`: plays a flash sale and judges it; exit code 1 when something is not as it must be. */
export async function demo(options: DemoOptions): Promise<number> {
  const size = sizeOf(options);
  const settings = settingsOfEnvironment();
  const stage = await openStage(settings, options.quick === true ? QUICK_HOLD_MS : HOLD_MS);
  const forgetSignals = stopOnSignal(process, async () => {
    await stage.close();
    return INTERRUPTED;
  });
  try {
    return await play(stage, size, limitsOf(settings), options.json ?? false);
  } finally {
    forgetSignals();
    await stage.close();
  }
}

async function play(stage: Stage, size: SaleSize, limits: ReturnType<typeof limitsOf>, json: boolean): Promise<number> {
  const sale = await playSale(stage, size);
  try {
    say('Looking whether everything is there that somebody was promised · 약속된 결과를 확인하는 중입니다');
    const afterwards = await lookAgain(stage, sale);
    const audit = await auditDirectory(stage.dataDir, limits, true);
    const verdict = judgeSale({ ...sale, users: size.users, afterwards, audit });
    const report = reportOf(sale, { afterwards, verdict });
    if (json) printJson(report);
    else print(reportText(report));
    return report.green ? 0 : 1;
  } finally {
    sale.client.close();
  }
}

function sizeOf({ users, seed, quick = false }: DemoOptions): SaleSize {
  const howMany = users === undefined ? (quick ? QUICK_USERS : USERS) : wholeNumber('--users', users, USERS_MAX);
  const arrivalMs = Math.max(ARRIVE_AT_LEAST_MS, (howMany / ARRIVALS_A_SECOND) * 1000);
  const lettingInMs = Math.max(quick ? QUICK_LETTING_IN_MS : LETTING_IN_MS, 1.2 * arrivalMs);
  const perSecond = Math.max(1, Math.ceil((howMany * PART_LET_IN * 1000) / lettingInMs));
  return {
    users: howMany,
    places: Math.max(1, Math.round(howMany * PLACES_A_USER)),
    arrivalMs,
    seed: seed === undefined ? 1 : wholeNumber('--seed', seed, SEED_MAX),
    perSecond,
    ceiling: perSecond * INSIDE_SECONDS,
    // Holds that are left come back meanwhile, for those who still wait.
    saleMs: 2 * lettingInMs,
  };
}

function wholeNumber(option: string, given: string, greatest: number): number {
  const value = /^\d{1,10}$/.test(given) ? Number(given) : 0;
  if (value < 1 || value > greatest) throw new WrongUsage(`${option} takes a whole number from 1 to ${greatest}, not ${given}`);
  return value;
}
