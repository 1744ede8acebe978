import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addQuota, quotaFull, quotaName } from '../../kit/quota.ts';

export const fault: Fault = {
  code: 'Q04',
  name: 'service count quota exceeded',
  lookAlikes: ['V06', 'L03', 'Q03'],
  scenario: {
    slug: 'synthetic-quota-services',
    title: 'A service cannot be called although its pods are well',
    families: ['admission', 'service'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { catalog, frontend, orders, namespace } = app;
      const at = scene.around('removed', 28);
      const inNamespace = (): number => plan.services.filter((one) => one.namespace === namespace).length;
      const index = plan.services.findIndex(({ name }) => name === catalog.name);
      if (scene.repaired) Object.assign(plan.services[index] ?? {}, { created: scene.repairedAt });
      else plan.services.splice(index, 1);
      const used = inNamespace();
      const hard = scene.repaired ? used + 5 : used;
      const resource = scene.random.pick('resource', ['services', 'count/services']);
      addQuota(plan, {
        namespace,
        hard: { pods: '60', [resource]: String(hard) },
        used: { pods: '9', [resource]: String(used) },
        editedAt: scene.repaired ? scene.repairedAt : undefined,
      });
      for (const caller of [frontend, orders])
        complaining(plan, caller, {
          complaints: [
            {
              since: at + 9_000,
              every: 30,
              say: () => ({
                level: 'error',
                message: `call to ${catalog.name} failed: ${unknown(plan, caller, { host: catalog.name, port: app.port })}`,
                fields: { status: 502 },
              }),
            },
          ],
        });
      highErrorRate(plan, frontend, { since: at, percent: scene.random.int('percent', 14, 60) });
      quotaFull(plan, namespace, { resource, at });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'ResourceQuota', namespace: scene.cast.namespace, name: quotaName(scene) },
          { kind: 'Namespace', name: scene.cast.namespace },
        ],
        category: ['quota-exceeded'],
        keywords: [['services'], [scene.cast.catalog]],
        not: [{ category: 'dns-name-wrong' }, { category: 'service-missing' }, { kind: 'Deployment' }],
      }),
  },
};

function unknown(plan: Plan, { logStyle }: Workload, { host, port }: { host: string; port: number }): string {
  const url = `http://${host}:${port}/api`;
  if (logStyle === 'spring') return `I/O error on GET request for "${url}": ${host}: Name or service not known`;
  if (logStyle === 'pino') return `getaddrinfo ENOTFOUND ${host}`;
  if (logStyle === 'python')
    return `HTTPConnectionPool(host='${host}', port=${port}): Max retries exceeded with url: /api (Caused by NameResolutionError("Failed to resolve '${host}' ([Errno -2] Name or service not known)"))`;
  const dns = clusterAddress(plan.scene, { namespace: 'kube-system', name: 'kube-dns' });
  return `Get "${url}": dial tcp: lookup ${host} on ${dns}:53: no such host`;
}
