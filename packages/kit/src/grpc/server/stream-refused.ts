import type { Refusal } from '../../http/route.ts';

/** Thrown by what a handler streams: the stream ends with the status of this refusal, after what was sent before. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`the stream ends: ${refusal.refused}`);
    this.refusal = refusal;
  }
}
