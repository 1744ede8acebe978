import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Hpa, type HpaFailure, hpaFailure, targetOf } from '../_shared/hpa.ts';
import { isReady } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { findMissingRequests } from './missing-requests.ts';

/** Autoscalers that cannot read the metric they scale by. */
export const analyzer: Analyzer = {
  name: 'hpa-no-metrics',
  codes: {
    'autoscaling/no-requests': 'An autoscaler scales by a share of requests that its target does not set.',
    'autoscaling/metrics-api-down': 'Autoscalers get no answer from a metrics API.',
    'autoscaling/metric-missing': 'The metrics API does not know the metric an autoscaler scales by.',
    'autoscaling/target-without-metrics': 'An autoscaler waits for Pods of its target that are not ready.',
  },
  reads: ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet', 'Pod', 'APIService', 'Event'],
  analyze: (snapshot) => {
    const failing = snapshot.objects.list('HorizontalPodAutoscaler').flatMap((hpa) => {
      const failure = hpaFailure(snapshot, hpa, 'ScalingActive');
      return failure && failure.reason !== 'ScalingDisabled' ? [{ hpa, failure }] : [];
    });
    const apis = Map.groupBy(
      failing.filter(({ failure }) => apiOf(failure) !== null),
      ({ failure }) => apiOf(failure) ?? '',
    );
    return [
      ...findMissingRequests(snapshot),
      ...[...apis].map(([api, blind]) => reportApi(snapshot, api, blind)),
      ...failing
        .filter(({ failure }) => apiOf(failure) === null && !/missing request for/i.test(failure.message))
        .map((one) => reportMetric(snapshot, one)),
    ];
  },
};

interface Blind {
  readonly hpa: Hpa;
  readonly failure: HpaFailure;
}

const APIS = {
  resource: 'v1beta1.metrics.k8s.io',
  custom: 'v1beta1.custom.metrics.k8s.io',
  external: 'v1beta1.external.metrics.k8s.io',
} as const;

/** The metrics API that does not answer; null when it answers and merely lacks the metric. */
function apiOf({ message }: HpaFailure): string | null {
  const said = /unable to fetch metrics from (resource|custom|external) metrics API: (.+)/is.exec(message);
  const api = said?.[1] as keyof typeof APIS | undefined;
  if (
    !api ||
    !/could not find the requested resource|unable to handle|service unavailable|connection refused|timeout|deadline|no endpoints|not registered|the server is currently|unauthorized|x509/i.test(
      said?.[2] ?? '',
    )
  )
    return null;
  return APIS[api];
}

// One dead metrics API blinds every autoscaler at once, so it is one fault.
function reportApi(snapshot: Snapshot, name: string, blind: readonly Blind[]): Finding {
  const service = snapshot.objects.get('APIService', null, name);
  const absent = snapshot.objects.existence('APIService', null, name) === 'absent';
  const unavailable = (service?.status?.conditions ?? []).some(
    ({ type, status }) => type === 'Available' && status !== 'True',
  );
  const backend = service?.spec?.service;
  const api: Subject = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', name };
  const hpas = blind.map(({ hpa }) => subjectOf(hpa));
  const behind: readonly Subject[] = backend?.name
    ? [{ apiVersion: 'v1', kind: 'Service', namespace: backend.namespace ?? undefined, name: backend.name }]
    : [];
  const first = hpas[0] ?? api;
  // An API that was not looked up is known by hearsay; the autoscaler that complains was seen.
  const subject = service || absent ? api : first;
  return {
    code: 'autoscaling/metrics-api-down',
    subject,
    category: 'hpa-no-metrics',
    // What stands behind a registered API is looked at by itself.
    role: unavailable ? 'symptom' : 'cause',
    layer: 'control-plane',
    strength: absent ? 0.95 : 0.8,
    statement: `${formatSubject(first)} cannot scale: ${service || absent ? `the metrics API \`${name}\`` : 'the API it reads its metrics from'} ${absent ? 'is not installed' : 'does not answer'}`,
    evidence: [
      ...(blind[0]?.failure.evidence ?? []),
      ...(absent ? [citeAbsent(snapshot, { kind: 'APIService', name })] : []),
      ...(unavailable && service ? [citeField(service, 'status.conditions[type=Available].message')] : []),
    ],
    affects: hpas.slice(0, 50),
    ...(unavailable ? { blames: [api, ...behind] } : {}),
    remediation: [edit('restart', 'R3', `Install or repair the metrics server behind \`${name}\``)],
  };
}

function reportMetric(snapshot: Snapshot, { hpa, failure }: Blind): Finding {
  const { subject: target, object } = targetOf(snapshot, hpa);
  const unready = object ? unreadyEvidence(snapshot, object) : null;
  const waits =
    unready !== null &&
    /did not receive metrics|no ready pods|no metrics returned from resource|no pods/i.test(failure.message);
  return {
    code: waits ? 'autoscaling/target-without-metrics' : 'autoscaling/metric-missing',
    subject: subjectOf(hpa),
    category: 'hpa-no-metrics',
    role: waits ? 'symptom' : 'cause',
    layer: 'state',
    strength: waits ? 0.5 : 0.8,
    statement: waits
      ? `${formatSubject(subjectOf(hpa))} cannot scale because the Pods of ${formatSubject(target)} are not ready and report nothing`
      : `${formatSubject(subjectOf(hpa))} cannot scale: it does not get its metric, reason \`${failure.reason}\``,
    evidence: [...failure.evidence, citeField(hpa, 'spec.metrics'), ...(unready ?? [])],
    affects: target.name === '' ? [] : [target],
    ...(waits ? { blames: [target] } : {}),
    remediation: waits
      ? []
      : [edit('patch-hpa', 'R2', 'Name a metric that the metrics API serves', ['The metric is exported by the Pods'])],
  };
}

/** What shows that no Pod of a workload is ready; null when one is. */
function unreadyEvidence(snapshot: Snapshot, target: KubeObject): readonly Evidence[] | null {
  const pods = snapshot.owners.pods(subjectOf(target));
  // Where the Pods were not read, the count of the ready ones speaks for them.
  const counted = pods.length === 0 ? Number(readyCount(target)) : 0;
  return counted > 0 || pods.some(isReady) ? null : [citeField(target, 'status.readyReplicas')];
}

function readyCount(target: KubeObject): unknown {
  return (target as KubeObject & { status?: { readyReplicas?: unknown } }).status?.readyReplicas ?? 0;
}
