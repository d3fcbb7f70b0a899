/** One line of the doctor. `unknown`: it could not be looked at now, which is no fault. */
export interface Finding {
  readonly check: string;
  readonly kind: 'ok' | 'problem' | 'unknown';
  readonly says: string;
  /** What to do; only where there is a problem. */
  readonly mend?: string;
}

export const ok = (check: string, says: string): Finding => ({ check, kind: 'ok', says });
export const unknown = (check: string, says: string): Finding => ({ check, kind: 'unknown', says });
export const problem = (check: string, says: string, mend: string): Finding => ({ check, kind: 'problem', says, mend });
