import { HOUR, MINUTE, SECOND } from '@headwater/core/time.ts';
import { addService, type Application } from './application.ts';
import { addJob, cronJob } from './job.ts';
import { addNamespace, object } from './objects.ts';
import type { Plan, Workload } from './plan.ts';
import { container, podSpec } from './pod-spec.ts';
import { finished } from './pod-states/gone.ts';
import { daysBefore, stamp } from './scene.ts';
import { addWorkload } from './workload.ts';

export interface Bystanders {
  readonly other: Workload;
}

export const OPTIONAL_BYSTANDERS = ['ingress', 'monitoring', 'report'] as const;
export type OptionalBystander = (typeof OPTIONAL_BYSTANDERS)[number];

/** Adds what has nothing to do with the fault: another team, monitoring, the ingress controller. */
export function addBystanders(plan: Plan, app: Application, needs: readonly OptionalBystander[]): Bystanders {
  const { scene } = plan;
  const { cast } = scene;
  const small = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '192Mi' } };
  const other = addWorkload(plan, cast.otherNamespace, cast.otherApp, {
    spec: podSpec([
      container(cast.otherApp, {
        image: `${cast.registry}/${cast.otherApp}:1.${scene.random.int('other-tag', 0, 40)}.0`,
        port: 8080,
        ...small,
        readiness: { httpGet: { path: '/healthz', port: 8080 } },
      }),
    ]),
    logs: 'logfmt',
  });
  addService(plan, other, { port: 80, name: 'http' });
  const has = (part: OptionalBystander): boolean =>
    needs.includes(part) || (scene.seed > 0 && scene.random.chance(`bystander/${part}`, 0.5));
  if (has('report')) addReport(plan);
  if (has('monitoring')) addMonitoring(plan, small);
  if (has('ingress')) addIngress(plan, app);
  addGuards(plan, app);
  return { other };
}

function addMonitoring(
  plan: Plan,
  resources: { requests: Record<string, string>; limits: Record<string, string> },
): void {
  addNamespace(plan, 'monitoring', { days: 200 });
  const main = container('kube-state-metrics', {
    image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0',
    port: 8443,
    portName: 'https-main',
    ...resources,
  });
  addWorkload(plan, 'monitoring', 'kube-state-metrics', {
    labels: { 'app.kubernetes.io/name': 'kube-state-metrics' },
    spec: podSpec([main]),
  });
}

function addReport(plan: Plan): void {
  const { scene } = plan;
  const { cast } = scene;
  const name = 'nightly-report';
  const spec = podSpec([
    container('report', {
      image: `${cast.registry}/report:3.4`,
      args: ['--yesterday'],
      requests: { cpu: '100m', memory: '128Mi' },
    }),
  ]);
  const at = Math.floor((scene.zero - scene.random.int('report-age', 3, 9) * HOUR) / HOUR) * HOUR;
  const owner = cronJob(plan, {
    namespace: cast.otherNamespace,
    name,
    created: daysBefore(scene, 50),
    schedule: `0 ${new Date(at).getUTCHours()} * * *`,
    spec,
    lastScheduled: at,
    lastSuccessful: at + MINUTE,
  });
  plan.objects.push(owner);
  const job = `${name}-${Math.floor(at / MINUTE)}`;
  addJob(plan, {
    namespace: cast.otherNamespace,
    name: job,
    created: at,
    spec,
    owner,
    result: 'complete',
    endedAt: at + 70 * SECOND,
    tries: [{ at: at + SECOND, state: finished({ exitCode: 0, ran: 61 }) }],
  });
}

