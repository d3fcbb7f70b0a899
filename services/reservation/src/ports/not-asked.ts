import type { Joinable } from '@traffic-tacos/journal';

/**
 * A decision has come to a step whose answer must be waited for: the question to somebody in another process. Nothing was changed. Whoever
 * runs decisions asks, and decides again; so nobody is asked for a command that would have been refused or repeated anyway.
 */
class NotAsked extends Error {
  override readonly name = 'NotAsked';
  /** Asks and keeps the answer for the next run of the step. Rejects with `Unavailable` when there is none to be had. */
  readonly ask: () => Promise<void>;

  constructor(ask: () => Promise<void>) {
    super('the decision needs an answer that has to be waited for');
    this.ask = ask;
  }
}

/** A step that asks once, when a decision comes to it. */
export function askedWhenReached<Answer>(ask: () => Promise<Answer>): Joinable<Answer> {
  let answered: { readonly answer: Answer } | undefined;
  return () => {
    if (answered !== undefined) return answered.answer;
    throw new NotAsked(async () => {
      answered = { answer: await ask() };
    });
  };
}

/** Decides, asks what the decision comes to, and decides again. `decide` is run at most once more than there are questions in it. */
export async function askAndDecide<Outcome>(decide: () => Promise<Outcome>, ask: (question: NotAsked) => Promise<void> = askIt): Promise<Outcome> {
  for (;;) {
    try {
      return await decide();
    } catch (thrown) {
      if (!(thrown instanceof NotAsked)) throw thrown;
      await ask(thrown);
    }
  }
}

const askIt = (question: NotAsked): Promise<void> => question.ask();
