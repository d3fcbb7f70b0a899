export { Client, codeOf, createAgent, type Answer, type Call } from './testing/client.ts';
export { startPlatformChild, type PlatformChild } from './testing/platform-child.ts';
export { RememberingBuyer, type KnownHold } from './testing/remembering-buyer.ts';
export { testOptions, withPlatform, type TestPlatform } from './testing/test-platform.ts';
