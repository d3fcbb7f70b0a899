export type { Contradiction, HistoryReport } from './history/check-history.ts';
export { examine, putEventToExamine, type Examination } from './history/examine.ts';
export { CannotExamine } from './history/http.ts';
export { describeOperation } from './history/operation.ts';
