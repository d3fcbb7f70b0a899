export { createWorkerTables, type WorkerTables } from './adapters/embedded/tables.ts';
export { grpcEffects } from './adapters/grpc/effects.ts';
export { BUS_RULES, rulesFor, type BusRule } from './domain/bus-rules.ts';
export type { WorkerMessage } from './domain/message.ts';
export type { Bus } from './ports/bus.ts';
export type { Compensation, CompensationKind, EffectOutcome, Effects, ResultHint } from './ports/effects.ts';
export { createWorker, type Worker } from './service.ts';
