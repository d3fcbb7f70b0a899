export { allRpcs } from './testing/all-services.ts';
export { messageArbitrary } from './testing/message-arbitrary.ts';
export { requestArbitrary } from './testing/request-arbitrary.ts';
