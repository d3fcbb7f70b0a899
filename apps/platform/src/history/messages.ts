/** What the thread of the history is started with. */
export interface HistoryThreadData {
  readonly journalDir: string;
  readonly path: string;
  /** The names of the tables that it has. */
  readonly tables: readonly string[];
}

/** Carry everything up to that durable group over; or finish. */
export type HistoryRequest = { readonly kind: 'project'; readonly through: number } | { readonly kind: 'stop' };

/** How far the history has come. */
export interface HistoryProgress {
  /** Committed, and synced. */
  readonly applied: number;
  /** In the main file, so that damage of the write-ahead log cannot take it back. */
  readonly checkpointed: number;
  /** Whether what was asked for is done. */
  readonly isDone: boolean;
}
