export { directGatewayPayments } from './direct/gateway-payments.ts';
export { directReservations } from './direct/gateway-reservations.ts';
export { directSeatHolder } from './direct/seat-holder.ts';
export { createServices, type Ground, type Instead, type PlatformServices } from './services.ts';
export { Client, codeOf, createAgent, type Answer, type Call } from './testing/client.ts';
export { startPlatformChild, type PlatformChild } from './testing/platform-child.ts';
export { RememberingBuyer, type KnownHold } from './testing/remembering-buyer.ts';
export { testOptions, withPlatform, type TestPlatform } from './testing/test-platform.ts';
