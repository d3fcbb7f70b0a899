/** Generous: a machine that does other work as well is slow, and nothing is told by that. */
const WITHIN_MS = 60_000;

/** Asks again until the answer is as wanted: every question is a turn of the event loop and of the server. */
export async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > deadline) throw new StillNot(`not within ${WITHIN_MS} ms: ${JSON.stringify(answer)}`);
  }
}

class StillNot extends Error {
  override readonly name = 'StillNot';
}
