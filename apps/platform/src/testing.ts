export { Client, codeOf, type Answer, type Call } from './testing/client.ts';
export { AuditRed, EventRefused, startTestPlatform, testOptions, withPlatform, type TestPlatform } from './testing/test-platform.ts';
