/**
 * Every map, queue and batch of the platform has a limit, and all limits stand here, so that their relations can be checked in
 * one place. All are counts unless the name says bytes or ms.
 */
export interface Limits {
  /** Seats or places in one hold (interfaces.md §1), at most 32. The hold tables reserve 4 bytes a seat for each row. */
  readonly seatsPerHold: number;
  /** Holds kept in memory: live ones and ended ones that still answer reads. */
  readonly holdRows: number;
  readonly reservationRows: number;
  readonly orderRows: number;
  readonly paymentIntentRows: number;
  /** Webhooks that wait to be sent; past it no new intents are made. */
  readonly webhookDeliveries: number;
  /** Webhooks that were given up and are kept to be looked at; past it the oldest goes of whoever has the most. */
  readonly webhookDeadLetters: number;
  /** Distinct addresses that intents in memory name for their results; past it no intent may name another. */
  readonly webhookReceivers: number;
  /** Receivers that services and operators have registered, each with a lane of its own, so that none keeps another waiting; at most 255. */
  readonly webhookRegistrations: number;
  /** Webhooks that wait for one registered receiver; past it further ones are given up at once, and can be sent again when it is back. */
  readonly webhookBacklog: number;
  /** Ids of webhooks received, remembered so that a repetition has no second effect; past it the oldest is forgotten. */
  readonly webhookIds: number;
  /** Messages that wait for the worker; past it the bus takes no more, and what is to be relayed stays in the journal. */
  readonly workerMessages: number;
  /** Messages that the worker has given up and that are kept for an operator; past it the oldest goes. */
  readonly workerDeadLetters: number;
  /** Ids of events that have had their effect, remembered so that a repetition has none; past it the oldest is forgotten. */
  readonly appliedEvents: number;
  /**
   * How long a reservation, order or payment that has ended is answered from memory before it leaves for the history. Less where rows run
   * short: from half of a table's limit on, down to nothing at three quarters.
   */
  readonly historyGraceMs: number;
  /** Places of all waiting rooms in memory: those that wait or are inside, and finished ones that still answer their owner. */
  readonly queuePlaces: number;
  /** People who wait in one room; past it joining is answered QUEUE_FULL. */
  readonly queuePlacesPerEvent: number;
  /** How long a finished place still says why it is over. Less where places run short: from half of `queuePlaces` on it is forgotten at once. */
  readonly queueGraceMs: number;
  /** Places that one tick of one room may change: its record takes 21 bytes for each. */
  readonly queueTickChanges: number;
  /** People whom one slice of a draw deals with, each of its passes for itself. The thread that decides does nothing else meanwhile. */
  readonly queueDrawSlice: number;
  readonly queueLanes: number;
  /** Streams that follow places. */
  readonly queueFollowers: number;
  /** Reservation tokens that were spent or made worthless and have not run out, where the waiting rooms are in another process; past it nobody reserves with one. */
  readonly tokenUses: number;
  /** Live idempotency keys; past it new creates are shed, and no live key is evicted (interfaces.md §1). */
  readonly idempotencyKeys: number;
  readonly idempotencyTtlMs: number;
  /** Creates a second the idempotency limit is sized for. */
  readonly designCreatesPerSecond: number;
  /** Accounts; and buyers who have something in memory, whoever has issued their tokens. */
  readonly users: number;
  readonly events: number;
  readonly sectionsPerEvent: number;
  readonly seatsPerEvent: number;
  /** Places in one general-admission pool. */
  readonly capacityPerPool: number;
  /** The longest id, name or key that a client may send, in characters. */
  readonly idChars: number;
  readonly nameChars: number;
  readonly idempotencyKeyChars: number;
  /** The greatest price of one place in minor units: times seatsPerHold it stays exact. */
  readonly priceMinor: number;
  readonly userBodyBytes: number;
  readonly catalogueBodyBytes: number;
  /** Bytes of one journal group; one entry must fit. */
  readonly journalGroupBytes: number;
  readonly journalSegmentBytes: number;
  readonly journalEntryBytes: number;
  /** Bytes of journal after which a new snapshot is begun. */
  readonly snapshotEveryBytes: number;
  /** The longest slice of a snapshot walk, in ms. */
  readonly snapshotSliceMs: number;
  /** Times a use case decides again when what it relied on has changed, before 503. */
  readonly decideAttempts: number;
  /** Verified tokens remembered. */
  readonly verifiedTokens: number;
  /** Passwords hashed at once: each takes 19 MiB and one of libuv's four threads. */
  readonly passwordHashesAtOnce: number;
  /** Sign-ins waiting for a hash, about a second's worth; past it they are answered 503. */
  readonly passwordHashesWaiting: number;
  readonly listPage: number;
  /** Challenges that were solved and are not over, each of which counts once; past it no more are taken. */
  readonly solvedChallenges: number;
  /** Rendered answers about events that many readers share. */
  readonly sharedBodies: number;
  /** Differences that one walk of the reconciler keeps; the rest is counted, and found by the next one. */
  readonly reconcileFindings: number;
  /** Records of another process that the reconciler reads at one time, so that nobody waits for it there. */
  readonly reconcilePage: number;
  /** Actions of admins that are kept; past it the oldest goes, and the chain of hashes goes on. */
  readonly adminActions: number;
  /** Lines of the log that are kept in memory for operators, and the characters of all of them; past either the oldest goes. */
  readonly keptLogLines: number;
  readonly keptLogChars: number;
  /** Places for token buckets of callers who are not at their full allowance; 12 bytes each. Past it the bucket that is nearest to full makes room. */
  readonly rateBuckets: number;
  /** Open streams of updates of one process: server-sent events, WebSockets and gRPC together. */
  readonly pushStreams: number;
  /** Of one user; and of one address where nobody has signed in. */
  readonly pushStreamsPerUser: number;
  readonly pushStreamsPerAddress: number;
  /** What may wait for one stream's client to take it; a client that is further behind is dropped. */
  readonly pushBufferBytes: number;
  /** Subscriptions of one WebSocket or one gRPC stream. */
  readonly pushTopics: number;
  /** One message that a client sends on a WebSocket. */
  readonly pushMessageBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  seatsPerHold: 10,
  holdRows: 8_000_000,
  reservationRows: 8_000_000,
  orderRows: 8_000_000,
  paymentIntentRows: 4_000_000,
  webhookDeliveries: 200_000,
  webhookDeadLetters: 10_000,
  webhookReceivers: 100_000,
  webhookRegistrations: 32,
  webhookBacklog: 5_000,
  webhookIds: 500_000,
  workerMessages: 200_000,
  workerDeadLetters: 10_000,
  appliedEvents: 200_000,
  historyGraceMs: 600_000,
  queuePlaces: 4_000_000,
  queuePlacesPerEvent: 2_000_000,
  queueGraceMs: 600_000,
  queueTickChanges: 50_000,
  queueDrawSlice: 8_192,
  queueLanes: 8,
  queueFollowers: 50_000,
  tokenUses: 2_000_000,
  idempotencyKeys: 10_000_000,
  idempotencyTtlMs: 300_000,
  designCreatesPerSecond: 30_000,
  users: 4_000_000,
  events: 10_000,
  sectionsPerEvent: 2_000,
  seatsPerEvent: 1_000_000,
  capacityPerPool: 10_000_000,
  idChars: 128,
  nameChars: 200,
  idempotencyKeyChars: 255,
  priceMinor: 1_000_000_000_000,
  userBodyBytes: 64 * 1024,
  catalogueBodyBytes: 32 * 1024 * 1024,
  journalGroupBytes: 64 * 1024 * 1024,
  journalSegmentBytes: 64 * 1024 * 1024,
  journalEntryBytes: 48 * 1024 * 1024,
  snapshotEveryBytes: 512 * 1024 * 1024,
  snapshotSliceMs: 1,
  decideAttempts: 5,
  verifiedTokens: 200_000,
  passwordHashesAtOnce: 2,
  passwordHashesWaiting: 64,
  listPage: 100,
  solvedChallenges: 500_000,
  sharedBodies: 1_000,
  reconcileFindings: 10_000,
  reconcilePage: 64,
  adminActions: 100_000,
  keptLogLines: 1_000,
  keptLogChars: 1_000_000,
  rateBuckets: 262_144,
  pushStreams: 12_000,
  pushStreamsPerUser: 20,
  pushStreamsPerAddress: 4_000,
  pushBufferBytes: 64 * 1024,
  pushTopics: 20,
  pushMessageBytes: 16 * 1024,
};

