import type { AnalyzeRequest, AnalyzeResponse, CapabilityState } from '@headwater/contracts/http/agent.ts';
import type { SourceState } from '@headwater/contracts/recording/manifest.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import type { AnalyzedAlert } from './analyze-alert.ts';

const MAX_ARTIFACTS = 60;
// Of these labels any one says which object is meant.
const TARGETS = [
  'pod',
  'deployment',
  'statefulset',
  'daemonset',
  'job_name',
  'service',
  'node',
  'instance',
  'container',
];
const MESH = ['VirtualService', 'DestinationRule'];
const TRAFFIC = ['NetworkPolicy', 'AuthorizationPolicy'];

export interface AgentAnswerParts {
  readonly request: AnalyzeRequest;
  readonly analyzed: AnalyzedAlert;
  readonly cluster: string;
  /** The diagnosis as Markdown. */
  readonly markdown: string;
}

/** An analysis in the shape the kube-rca backend reads. */
export function agentAnswer({ request, analyzed, cluster, markdown }: AgentAnswerParts): AnalyzeResponse {
  const { diagnosis } = analyzed;
  const { labels } = request.alert;
  const missing = missingLabels(labels);
  const quality = qualityOf(analyzed);
  const [cause] = diagnosis.causes;
  const detail = withPrevious(markdown, request);
  return {
    status: 'ok',
    thread_ts: request.thread_ts,
    analysis: detail,
    analysis_summary: diagnosis.summary,
    analysis_detail: detail,
    analysis_summary_i18n: { en: diagnosis.summary },
    analysis_detail_i18n: { en: detail },
    analysis_type: request.analysis_type ?? (request.alert.status === 'resolved' ? 'resolved' : 'firing'),
    analysis_quality: quality,
    missing_data: [...missing, ...new Set(diagnosis.gaps.map(({ source }) => source))],
    warnings: [
      ...(missing.length > 0
        ? [`${missing.map((name) => name.replace('alert.labels.', '')).join(' and ')} missing from alert labels`]
        : []),
      ...diagnosis.gaps.map(({ statement }) => statement),
    ],
    capabilities: capabilitiesOf(analyzed),
    context: {
      cluster,
      namespace: labels['namespace'] ?? null,
      pod_name: labels['pod'] ?? null,
      analysis_quality: quality,
      verdict: diagnosis.verdict,
      onset: diagnosis.onset,
      subject: cause ? formatSubject(cause.subject) : null,
      category: cause?.category ?? null,
      confidence: cause?.confidence.band ?? null,
    },
    artifacts: artifactsOf(analyzed),
  };
}

function missingLabels(labels: AnalyzeRequest['alert']['labels']): string[] {
  const named = TARGETS.some((name) => labels[name]);
  return [
    ...(labels['namespace'] || labels['node'] || labels['instance'] ? [] : ['alert.labels.namespace']),
    ...(named ? [] : ['alert.labels.pod']),
  ];
}

function qualityOf({ diagnosis, sources }: AnalyzedAlert): AnalyzeResponse['analysis_quality'] {
  if (sources.objects !== 'present' || diagnosis.verdict === 'insufficient-evidence') return 'low';
  if (diagnosis.verdict === 'no-fault') return diagnosis.gaps.length === 0 ? 'high' : 'medium';
  const band = diagnosis.causes[0]?.confidence.band ?? 'low';
  return diagnosis.verdict === 'ambiguous' && band === 'high' ? 'medium' : band;
}

function capabilitiesOf({ sources, coverage }: AnalyzedAlert): AnalyzeResponse['capabilities'] {
  const kinds = (wanted: readonly string[]): CapabilityState => {
    const states = coverage.filter(({ kind }) => wanted.includes(kind)).map(({ state }) => state);
    if (states.includes('read')) return 'ok';
    if (states.includes('forbidden')) return 'forbidden';
    return states.length === 0 ? 'unknown' : 'unavailable';
  };
  return {
    k8s_core: stateOf(sources.objects),
    manifest_read: stateOf(sources.objects),
    logs: stateOf(sources.logs),
    prometheus: stateOf(sources.metrics),
    tempo: stateOf(sources.traces),
    mesh: kinds(MESH),
    traffic_policy: kinds(TRAFFIC),
  };
}

function stateOf(source: SourceState | undefined): CapabilityState {
  if (source === 'present') return 'ok';
  return source === 'absent' ? 'not_configured' : 'unavailable';
}

// What causes rest on first: a reader of the first few sees why.
function artifactsOf({ diagnosis }: AnalyzedAlert): AnalyzeResponse['artifacts'] {
  const cited = diagnosis.causes.flatMap(({ supports, chain }) => [
    ...supports,
    ...chain.flatMap((link) => link.evidence),
  ]);
  const ids = [...new Set([...cited, ...Object.keys(diagnosis.evidence)])].slice(0, MAX_ARTIFACTS);
  return ids.flatMap((id) => {
    const evidence = diagnosis.evidence[id];
    if (!evidence) return [];
    const about = evidence.subject ? `${formatSubject(evidence.subject)}, ` : '';
    return [
      {
        type: evidence.kind,
        query: evidence.query,
        result: evidence.text,
        summary: `${about}${evidence.source}${evidence.time ? ` at ${evidence.time}` : ''}`,
      },
    ];
  });
}

function withPrevious(markdown: string, { previous_analysis: previous }: AnalyzeRequest): string {
  if (!previous?.summary) return markdown;
  const quoted = previous.summary.replace(/\r?\n/g, '\n> ');
  return `${markdown}\n## While it fired\n\n> ${quoted}\n`;
}
