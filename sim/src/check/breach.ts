/** A guarantee was seen broken. `invariant` names it as docs/guarantees does, I1 to I10, or the scenario. */
export class GuaranteeBroken extends Error {
  override readonly name = 'GuaranteeBroken';
  readonly invariant: string;
  readonly subject: string;
  readonly detail: string;

  constructor(invariant: string, subject: string, detail: string) {
    super(`${invariant} · ${subject} · ${detail}`);
    this.invariant = invariant;
    this.subject = subject;
    this.detail = detail;
  }
}

/** Throws where a guarantee does not hold. The detail is only put together then. */
export function must(holds: boolean, invariant: string, subject: string, detail: string | (() => string)): void {
  if (!holds) throw new GuaranteeBroken(invariant, subject, typeof detail === 'string' ? detail : detail());
}
