export { INTENT_SHAPE } from './adapters/embedded/intent-codec.ts';
