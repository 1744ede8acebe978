import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import { logLine } from '@headwater/testkit/world/log-lines.ts';
import { addMetrics, counter, during, type Shape, steady } from '@headwater/testkit/world/metrics.ts';
import { addNamespace } from '@headwater/testkit/world/objects.ts';
import type { ContainerLog, Plan, PodPlan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, mainContainer, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { complaintLog, type Complaint } from '@headwater/testkit/world/caller-logs.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';

const VERSION = '1.26.2';

/** Puts workloads into an Istio mesh: sidecars, the namespaces' injection label, and istiod. */
export function addMesh(plan: Plan, workloads: readonly Workload[]): void {
  addNamespace(plan, 'istio-system', { days: 150 });
  addWorkload(plan, 'istio-system', 'istiod', {
    labels: { app: 'istiod', istio: 'pilot' },
    days: 90,
    spec: podSpec([
      container('discovery', {
        image: `docker.io/istio/pilot:${VERSION}`,
        port: 15_012,
        requests: { cpu: '100m', memory: '512Mi' },
      }),
    ]),
  });
  const members = new Set(workloads.map(({ namespace }) => namespace));
  for (const namespace of plan.namespaces)
    if (members.has(namespace.name)) namespace.labels['istio-injection'] = 'enabled';
  for (const workload of workloads) {
    workload.spec.containers.push(
      container('istio-proxy', {
        image: `docker.io/istio/proxyv2:${VERSION}`,
        args: ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local'],
        requests: { cpu: '10m', memory: '64Mi' },
      }),
    );
    workload.podAnnotations['sidecar.istio.io/status'] =
      '{"initContainers":["istio-init"],"containers":["istio-proxy"],"revision":"default"}';
    workload.podLabels['security.istio.io/tlsMode'] = 'istio';
  }
}

export interface AccessLine {
  readonly status: number;
  /** Envoy's response flags, `UC`; `-` for none. */
  readonly flags: string;
  /** Envoy's response code details. */
  readonly details: string;
  readonly path: string;
}

export interface ProxyTalk {
  readonly since: Millis;
  /** Seconds between bad requests; every other request is well. */
  readonly every: number;
  readonly line: AccessLine;
  readonly direction: 'outbound' | 'inbound';
  readonly callee: Workload;
  readonly port: number;
}

/** The access log of a sidecar: good requests, and the bad ones while the fault lasts. */
export function accessLog(plan: Plan, pod: { name: string; to: Millis }, talk: ProxyTalk): string[] {
  const { scene } = plan;
  const until = scene.repaired ? scene.repairedAt + 15 * SECOND : Number.POSITIVE_INFINITY;
  const good: AccessLine = { status: 200, flags: '-', details: 'via_upstream', path: talk.line.path };
  const lines: string[] = [];
  for (
    let time = Math.max(talk.since - 120 * SECOND, pod.to - 1_200 * SECOND);
    time < pod.to - SECOND;
    time += talk.every * SECOND
  ) {
    const bad = time >= talk.since && time < until;
    const at = time + scene.random.int(`access/${pod.name}/${time}`, 0, 900);
    lines.push(logLine(scene, pod.name, { time: at }, accessLine(plan, { at, talk, line: bad ? talk.line : good })));
  }
  return lines.slice(-36);
}

function accessLine(plan: Plan, { at, talk, line }: { at: Millis; talk: ProxyTalk; line: AccessLine }): string {
  const { scene } = plan;
  const { callee, port, direction } = talk;
  const network = scene.cluster.podNetwork;
  const cluster =
    direction === 'outbound'
      ? `outbound|${port}||${callee.name}.${callee.namespace}.svc.cluster.local`
      : `inbound|${port}||`;
  const upstream = line.status === 200 ? `"${network}.1.34:${port}"` : '"-"';
  return `[${new Date(at).toISOString()}] "POST ${line.path} HTTP/1.1" ${line.status} ${line.flags} ${line.details} - "-" 128 ${line.status === 200 ? 412 : 95} ${scene.random.int(`ms/${at}`, 1, 40)} - "-" "-" "${scene.random.uuid(`request/${at}`)}" "${callee.name}:${port}" ${upstream} ${cluster} ${network}.0.21:43210 ${clusterAddress(scene, callee)}:${port} ${network}.0.21:51432 - default`;
}

/** Lets every replica of a meshed workload run, complain in its own log, and talk in its sidecar's. */
export function meshed(
  plan: Plan,
  workload: Workload,
  talk: { complaints?: readonly Complaint[]; proxy?: ProxyTalk },
): void {
  const { complaints, proxy } = talk;
  const main = mainContainer(workload.spec).name;
  workload.pods = Array.from(
    { length: workload.replicas },
    (): PodPlan => ({
      revision: 'current',
      state: running(),
      logs: (pod): ContainerLog[] => [
        ...(complaints
          ? [{ container: main, lines: complaintLog(plan.scene, workload, { pod, options: { complaints } }) }]
          : []),
        ...(proxy ? [{ container: 'istio-proxy', lines: accessLog(plan, pod, proxy) }] : []),
      ],
    }),
  );
}

export interface EdgeTraffic {
  readonly from: Workload;
  readonly to: Workload;
  readonly rate: Shape;
  readonly code: string;
  readonly flags?: string;
  readonly reporter?: 'source' | 'destination';
}

/** `istio_requests_total` of one edge, code and response flag. */
export function istioRequests(scene: Scene, edge: EdgeTraffic): Series {
  const { from, to, rate, code, flags = '-', reporter = 'source' } = edge;
  return counter(
    scene,
    'istio_requests_total',
    {
      destination_service: `${to.name}.${to.namespace}.svc.cluster.local`,
      destination_service_name: to.name,
      destination_service_namespace: to.namespace,
      destination_workload: to.name,
      destination_workload_namespace: to.namespace,
      namespace: reporter === 'source' ? from.namespace : to.namespace,
      reporter,
      request_protocol: 'http',
      response_code: code,
      response_flags: flags,
      source_workload: from.name,
      source_workload_namespace: from.namespace,
    },
    { rate },
  );
}

export interface MeshFailure {
  readonly at: Millis;
  readonly code: string;
  readonly flags?: string;
  readonly reporters?: readonly ('source' | 'destination')[];
}

/** An edge whose every request, six a second, is answered with an error since a time. */
export function edgeFails(
  plan: Plan,
  edge: { from: Workload; to: Workload },
  { at, code, flags = '-', reporters = ['source'] }: MeshFailure,
): void {
  const { scene } = plan;
  const none = (): number => 0;
  for (const reporter of reporters)
    addMetrics(
      plan,
      istioRequests(scene, {
        ...edge,
        code: '200',
        reporter,
        rate: during(scene, at, { normal: steady(scene, 'ok', 6), faulty: none }),
      }),
      istioRequests(scene, {
        ...edge,
        code,
        flags,
        reporter,
        rate: during(scene, at, { normal: none, faulty: steady(scene, 'bad', 6) }),
      }),
    );
}
