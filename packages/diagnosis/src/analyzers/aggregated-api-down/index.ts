import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import { workloadsBehind } from '../_shared/dependencies.ts';
import { edit } from '../_shared/remedies.ts';

const CODE = 'control-plane/aggregated-api-down';

/** Aggregated APIs that the API server cannot reach. */
export const analyzer: Analyzer = {
  name: 'aggregated-api-down',
  codes: { [CODE]: 'An aggregated API (such as the metrics API) is not available.' },
  reads: ['APIService', 'Service', 'Pod'],
  analyze(snapshot) {
    return snapshot.objects.list('APIService').flatMap((api) => judge(snapshot, api));
  },
};

type ApiService = ObjectOf<'APIService'>;

function judge(snapshot: Snapshot, api: ApiService): Finding[] {
  const available = api.status?.conditions?.find(({ type }) => type === 'Available');
  if (available?.status !== 'False') return [];
  const backend = backendOf(snapshot, api);
  const reason = available.reason ? ` (\`${available.reason}\`)` : '';
  return [
    {
      code: CODE,
      subject: subjectOf(api),
      category: 'aggregated-api-down',
      role: 'cause',
      layer: 'dependency',
      strength: backend.strength,
      statement: `The aggregated API ${api.metadata.name} is not available${reason}${backend.text}`,
      evidence: [citeField(api, 'status.conditions[type=Available]'), ...backend.evidence],
      aliases: backend.service ? [backend.service] : [],
      blames: backend.blames,
      since: parseTime(available.lastTransitionTime),
      remediation: [edit('restart', 'R2', `Restart what serves ${api.metadata.name}`, ['Its Pods exist'])],
    },
  ];
}

interface Backend {
  readonly text: string;
  readonly strength: number;
  readonly service: Subject | null;
  readonly blames: readonly Subject[];
  readonly evidence: readonly Evidence[];
}

function backendOf(snapshot: Snapshot, api: ApiService): Backend {
  const { name, namespace } = api.spec?.service ?? {};
  if (!name) return { text: '', strength: 0.8, service: null, blames: [], evidence: [] };
  const wanted: Subject = { kind: 'Service', ...(namespace ? { namespace } : {}), name };
  const reference = citeField(api, 'spec.service');
  const service = snapshot.objects.get('Service', namespace, name);
  if (!service) {
    if (snapshot.objects.existence('Service', namespace, name) !== 'absent')
      return { text: '', strength: 0.8, service: wanted, blames: [], evidence: [reference] };
    return {
      text: `: its Service \`${name}\` does not exist`,
      strength: 0.95,
      service: wanted,
      blames: [],
      evidence: [reference, citeAbsent(snapshot, wanted)],
    };
  }
  const { kind, pods, ready } = expectedEndpoints(snapshot.topology.pods, service);
  if (kind !== 'selected' || ready.length > 0)
    return { text: '', strength: 0.85, service: wanted, blames: [], evidence: [reference] };
  // Pods that are not ready have a reason of their own, and so has a workload without Pods.
  const behind = workloadsBehind(snapshot, service);
  const [sick] = pods;
  return {
    text: `: its Service \`${name}\` has no ready Pod`,
    strength: 0.75,
    service: wanted,
    blames: behind,
    evidence: [
      reference,
      citeField(service, 'spec.selector'),
      ...(sick ? [citeField(sick, 'status.conditions[type=Ready].status')] : []),
    ],
  };
}
