/** One update on its way to a client. */
export interface PushEvent {
  /** Names the state that the update tells of, so that a client that comes back can say what it has seen. One line of printable ASCII. */
  readonly id?: string | undefined;
  /** What kind of update it is, for the client's program: one word. */
  readonly name: string;
  /** Plain data with camelCase keys; the edge spells them for the client. */
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Why the platform ends a stream. `draining`: this process stops, another one has the state. `token_expired`: sign in again. `too_slow`: the
 * client did not read what was sent. `final`: nothing can happen any more. `gone`: what it was about is not the caller's any more.
 * `failed`: a fault of ours. `silent`: a socket on which nobody said what they want. `misused`: it was not used as it is meant to be.
 */
export type EndReason = 'draining' | 'token_expired' | 'too_slow' | 'final' | 'gone' | 'failed' | 'silent' | 'misused';

/** Whether the same request, made again, may find what this one has lost. */
export const comesAgain = (reason: EndReason): boolean => reason === 'draining' || reason === 'too_slow' || reason === 'failed';

/** What the end of a stream tells beside the reason. */
export type LastWords = Omit<PushEvent, 'name'>;

/** An open stream as whoever fills it sees it, whatever carries it. */
export interface PushStream {
  /** Hands an update over. Nothing happens once the stream has ended. */
  send(event: PushEvent): void;
  /** Ends the stream and tells the client why; `last` is said with it, and its own `reason` is told in place of this one. */
  end(reason: EndReason, last?: LastWords): void;
  /** Called about four times a second while the stream is open. One listener; a later one replaces it. */
  onTick(listener: () => void): void;
  /** Called once when the stream has ended, whoever ended it; at once when it has already. */
  onEnd(listener: () => void): void;
}

/** Begins to fill a stream. What it opens it closes in `onEnd`. */
export type OpenEvents = (stream: PushStream) => void;
