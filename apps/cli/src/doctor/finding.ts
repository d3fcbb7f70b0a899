import { MISHAPS, type MishapName } from './mishaps.ts';

/**
 * One line of the doctor. `unknown`: it could not be looked at now, which is no fault. `note`: something happened, and nothing has to be
 * done. `problem`: something is to be mended.
 */
export interface Finding {
  readonly check: string;
  readonly kind: 'ok' | 'unknown' | 'note' | 'problem';
  readonly says: string;
  /** Which row of the table of mishaps it is, where it is one. */
  readonly mishap?: MishapName;
  /** What to do, with the paths and commands of this machine. */
  readonly mend?: string;
  /** The same in Korean, as it holds on every machine. */
  readonly ko?: { readonly says: string; readonly mend: string };
}

export const ok = (check: string, says: string): Finding => ({ check, kind: 'ok', says });
export const unknown = (check: string, says: string): Finding => ({ check, kind: 'unknown', says });

/** A mishap that was met: `says` and `mend` name what stands on this machine. */
export function met(mishap: MishapName, says: string, mend: string): Finding {
  const { check, isHarmless, ko } = MISHAPS[mishap];
  return { check, kind: isHarmless ? 'note' : 'problem', says, mishap, mend, ko: { says: ko[0], mend: ko[1] } };
}