/** What is wrong between limits; empty when they fit together. Called once at start, before anything is opened. */
export function checkLimits(limits: Limits): readonly string[] {
  const problems: string[] = [];
  const need = (holds: boolean, sentence: string): void => {
    if (!holds) problems.push(sentence);
  };
  for (const [name, value] of Object.entries(limits)) {
    need(Number.isSafeInteger(value) && value > 0, `${name} must be a whole number above 0, got ${String(value)}`);
  }
  need(
    limits.idempotencyKeys >= (limits.designCreatesPerSecond * limits.idempotencyTtlMs) / 1000,
    'idempotencyKeys must hold designCreatesPerSecond for the whole idempotencyTtlMs',
  );
  need(limits.reservationRows <= limits.holdRows, 'every reservation has a hold: reservationRows must not exceed holdRows');
  need(limits.orderRows >= limits.reservationRows, 'a paid reservation must never meet a full table: orderRows must be reservationRows or more');
  need(limits.webhookRegistrations <= 255, 'a registered receiver is named by one byte: webhookRegistrations must not exceed 255');
  need(limits.seatsPerHold <= 32, 'seats side by side are looked for in 32 at a time: seatsPerHold must not exceed 32');
  need(limits.priceMinor * limits.seatsPerHold <= Number.MAX_SAFE_INTEGER, 'priceMinor times seatsPerHold must stay exact');
  need(limits.queuePlacesPerEvent <= limits.queuePlaces, 'a room is part of all rooms: queuePlacesPerEvent must not exceed queuePlaces');
  need(limits.queuePlacesPerEvent * 20 + 4_096 < limits.journalEntryBytes, 'one draw must fit into a journal entry: queuePlacesPerEvent takes 20 bytes each');
  need(limits.queueTickChanges * 32 < limits.journalEntryBytes, 'one tick must fit into a journal entry: queueTickChanges takes up to 32 bytes each');
  need(limits.journalEntryBytes <= limits.journalGroupBytes, 'one journal entry must fit into a group');
  need(limits.pushStreamsPerUser <= limits.pushStreams && limits.pushStreamsPerAddress <= limits.pushStreams, 'nobody may have more streams than there are: pushStreams is the most');
  need(limits.catalogueBodyBytes < limits.journalEntryBytes, 'one catalogue must fit into a journal entry');
  return problems;
}
