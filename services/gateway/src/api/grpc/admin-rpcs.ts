import { AdminService, LONG_NAME_PREFIX } from '@traffic-tacos/contracts';
import { grpcService, type GrpcService } from '@traffic-tacos/kit';
import type { AdminChangeDeps } from './admin-changes.ts';
import { getMetricsRpc, getSystemHealthRpc, type AdminReadDeps } from './admin-reads.ts';
import { emergencyActionRpc } from './emergency-action.ts';
import { getLogsRpc } from './get-logs.ts';
import { triggerOperationRpc } from './trigger-operation.ts';
import { updateConfigRpc } from './update-config.ts';

/** `common.v1.AdminService`, under both of its names; each change that it is asked for is on the audit trail. */
export const adminRpcs = (deps: AdminReadDeps & AdminChangeDeps): GrpcService =>
  grpcService({
    definition: AdminService,
    aliases: [`${LONG_NAME_PREFIX}common.v1.AdminService`],
    handlers: {
      getSystemHealth: getSystemHealthRpc(deps),
      getMetrics: getMetricsRpc(deps),
      getLogs: getLogsRpc(deps),
      updateConfig: updateConfigRpc(deps),
      triggerOperation: triggerOperationRpc(deps),
      emergencyAction: emergencyActionRpc(deps),
    },
  });
