export { createInventoryMemory, type InventoryMemory } from './adapters/embedded/memory.ts';
export { AuditView } from './adapters/embedded/audit-view.ts';
export { BooksWalk } from './adapters/embedded/books-walk.ts';
export { storedHold } from './adapters/embedded/hold-facts.ts';
export type { Deciders } from './adapters/embedded/inventory-store.ts';
export { bestPosition, type FreePositions } from './domain/best-seats.ts';
export { seatBlocksOf, type SeatBlock } from './domain/seat-blocks.ts';
export { unknownFields, type UnknownField } from './domain/unknown-fields.ts';
export { parseCatalogue, parseEvent, type ParsedCatalogue, type ParsedEvent } from './domain/catalogue.ts';
export { parseCsvCatalogue, unknownColumns, type CsvLine } from './domain/catalogue-csv.ts';
export type { CommitCommand, ExpireCommand, ExtendCommand, HoldCommand, ReleaseCommand, ReturnCommand } from './domain/commands.ts';
export type { EventDocument, EventTerms, SectionDocument } from './domain/event-document.ts';
export { isDue, stateAt, type Hold, type HoldState } from './domain/hold.ts';
export { auditInventory, type Breach, type InventoryDifference, type InventoryView, type SeatFacts, type SectionCounts } from './domain/invariants.ts';
export type {
  CommitOutcome,
  ExpireOutcome,
  ExtendOutcome,
  HoldOutcome,
  MoveSaleOutcome,
  PutEventOutcome,
  ReleaseOutcome,
  ReturnOutcome,
  SeatClash,
} from './domain/outcomes.ts';
export type { Problem } from './domain/problems.ts';
export type { Scheduler, Sweeping } from './hold-sweeper.ts';
export type { InventoryStore } from './ports/inventory-store.ts';
export type {
  EventFacts,
  EventPage,
  EventQuery,
  NamedSeats,
  RowSeats,
  SeatMapOutcome,
  SeatMapSection,
  SectionFacts,
} from './ports/inventory-views.ts';
export type { BooksReport } from './api/grpc/hold-record-rpcs.ts';
export { createInventory, type InventoryDependencies, type InventoryReads, type InventoryService } from './service.ts';
