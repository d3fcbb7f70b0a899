/**
 * What the process says of itself. It is alive as long as it can answer at all; it is ready unless somebody has named a reason against;
 * and it may be told to refuse all work, when memory and disk may have parted and the process is about to end.
 */
export interface Health {
  readonly isReady: boolean;
  /** True once `refuseAll` was called: every request but liveness is answered with 503. It never becomes false again. */
  readonly isRefusing: boolean;
  /** Why not ready, by component. */
  readonly reasons: Readonly<Record<string, string>>;
  /** `component` cannot serve, for `reason` (a short sentence without secrets: anyone may read it). */
  setNotReady(component: string, reason: string): void;
  setReady(component: string): void;
  refuseAll(reason: string): void;
  /** Calls `listener` after each change of any of the above. Answers a function that ends it. */
  onChange(listener: () => void): () => void;
}

export function createHealth(): Health {
  const reasons = new Map<string, string>();
  const listeners = new Set<() => void>();
  let isRefusing = false;
  const tell = (): void => listeners.forEach((listener) => listener());
  return {
    get isReady() {
      return reasons.size === 0;
    },
    get isRefusing() {
      return isRefusing;
    },
    get reasons() {
      return Object.fromEntries(reasons);
    },
    setNotReady(component, reason) {
      reasons.set(component, reason);
      tell();
    },
    setReady(component) {
      if (reasons.delete(component)) tell();
    },
    refuseAll(reason) {
      isRefusing = true;
      reasons.set('process', reason);
      tell();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
