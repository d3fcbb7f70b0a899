import type { ProtectionSettings } from '../protection/protection.ts';
import type { PlatformSettings } from './platform-settings.ts';

/** The protection that the settings of a platform, or of a service that runs alone, ask for. */
export const protectionSettings = (settings: PlatformSettings): ProtectionSettings => ({
  rateLimit: settings.rateLimitEnabled ? { perSecond: settings.rateLimitPerSecond, burst: settings.rateLimitBurst, scope: settings.rateLimitScope } : undefined,
  trustedProxies: settings.trustedProxies,
  shedAfterMs: settings.shedAfterMs === 0 ? undefined : settings.shedAfterMs,
  challengeBits: settings.joinChallengeBits === 0 ? undefined : settings.joinChallengeBits,
  browser: { allowOrigins: settings.corsAllowOrigins, isSafe: settings.securityHeaders, hstsSeconds: settings.hstsSeconds },
});
