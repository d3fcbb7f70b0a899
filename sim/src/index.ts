export type { Contradiction, HistoryReport } from './history/check-history.ts';
export { examine, putEventToExamine } from './history/examine.ts';
export { CannotExamine } from './history/gateway-client.ts';
export { describeOperation } from './history/operation.ts';
