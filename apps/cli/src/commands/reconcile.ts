import { resolve } from 'node:path';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText } from '../http/ask.ts';
import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { counted, print, printJson } from '../terminal/say.ts';

const OPERATOR = 'operator';
/** Where services run apart, what was found is looked at again after some seconds, and millions of records take their time. */
const ANSWER_WITHIN_MS = 280_000;

/**
 * `tacos reconcile`: has the running platform compare the records of all its services now, and heal what a rule can heal; exit code 1 when
 * something stays that a person has to look at, or a service that runs apart did not answer, so that not everything was compared.
 */
export async function reconcile({ json = false }: { readonly json?: boolean }): Promise<number> {
  const settings = await operatorSettings();
  const found = await findPlatform(settings.dataDir);
  if (found.kind !== 'running') {
    throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. TACOS_DATA_DIR names the directory; npx tacos audit checks one in which nobody works.`);
  }
  const token = await tokenFor(await operatorSignIn(settings, found), OPERATOR, 'admin');
  const answer = await ask(`${found.file.addresses.gateway}/api/v1/admin/reconcile`, { method: 'POST', token, withinMs: ANSWER_WITHIN_MS });
  if (answer.status !== 200) throw new CommandFailed(refusalText(answer));
  if (json) printJson(answer.body);
  else print(reportText(answer.body));
  return numberIn(answer.body, 'alarmed') === 0 && unreachedIn(answer.body).length === 0 ? 0 : 1;
}

/** Services that did not answer all that they were asked. */
const unreachedIn = (report: JsonObject): readonly string[] => listIn(report, 'unreached').map(String);

function reportText(report: JsonObject): string {
  const looked = objectOf(report['looked_at']);
  const records = (['hold', 'reservation', 'order', 'intent'] as const).map((what) => counted(numberIn(looked, `${what}s`), what)).join(', ');
  const differences = listIn(report, 'differences').map(objectOf);
  const unreached = unreachedIn(report);
  const missing = unreached.length === 0 ? [] : [`not everything was compared: ${unreached.join(' and ')} did not answer`];
  if (differences.length === 0) return [records, ...(missing.length === 0 ? ['nothing differs'] : missing)].join('\n');
  const more = numberIn(report, 'more');
  return [
    records,
    `${counted(numberIn(report, 'healed'), 'difference')} healed, ${numberIn(report, 'waiting')} looked at again, ${numberIn(report, 'alarmed')} for you to look at`,
    ...differences.map((difference) => `  ${textIn(difference, 'outcome').padEnd(8)} ${textIn(difference, 'kind')}  ${textIn(difference, 'subject')} ${textIn(difference, 'detail')}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...missing,
  ].join('\n');
}
