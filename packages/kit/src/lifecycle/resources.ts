/** Something that was opened and must be closed. */
export interface Resource {
  /** For logs: "journal", "http 8010". */
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

/**
 * What became of one resource at the end. `unfinished`: it did not close before the deadline, and what comes after it was closed
 * without waiting for it.
 */
export type ClosedResource =
  | { readonly kind: 'closed'; readonly name: string }
  | { readonly kind: 'failed'; readonly name: string; readonly error: unknown }
  | { readonly kind: 'unfinished'; readonly name: string };

/** Everything that a process has opened, in the order of opening. */
export interface Resources {
  add(resource: Resource): void;
  /**
   * Closes in reverse order, each after the one before it, all within `deadlineMs` together. One that fails or hangs keeps none of the
   * others open. A second call gives the result of the first. What is added afterwards is closed at once.
   */
  closeAll(deadlineMs: number): Promise<readonly ClosedResource[]>;
}

export function createResources(): Resources {
  const open: Resource[] = [];
  let closing: Promise<readonly ClosedResource[]> | undefined;
  return {
    add(resource) {
      if (closing === undefined) open.push(resource);
      else void closeOne(resource, Promise.resolve());
    },
    closeAll(deadlineMs) {
      closing ??= closeInReverse(open, deadlineMs);
      return closing;
    },
  };
}

async function closeInReverse(open: readonly Resource[], deadlineMs: number): Promise<readonly ClosedResource[]> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  const closed: ClosedResource[] = [];
  for (const resource of open.toReversed()) closed.push(await closeOne(resource, deadline));
  clearTimeout(timer);
  return closed;
}

async function closeOne({ name, close }: Resource, deadline: Promise<void>): Promise<ClosedResource> {
  const attempt = async (): Promise<ClosedResource> => {
    try {
      await close();
      return { kind: 'closed', name };
    } catch (error) {
      return { kind: 'failed', name, error };
    }
  };
  return Promise.race([attempt(), deadline.then((): ClosedResource => ({ kind: 'unfinished', name }))]);
}
