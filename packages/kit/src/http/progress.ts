/** Counts the requests that have no answer yet, so that a closing server knows when it is done. */
export interface Progress {
  readonly isClosing: boolean;
  readonly unanswered: number;
  begun(): void;
  answered(): void;
  abandoned(): void;
  /** From now on answers are the last of their connection. Resolves when nothing is unanswered, or at the deadline. */
  close(deadlineMs: number): Promise<void>;
}

export function createProgress(): Progress {
  let unanswered = 0;
  let isClosing = false;
  let onDrained: (() => void) | undefined;
  const ended = (): void => {
    unanswered--;
    if (unanswered === 0) onDrained?.();
  };
  return {
    get isClosing() {
      return isClosing;
    },
    get unanswered() {
      return unanswered;
    },
    begun: () => void unanswered++,
    answered: ended,
    abandoned: ended,
    close(deadlineMs) {
      isClosing = true;
      if (unanswered === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, deadlineMs);
        onDrained = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
