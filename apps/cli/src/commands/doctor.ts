import { ownEnvironment } from '../config/settings.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { troubleshootingPage } from '../doctor/troubleshooting-page.ts';
import { print, printJson } from '../terminal/say.ts';

export interface DoctorOptions {
  readonly json?: boolean;
  readonly mishaps?: boolean;
}

/** `tacos doctor`: a line for each thing that can be wrong, and one more on how to mend what is; exit code 1 when something is. */
export async function doctor({ json = false, mishaps = false }: DoctorOptions): Promise<number> {
  if (mishaps) {
    print(troubleshootingPage());
    return 0;
  }
  const findings = await examine(ownEnvironment());
  if (json) printJson(findings);
  else print(findings.flatMap(linesOf).join('\n'));
  return findings.some(({ kind }) => kind === 'problem') ? 1 : 0;
}

const MARKS = { ok: 'ok     ', problem: 'PROBLEM', note: 'note   ', unknown: '-      ' } as const;
const MEND = ' '.repeat(MARKS.ok.length);

/** What is wrong, and below it how to mend it; Korean stands beside both. */
function linesOf({ check, kind, says, mend, ko }: Finding): readonly string[] {
  const beside = (english: string, korean: string | undefined): string => (korean === undefined ? english : `${english} · ${korean}`);
  const what = `${MARKS[kind]}  ${check.padEnd(9)}  ${beside(says.replaceAll('\n', ' '), ko?.says)}`;
  return mend === undefined ? [what] : [what, `${MEND}  → ${beside(mend, ko?.mend)}`];
}
