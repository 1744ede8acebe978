import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';

/** The kube-proxy of the cluster, which small worlds leave out. */
export function kubeProxyOf(plan: Plan): Workload {
  const known = plan.workloads.find(({ name, namespace }) => name === 'kube-proxy' && namespace === 'kube-system');
  if (known) return known;
  const main = container('kube-proxy', {
    image: `registry.k8s.io/kube-proxy:${plan.scene.cluster.version}`,
    command: ['/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf'],
  });
  return addWorkload(plan, 'kube-system', 'kube-proxy', {
    kind: 'DaemonSet',
    labels: { 'k8s-app': 'kube-proxy' },
    days: 60,
    spec: podSpec([main], {
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      priority: 2_000_001_000,
      tolerations: [{ operator: 'Exists' }],
    }),
  });
}
