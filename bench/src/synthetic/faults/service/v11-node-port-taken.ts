import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

const nodePort = (scene: Scene): number => scene.random.int('node-port', 30_000, 32_767);
const serviceName = (scene: Scene): string => `${scene.cast.catalog}-external`;

/** Two Services want the same node port; the second is refused, so the rollout tool never gets done. */
export const fault: Fault = {
  code: 'V11',
  name: 'node port already taken',
  lookAlikes: ['Q04', 'D06', 'V06'],
  scenario: {
    slug: 'v11-node-port-taken',
    title: 'A new Service does not come into being',
    families: ['service'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene);
      const { catalog, namespace, port } = app;
      const at = scene.around('sync', 28);
      const name = serviceName(scene);
      const taken = nodePort(scene);
      const holder = plan.services.find((service) => service.name === bystanders.other.name);
      if (holder) {
        holder.type = 'NodePort';
        holder.specExtra = { ports: holder.ports.map((entry) => ({ ...entry, nodePort: taken })) };
      }
      if (scene.repaired)
        plan.services.push({
          namespace,
          name,
          created: scene.repairedAt,
          manager: 'argocd-controller',
          labels: catalog.labels,
          selector: { ...catalog.selector },
          type: 'NodePort',
          ports: [{ name: 'http', port, protocol: 'TCP', targetPort: 'http' }],
          specExtra: {
            ports: [
              {
                name: 'http',
                port,
                protocol: 'TCP',
                targetPort: 'http',
                nodePort: taken === 32_767 ? 30_001 : taken + 1,
              },
            ],
          },
        });
      const error = `Service "${name}" is invalid: spec.ports[0].nodePort: Invalid value: ${taken}: provided port is already allocated`;
      addTool(scene, { plan, at, error });
      return plan;
    },
    expected: (scene) => {
      const { namespace } = scene.cast;
      return causeIs({
        causes: [
          { kind: 'Service', namespace, name: serviceName(scene) },
          { kind: 'Service', namespace: scene.cast.otherNamespace, name: scene.cast.otherApp },
        ],
        category: ['port-conflict'],
        keywords: [[String(nodePort(scene))], ['already allocated', 'already taken', 'already holds', 'already has']],
        not: [{ category: 'quota-exceeded' }, { category: 'service-missing' }, { kind: 'Deployment' }],
      });
    },
  },
};

interface Refused {
  readonly plan: ReturnType<typeof basePlan>['plan'];
  readonly at: number;
  readonly error: string;
}

/** Argo CD or Flux, whichever the cluster is delivered with, trying in vain. */
function addTool(scene: Scene, { plan, at, error }: Refused): void {
  const { namespace } = scene.cast;
  const argo = scene.random.chance('argo', 0.5);
  const created = daysBefore(scene, 80);
  const since = stamp(scene.repaired ? scene.repairedAt : at);
  const identity = argo
    ? { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', namespace: 'argocd', name: namespace }
    : {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        namespace: 'flux-system',
        name: namespace,
      };
  const message = argo
    ? `one or more objects failed to apply, reason: ${error}. Retrying attempt #5 at 10:02AM.`
    : `${error.replace(/^Service "(.*)" is/, `Service/${namespace}/$1 dry-run failed (Invalid): Service "$1" is`)}\n`;
  const status = argo
    ? {
        health: { status: 'Healthy' },
        operationState: scene.repaired
          ? { phase: 'Succeeded', message: 'successfully synced (all tasks run)', startedAt: since, finishedAt: since }
          : { phase: 'Failed', message, startedAt: since, finishedAt: since },
        sync: { status: scene.repaired ? 'Synced' : 'OutOfSync', revision: scene.random.hex('sync', 40) },
      }
    : {
        conditions: [
          scene.repaired
            ? {
                type: 'Ready',
                status: 'True',
                reason: 'ReconciliationSucceeded',
                message: 'Applied revision: main',
                lastTransitionTime: since,
              }
            : { type: 'Ready', status: 'False', reason: 'ReconciliationFailed', message, lastTransitionTime: since },
        ],
      };
  const owner = object(
    scene,
    identity,
    { created, changed: at },
    {
      spec: argo
        ? { destination: { namespace, server: 'https://kubernetes.default.svc' }, project: 'default' }
        : { interval: '5m', path: `./apps/${namespace}`, targetNamespace: namespace },
      status,
    },
  );
  plan.objects.push(owner);
  if (!scene.repaired)
    plan.events.push({
      about: about(owner),
      type: 'Warning',
      reason: argo ? 'OperationCompleted' : 'ReconciliationFailed',
      message: argo ? `Partial sync operation failed: ${message}` : message,
      component: argo ? 'argocd-application-controller' : 'kustomize-controller',
      count: 5,
      first: at,
      last: scene.before(2),
    });
  alert(plan, {
    alertname: argo ? 'ArgoAppSyncFailed' : 'FluxReconciliationFailure',
    severity: 'warning',
    labels: argo
      ? { name: namespace, namespace: 'argocd', dest_namespace: namespace }
      : { kind: 'Kustomization', name: namespace, exported_namespace: namespace, namespace: 'flux-system' },
    summary: argo ? 'An Argo CD application does not sync.' : 'A Flux object does not reconcile.',
    description: `${identity.kind} ${identity.namespace}/${identity.name} has been failing for more than 10 minutes.`,
    at: at + 10 * MINUTE,
  });
}
