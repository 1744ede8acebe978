import { type Millis, SECOND } from '@headwater/core/time.ts';
import { addMetrics, counter, during, gauge, type Shape, steady, usage } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { Component } from './applications/application.ts';
import { type Stage, workloadName } from './stage.ts';
import type { Symptoms } from './symptoms.ts';

const STEP = 15 * SECOND;
const SHARE = 0.4;
const SLOW = 3.2;
const FAST = 0.03;
const BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, Number.POSITIVE_INFINITY];

/** What one component or call does over time. */
interface Flow {
  readonly rate: Shape;
  readonly errors: Shape;
  readonly seconds: Shape;
}

/** Adds the span, service-graph and resource metrics that agree with the alerts. */
export function addTelemetry(stage: Stage, symptoms: Symptoms): void {
  const { application } = stage.cast;
  const counted = application.components.filter(({ instrumented, name }) => instrumented !== false && name !== 'flagd');
  const mesh = application.telemetry === 'mesh';
  for (const component of counted) {
    if (!mesh) addMetrics(stage.plan, spanSeries(stage, component, flowOf(stage, symptoms, component)));
    for (const [callee, kind] of calleesOf(stage, component)) {
      const flow = callFlow(stage, symptoms, { component, callee });
      addMetrics(stage.plan, (mesh ? meshSeries : graphSeries)(stage, { component, callee, kind, flow }));
    }
  }
  addResources(stage, symptoms);
}

type EdgeKind = '' | 'messaging_system' | 'database';

/** The components a component calls or feeds, flags left out: their calls never fail. */
export function calleesOf(stage: Stage, { calls, feeds }: Component): readonly (readonly [Component, EdgeKind])[] {
  const { components } = stage.cast.application;
  const named = (name: string): Component[] => components.filter((other) => other.name === name);
  return [
    ...[...new Set(Object.values(calls))]
      .filter((name) => name !== 'flagd' && name !== 'kafka')
      .flatMap(named)
      .map((callee) => [callee, callee.instrumented === false ? 'database' : ''] as const),
    ...(feeds ?? []).flatMap(named).map((callee) => [callee, 'messaging_system'] as const),
  ];
}

/** When a component began to show the fault. */
export function onsetOf(stage: Stage, symptoms: Symptoms, component: Component): Millis {
  return stage.at + (1 + symptoms.distance(component)) * STEP;
}

function changed(stage: Stage, since: Millis, values: readonly [Shape, Shape]): Shape {
  return during(stage.scene, since, { normal: values[0], faulty: values[1] });
}

function flowOf(stage: Stage, symptoms: Symptoms, component: Component): Flow {
  const since = onsetOf(stage, symptoms, component);
  const usual = steady(stage.scene, component.name, component.rate);
  const starved = symptoms.has(component, 'starved');
  const failing = symptoms.has(component, 'errors');
  const gone = stage.unreachable.has(component.name);
  // "No requests" counts successful ones: who has errors besides gets requests, all of which fail.
  const silent = gone || (starved && !failing);
  const factor = stage.surging.has(component.name) ? 8 : 1;
  return {
    rate: changed(stage, since, [usual, (time) => (silent ? 0 : usual(time) * factor)]),
    errors: changed(stage, since, [() => 0, () => (failing ? (starved ? 1 : SHARE) : 0)]),
    seconds: changed(stage, since, [() => FAST, () => (symptoms.has(component, 'latency') ? SLOW : FAST)]),
  };
}

function callFlow(
  stage: Stage,
  symptoms: Symptoms,
  { component, callee }: { component: Component; callee: Component },
): Flow {
  const since = Math.max(onsetOf(stage, symptoms, component), onsetOf(stage, symptoms, callee));
  const usual = steady(stage.scene, `${component.name}>${callee.name}`, Math.min(component.rate, callee.rate) * 0.6);
  const has: Symptoms['has'] = (who, what) => symptoms.has(who, what);
  const complaining = has(component, 'errors') || callee.instrumented === false;
  const unanswered =
    stage.unreachable.has(callee.name) ||
    stage.refusing.has(callee.name) ||
    stage.cut.has(`${component.name}>${callee.name}`);
  const callerGone =
    stage.unreachable.has(component.name) ||
    stage.refusing.has(component.name) ||
    (has(component, 'starved') && !has(component, 'errors'));
  const calleeStarved = has(callee, 'starved') && !has(callee, 'errors') && !unanswered;
  const share = unanswered
    ? 1
    : has(callee, 'errors') || isBlamed(stage, symptoms, { component, callee, complaint: 'errors' })
      ? SHARE
      : 0;
  const slow =
    has(callee, 'latency') ||
    (unanswered && has(component, 'latency')) ||
    isBlamed(stage, symptoms, { component, callee, complaint: 'latency' });
  const factor = stage.surging.has(component.name) ? 8 : 1;
  return {
    rate: changed(stage, since, [usual, (time) => (callerGone || calleeStarved ? 0 : usual(time) * factor)]),
    errors: changed(stage, since, [() => 0, () => (complaining ? share : 0)]),
    seconds: changed(stage, since, [() => FAST, () => (slow && has(component, 'latency') ? SLOW : FAST)]),
  };
}

// Somebody who fails or is slow although nobody it calls complains fails because of the victim it calls.
function isBlamed(
  stage: Stage,
  symptoms: Symptoms,
  { component, callee, complaint }: { component: Component; callee: Component; complaint: 'errors' | 'latency' },
): boolean {
  if (!stage.victims.has(callee.name) || stage.victims.has(component.name)) return false;
  return !calleesOf(stage, component).some(
    ([other]) =>
      symptoms.has(other, complaint) ||
      stage.unreachable.has(other.name) ||
      stage.cut.has(`${component.name}>${other.name}`),
  );
}

