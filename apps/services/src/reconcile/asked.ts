import { Unavailable } from '@traffic-tacos/kernel';
import type { UpstreamAnswer } from '@traffic-tacos/kit';
import { OwnerAway, type Owner } from './owner-away.ts';

/** The response of a question that has one right answer. Rejects with `OwnerAway` where there is none to be had. */
export async function asked<Response>(owner: Owner, answer: Promise<UpstreamAnswer<Response>>): Promise<Response> {
  const got = await answer.catch((cause: unknown) => {
    if (cause instanceof Unavailable) throw new OwnerAway(owner, cause.message, { cause });
    throw cause;
  });
  if (got.kind === 'answered') return got.response;
  throw new OwnerAway(owner, `${got.refusal.status}: ${got.refusal.message}`);
}

/** The word, where it is one of these. */
export function wordOf<Word extends string>(owner: Owner, known: Readonly<Record<Word, true>>, text: string): Word {
  if (Object.hasOwn(known, text)) return text as Word;
  throw new OwnerAway(owner, `the word ${text} has no meaning here`);
}
