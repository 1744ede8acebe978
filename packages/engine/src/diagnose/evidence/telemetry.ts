import { compareText, type Subject } from '@headwater/core/subject.ts';
import { downsample } from '@headwater/diagnosis/evidence/downsample.ts';
import type { Series, Span } from '@headwater/diagnosis/snapshot/input.ts';
import { type EvidenceDraft, withId } from './draft.ts';

const MAX_SERIES = 120;
const MAX_TRACES = 20;
const MAX_SPANS = 80;
const NAMESPACE_LABELS = ['namespace', 'exported_namespace', 'destination_workload_namespace'];

/** The metric series whose labels name one of the subjects, nearest subject first, each with the selector that reads it again. */
export function seriesEvidence(metrics: readonly Series[], subjects: readonly Subject[]): EvidenceDraft[] {
  const names = new Map<string, { readonly rank: number; readonly namespace: string | undefined }>();
  for (const [rank, { name, namespace }] of subjects.entries())
    if (!names.has(name)) names.set(name, { rank, namespace });
  const near = metrics.flatMap((series) => {
    const scope = namespaceOf(series.labels);
    const ranks = Object.entries(series.labels).flatMap(([label, value]) => {
      const named = label === '__name__' ? undefined : names.get(value);
      return named && (scope === null || !named.namespace || named.namespace === scope) ? [named.rank] : [];
    });
    return ranks.length === 0 ? [] : [{ series, rank: Math.min(...ranks) }];
  });
  near.sort((left, right) => left.rank - right.rank);
  return near.slice(0, MAX_SERIES).map(({ series }) => seriesDraft(series));
}

function seriesDraft({ labels, samples }: Series): EvidenceDraft {
  const query = selectorOf(labels);
  return withId({
    kind: 'series',
    source: 'metrics',
    subject: null,
    namespace: namespaceOf(labels),
    observedAt: samples.at(-1)?.[0] ?? null,
    text: query,
    query,
    redacted: false,
    content: { labels, samples: downsample(samples) },
  });
}

function selectorOf({ __name__: name = '', ...labels }: Series['labels']): string {
  const matchers = Object.entries(labels)
    .sort(([left], [right]) => compareText(left, right))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${matchers.join(',')}}`;
}

function namespaceOf(labels: Series['labels']): string | null {
  const label = NAMESPACE_LABELS.find((candidate) => labels[candidate]);
  return label ? (labels[label] ?? null) : null;
}

/** Whole traces: those with a failed call first, then the slowest. */
export function traceEvidence(spans: readonly Span[]): EvidenceDraft[] {
  const traces = [...Map.groupBy(spans, ({ traceId }) => traceId).entries()].map(([id, parts]) => ({
    id,
    parts,
    failed: parts.filter(({ error }) => error).length,
    longest: Math.max(...parts.map(({ durationMs }) => durationMs)),
  }));
  traces.sort((left, right) => Number(right.failed > 0) - Number(left.failed > 0) || right.longest - left.longest);
  return traces.slice(0, MAX_TRACES).map(({ id, parts, failed, longest }) => {
    const ordered = [...parts].sort((left, right) => left.start - right.start);
    const [root] = ordered;
    return withId({
      kind: 'trace',
      source: 'traces',
      subject: null,
      namespace: root?.resource['k8s.namespace.name'] ?? null,
      observedAt: root?.start ?? null,
      text: `Trace of ${root?.service ?? ''} ${root?.name ?? ''}: ${Math.round(longest)} ms, ${failed} of ${parts.length} spans failed`,
      query: `trace:${id}`,
      redacted: false,
      content: { spans: ordered.slice(0, MAX_SPANS) },
    });
  });
}
