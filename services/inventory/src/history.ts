export { HOLD_SHAPE } from './adapters/embedded/hold-record.ts';
