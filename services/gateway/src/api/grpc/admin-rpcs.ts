import { AdminService, LONG_NAME_PREFIX } from '@traffic-tacos/contracts';
import { grpcService, type GrpcService } from '@traffic-tacos/kit';
import { emergencyActionRpc, triggerOperationRpc, updateConfigRpc, type AdminChangeDeps } from './admin-changes.ts';
import { getMetricsRpc, getSystemHealthRpc, type AdminReadDeps } from './admin-reads.ts';

/**
 * `common.v1.AdminService`, under both of its names; each change that it is asked for is on the audit trail. Log lines are kept by whoever collects them and
 * not by the process, so GetLogs is not implemented.
 */
export const adminRpcs = (deps: AdminReadDeps & AdminChangeDeps): GrpcService =>
  grpcService({
    definition: AdminService,
    aliases: [`${LONG_NAME_PREFIX}common.v1.AdminService`],
    handlers: {
      getSystemHealth: getSystemHealthRpc(deps),
      getMetrics: getMetricsRpc(deps),
      updateConfig: updateConfigRpc(deps),
      triggerOperation: triggerOperationRpc(deps),
      emergencyAction: emergencyActionRpc(deps),
    },
  });
