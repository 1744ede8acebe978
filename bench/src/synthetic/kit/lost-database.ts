import type { Millis } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { type Application, databasePort } from '@headwater/testkit/world/application.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';

/** Callers of a database whose only pod is gone: its headless Service has no address, so its name is not even known. */
export function lostDatabase(plan: Plan, app: Application, since: Millis): void {
  for (const caller of [app.orders, app.catalog]) {
    complaining(plan, caller, {
      complaints: [
        {
          since: since + 6_000,
          every: 30,
          say: () => ({
            level: 'error',
            message: unknownHost(plan, caller, app.database.name),
            fields: { status: 500 },
          }),
        },
      ],
    });
  }
  if (plan.scene.random.chance('caller-alert', 0.6))
    highErrorRate(plan, app.orders, { since, percent: plan.scene.random.int('lost/percent', 20, 98) });
}

function unknownHost(plan: Plan, { logStyle }: Workload, host: string): string {
  const mysql = plan.scene.cast.engines.database === 'mysql';
  if (logStyle === 'spring') return `Unable to acquire JDBC Connection: java.net.UnknownHostException: ${host}`;
  if (logStyle === 'pino') return `getaddrinfo ENOTFOUND ${host}`;
  if (logStyle === 'python')
    return mysql
      ? `(2005, "Unknown server host '${host}' (-2)")`
      : `could not translate host name "${host}" to address: Name or service not known`;
  const dns = clusterAddress(plan.scene, { namespace: 'kube-system', name: 'kube-dns' });
  const port = databasePort(plan.scene);
  return `dial tcp: lookup ${host} on ${dns}:53: no such host (connecting to ${host}:${port})`;
}
