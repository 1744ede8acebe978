import type { Subject } from '@headwater/core/subject.ts';
import type { Series, Span } from '../../snapshot/input.ts';
import { createTelemetryNames, type TelemetryNames } from '../telemetry-names.ts';
import type { EdgeContext } from './all.ts';

/** Calls that traces and service-graph metrics show to happen. */
export function addObservedCalls(context: EdgeContext): void {
  const names = createTelemetryNames(context);
  addFromTraces(context, names);
  addFromServiceGraph(context, names);
  addFromMesh(context, names);
}

function addFromTraces({ snapshot, add }: EdgeContext, names: TelemetryNames): void {
  const seen = new Set<string>();
  for (const span of snapshot.traces.all) {
    const parent = span.parentSpanId ? snapshot.traces.get(span.traceId, span.parentSpanId) : undefined;
    if (!parent || parent.service === span.service) continue;
    const pair = `${parent.service}>${span.service}`;
    if (seen.has(pair)) continue;
    seen.add(pair);
    link(add, callerOf(parent, names), calleeOf(span, names));
  }
}

function addFromServiceGraph({ snapshot, add }: EdgeContext, names: TelemetryNames): void {
  for (const { labels } of snapshot.metrics.find('traces_service_graph_request_total').filter(isMoving)) {
    const from = names.workload(
      labels['client'] ?? '',
      labels['client_service_namespace'] ?? labels['client_k8s_namespace_name'],
    );
    const to = names.service(
      labels['server'] ?? '',
      labels['server_service_namespace'] ?? labels['server_k8s_namespace_name'],
    );
    link(add, from, to);
  }
}

function addFromMesh({ snapshot, components, add }: EdgeContext, names: TelemetryNames): void {
  for (const { labels } of snapshot.metrics.find('istio_requests_total').filter(isMoving)) {
    const namespace = labels['destination_service_namespace'];
    const name = labels['destination_service_name'];
    const from = names.workload(labels['source_workload'] ?? '', labels['source_workload_namespace']);
    link(add, from, namespace && name ? components.named('Service', namespace, name) : null);
  }
}

function link(add: EdgeContext['add'], from: Subject | null, to: Subject | null): void {
  if (from && to) add({ from, to, relation: 'calls', cite: () => [] });
}

function callerOf(span: Span, names: TelemetryNames): Subject | null {
  return names.resource(span.resource) ?? names.workload(span.service, namespaceOf(span));
}

function calleeOf(span: Span, names: TelemetryNames): Subject | null {
  return names.service(span.service, namespaceOf(span)) ?? names.resource(span.resource);
}

function namespaceOf({ resource }: Span): string | undefined {
  return resource['k8s.namespace.name'] ?? resource['service.namespace'];
}

function isMoving({ samples }: Series): boolean {
  return samples.some(([, value]) => value > 0);
}
