export { auditPlatform, PAYMENT_GRACE_MS, RESTART_GRACE_MS, type AuditReport, type PlatformView } from './audit/audit-platform.ts';
export type { Breach } from './audit/breach.ts';
export { viewOf } from './audit/view.ts';
export { SERVICE_NAMES, type AuthOptions, type PlatformOptions, type ServiceName } from './options.ts';
export { journalDir, LimitsContradict, startPlatform, type Platform } from './platform.ts';
export { JournalMissing } from './journal-marker.ts';
export { readPlatformFile, type PlatformFile } from './platform-file.ts';
export { createPlatformTables, type PlatformTables } from './tables.ts';
export { VERSION } from './version.ts';