function addIngress(plan: Plan, app: Application): void {
  const { scene } = plan;
  addNamespace(plan, 'ingress-nginx', { days: 200 });
  const controller = addWorkload(plan, 'ingress-nginx', 'ingress-nginx-controller', {
    labels: { 'app.kubernetes.io/component': 'controller', 'app.kubernetes.io/name': 'ingress-nginx' },
    spec: podSpec([
      container('controller', {
        image: 'registry.k8s.io/ingress-nginx/controller:v1.12.1',
        port: 80,
        args: ['/nginx-ingress-controller', '--ingress-class=nginx', '--election-id=ingress-nginx-leader'],
        requests: { cpu: '100m', memory: '90Mi' },
        readiness: { httpGet: { path: '/healthz', port: 10254 } },
      }),
    ]),
  });
  const service = addService(plan, controller, { port: 80, name: 'http' });
  service.type = 'LoadBalancer';
  service.publicAddress = publicAddress(plan);
  service.specExtra = { allocateLoadBalancerNodePorts: true, externalTrafficPolicy: 'Cluster' };
  plan.objects.push(
    object(
      scene,
      { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', name: 'nginx' },
      { created: daysBefore(scene, 90) },
      { spec: { controller: 'k8s.io/ingress-nginx' } },
    ),
    frontendIngress(plan, app),
  );
}

/** The address the ingress controller publishes. */
export function publicAddress(plan: Plan): string {
  return `203.0.113.${plan.scene.random.int('public-address', 2, 250)}`;
}

export interface IngressChange {
  readonly at: number;
  readonly manager: string;
  readonly className?: string;
  readonly serviceName?: string;
  readonly portName?: string;
  readonly address?: boolean;
}

/** The Ingress of the frontend, as it is or as somebody changed it. */
export function frontendIngress(plan: Plan, app: Application, change?: IngressChange): ReturnType<typeof object> {
  const { scene } = plan;
  const { cast } = scene;
  const created = daysBefore(scene, 31);
  const backend = {
    service: { name: change?.serviceName ?? app.frontend.name, port: { name: change?.portName ?? 'http' } },
  };
  return object(
    scene,
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: app.namespace, name: app.frontend.name },
    {
      created,
      changed: change?.at,
      generation: change ? 2 : 1,
      writers: [
        { manager: cast.manager, at: created, wrote: { spec: { ingressClassName: 1, rules: 1 } } },
        ...(change
          ? [
              {
                manager: change.manager,
                at: change.at,
                wrote: { spec: change.className ? { ingressClassName: 1 } : { rules: 1 } },
              },
            ]
          : []),
      ],
    },
    {
      spec: {
        ingressClassName: change?.className ?? 'nginx',
        rules: [{ host: `www.${cast.domain}`, http: { paths: [{ backend, path: '/', pathType: 'Prefix' }] } }],
      },
      status: { loadBalancer: change?.address === false ? {} : { ingress: [{ ip: publicAddress(plan) }] } },
    },
  );
}

// Some clusters guard themselves with quotas and budgets, some do not.
function addGuards(plan: Plan, app: Application): void {
  const { scene } = plan;
  const { random, cast } = scene;
  const created = daysBefore(scene, 25);
  if (random.chance('guard/pdb', 0.5)) {
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace: app.namespace, name: app.frontend.name },
        { created, generation: 1 },
        {
          spec: { maxUnavailable: 1, selector: { matchLabels: app.frontend.selector } },
          status: {
            conditions: [
              {
                lastTransitionTime: stamp(created),
                message: '',
                observedGeneration: 1,
                reason: 'SufficientPods',
                status: 'True',
                type: 'DisruptionAllowed',
              },
            ],
            currentHealthy: app.frontend.replicas,
            desiredHealthy: app.frontend.replicas - 1,
            disruptionsAllowed: 1,
            expectedPods: app.frontend.replicas,
            observedGeneration: 1,
          },
        },
      ),
    );
  }
  if (random.chance('guard/quota', 0.4)) {
    const hard = { 'limits.memory': '16Gi', pods: '20', 'requests.cpu': '4' };
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'v1', kind: 'ResourceQuota', namespace: cast.otherNamespace, name: 'team-quota' },
        { created },
        { spec: { hard }, status: { hard, used: { 'limits.memory': '192Mi', pods: '1', 'requests.cpu': '50m' } } },
      ),
    );
  }
}
