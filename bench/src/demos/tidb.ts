import { edited } from '@headwater/testkit/world/metadata.ts';
import type { Json, KubeJson } from '@headwater/testkit/world/json.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { claimTemplate } from '@headwater/testkit/world/storage.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { part } from './stage.ts';

export interface Tidb {
  readonly cluster: KubeJson;
  readonly operator: Workload;
  readonly pd: Workload;
  readonly tikv: Workload;
  readonly tidb: Workload;
}

/** A database cluster that an operator makes from one custom resource, which somebody edited. */
export function addTidb(plan: Plan, edit: { at: number; tidb?: Json; pd?: Json; status?: Json }): Tidb {
  const { scene } = plan;
  const { at } = edit;
  addNamespace(plan, 'tidb-operator', { days: 2 });
  addNamespace(plan, 'tidb-cluster', { days: 2 });
  const component = (name: string, more: Json = {}): Json => ({ baseImage: `pingcap/${name}`, config: {}, ...more });
  const cluster = object(
    scene,
    { apiVersion: 'pingcap.com/v1alpha1', kind: 'TidbCluster', namespace: 'tidb-cluster', name: 'basic' },
    edited(daysBefore(scene, 1), { at, manager: 'kubectl-client-side-apply', wrote: { spec: { tidb: 1, pd: 1 } } }),
    {
      spec: {
        pd: component('pd', { replicas: 3, requests: { storage: '1Gi' }, ...edit.pd }),
        pvReclaimPolicy: 'Delete',
        tidb: component('tidb', { replicas: 2, service: { type: 'ClusterIP' }, ...edit.tidb }),
        tikv: component('tikv', { replicas: 3, requests: { storage: '1Gi' } }),
        timezone: 'UTC',
        version: 'v3.0.8',
      },
      status: {
        conditions: [
          {
            lastTransitionTime: new Date(at).toISOString(),
            message: 'TiDB(s) are not healthy',
            reason: 'TiDBUnhealthy',
            status: 'False',
            type: 'Ready',
          },
        ],
        ...edit.status,
      },
    },
  );
  plan.objects.push(cluster);
  const operator = part(plan, 'tidb-operator', 'tidb-controller-manager', {
    image: 'pingcap/tidb-operator:v1.6.3',
    container: 'tidb-operator',
    command: ['/usr/local/bin/tidb-controller-manager'],
    memory: ['50Mi', '512Mi'],
  });
  const set = (name: string, replicas: number, port: number): Workload =>
    part(plan, 'tidb-cluster', `basic-${name}`, {
      kind: 'StatefulSet',
      image: `pingcap/${name}:v3.0.8`,
      container: name,
      port,
      replicas,
      labels: {
        'app.kubernetes.io/component': name,
        'app.kubernetes.io/instance': 'basic',
        'app.kubernetes.io/managed-by': 'tidb-operator',
      },
      manager: 'tidb-controller-manager',
      ...(name === 'tidb'
        ? {}
        : { mounts: { [name]: `/var/lib/${name}` }, claims: claimTemplate(plan, { name, size: '1Gi' }) }),
    });
  return { cluster, operator, pd: set('pd', 3, 2379), tikv: set('tikv', 3, 20_160), tidb: set('tidb', 2, 4000) };
}