function buckets(
  stage: Stage,
  name: string,
  { labels, flow, factor }: { labels: Record<string, string>; flow: Flow; factor: number },
): Series[] {
  return BOUNDS.map((bound) =>
    counter(
      stage.scene,
      name,
      { ...labels, le: Number.isFinite(bound) ? String(bound * factor) : '+Inf' },
      // An exponential spread whose 95th percentile is three times its mean.
      { rate: (time) => flow.rate(time) * (Number.isFinite(bound) ? 1 - Math.exp(-bound / flow.seconds(time)) : 1) },
    ),
  );
}

function spanSeries(stage: Stage, component: Component, flow: Flow): Series[] {
  const { scene } = stage;
  const labels = { namespace: stage.namespace, service_name: component.name, span_kind: 'SPAN_KIND_SERVER' };
  const count = (status: string, rate: Shape): Series =>
    counter(scene, 'traces_span_metrics_calls_total', { ...labels, status_code: status }, { rate });
  return [
    count('STATUS_CODE_UNSET', (time) => flow.rate(time) * (1 - flow.errors(time))),
    count('STATUS_CODE_ERROR', (time) => flow.rate(time) * flow.errors(time)),
    ...buckets(stage, 'traces_span_metrics_duration_milliseconds_bucket', { labels, flow, factor: 1000 }),
  ];
}

interface Call {
  readonly component: Component;
  readonly callee: Component;
  readonly kind: EdgeKind;
  readonly flow: Flow;
}

function graphSeries(stage: Stage, { component, callee, kind, flow }: Call): Series[] {
  const { scene } = stage;
  const labels = {
    client: component.name,
    server: callee.name,
    client_k8s_namespace_name: stage.namespace,
    server_k8s_namespace_name: stage.namespace,
    ...(kind ? { connection_type: kind } : {}),
  };
  return [
    counter(scene, 'traces_service_graph_request_total', labels, { rate: flow.rate }),
    counter(scene, 'traces_service_graph_request_failed_total', labels, {
      rate: (time) => flow.rate(time) * flow.errors(time),
    }),
    ...buckets(stage, 'traces_service_graph_request_client_seconds_bucket', { labels, flow, factor: 1 }),
  ];
}

function meshSeries(stage: Stage, { component, callee, flow }: Call): Series[] {
  const { scene, namespace } = stage;
  const labels = {
    reporter: 'destination',
    source_workload: workloadName(component),
    source_workload_namespace: namespace,
    source_canonical_service: component.name,
    destination_workload: workloadName(callee),
    destination_workload_namespace: namespace,
    destination_canonical_service: callee.name,
    destination_service_name: callee.name,
  };
  const count = (code: string, rate: Shape): Series =>
    counter(scene, 'istio_requests_total', { ...labels, response_code: code }, { rate });
  return [
    count('200', (time) => flow.rate(time) * (1 - flow.errors(time))),
    count(stage.refusing.has(callee.name) ? '403' : '503', (time) => flow.rate(time) * flow.errors(time)),
    ...buckets(stage, 'istio_request_duration_milliseconds_bucket', { labels, flow, factor: 1000 }),
  ];
}

function addResources(stage: Stage, symptoms: Symptoms): void {
  const { scene, plan } = stage;
  for (const component of stage.cast.application.components) {
    const hungry = stage.saturated.get(component.name);
    const throttled = symptoms.alerts.some(({ name, component: of }) => of === component && /Throttl/.test(name));
    const since = stage.at + STEP;
    for (const pod of realise(plan, stage.workload(component)).pods) {
      if (!pod.outcome.hasAddress && pod.outcome.containers.length === 0) continue;
      const cores = changed(stage, since, [
        steady(scene, `cpu/${pod.name}`, 0.04),
        () => (hungry === 'cpu' || throttled ? 1.9 : 0.05),
      ]);
      const bytes = changed(stage, since, [
        steady(scene, `memory/${pod.name}`, 120 * 2 ** 20, 0.02),
        steady(scene, `memory-now/${pod.name}`, (hungry === 'memory' ? 310 : 122) * 2 ** 20, 0.02),
      ]);
      addMetrics(plan, usage(scene, pod, { cores, bytes }));
      if (!throttled && hungry !== 'cpu') continue;
      const labels = { container: component.name, namespace: pod.namespace, pod: pod.name };
      const periods =
        (share: Shape): Shape =>
        (time) =>
          10 * share(time);
      addMetrics(
        plan,
        counter(scene, 'container_cpu_cfs_periods_total', labels, { rate: () => 10 }),
        counter(scene, 'container_cpu_cfs_throttled_periods_total', labels, {
          rate: periods(changed(stage, since, [() => 0.01, () => 0.9])),
        }),
      );
    }
    const lagging = symptoms.alerts.some(
      ({ name, component: of }) =>
        /Lag|ConsumerGroup/.test(name) && (of ?? component) === component && stage.victims.has(component.name),
    );
    if (lagging && 'KAFKA_ADDR' in component.calls)
      addMetrics(
        plan,
        gauge(
          scene,
          'kafka_consumergroup_lag',
          { consumergroup: component.name, topic: 'orders', namespace: stage.namespace },
          changed(stage, since, [() => 2, (time) => 2 + (time - since) / 2_000]),
        ),
      );
  }
}
