import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Change } from '../../changes/timeline.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import { citeLines } from '../../evidence/cite-lines.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { activeShift } from '../../metrics/shifts.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ClusterService } from '../../topology/cluster-services.ts';
import { citeHit, type LogHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { isReady } from '../_shared/pods.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { deniedLookups } from '../_shared/unanswered-lookups.ts';
import { rootOf } from '../_shared/workloads.ts';
import { readCorefile } from './corefile.ts';
import { suspectsIn } from './suspects.ts';

const KEY = 'Corefile';

/** A cluster DNS configuration that does not load, or that makes names of Services fail. */
export const analyzer: Analyzer = {
  name: 'dns-config',
  codes: {
    'dns/config-invalid': 'Cluster DNS says that its Corefile does not load.',
    'dns/config-wrong': 'The Corefile of cluster DNS makes names of existing Services fail.',
  },
  reads: ['ConfigMap', 'Deployment', 'Pod', 'Service', 'logs', 'metrics'],
  analyze(snapshot) {
    return snapshot.topology.clusterServices.ofRole('dns').flatMap((service) => {
      const config = corefileOf(snapshot, service);
      if (!config) return [];
      const invalid = judgeLoading(snapshot, service, config);
      return invalid.length > 0 ? invalid : judgeContent(snapshot, service, config);
    });
  },
};

function corefileOf(snapshot: Snapshot, { subject }: ClusterService): ObjectOf<'ConfigMap'> | undefined {
  const mounted = snapshot.topology
    .dependencies(subject)
    .filter(({ to }) => to.kind === 'ConfigMap')
    .map(({ to }) => snapshot.objects.get('ConfigMap', to.namespace, to.name))
    .find((config) => config?.data?.[KEY] !== undefined);
  if (mounted) return mounted;
  // Its Pod template may not have been read; by custom both bear one name.
  const named = snapshot.objects.get('ConfigMap', subject.namespace, subject.name);
  return named?.data?.[KEY] === undefined ? undefined : named;
}

// The server's own words about its configuration; `loop` stops it when it forwards to itself.
const INVALID =
  /Corefile:\d+ - Error|Error during parsing|Unknown directive|plugin\/loop: Loop .* detected|Corefile (?:could not be|failed to)|Failed to (?:parse|load|reload)|(?:parse|reload).{0,40}failed/i;

function judgeLoading(snapshot: Snapshot, { subject }: ClusterService, config: ObjectOf<'ConfigMap'>): Finding[] {
  const [hit] = loadFailures(snapshot).filter(({ pod }) => subjectKey(rootOf(snapshot, pod)) === subjectKey(subject));
  if (!hit) return [];
  const line = Number(/Corefile:(\d+)/.exec(hit.line.text)?.[1] ?? 0);
  const shown =
    line > 0 ? [citeLines(config, `data['${KEY}']`, { from: line, to: line })] : [citeField(config, `data['${KEY}']`)];
  return [
    {
      ...base(snapshot, config, subject),
      code: 'dns/config-invalid',
      strength: 0.95,
      statement: `${formatSubject(subject)} cannot load \`${KEY}\` of ${formatSubject(subjectOf(config))}${line > 0 ? `: it fails at line ${line}` : ''}`,
      evidence: [...citeHit(hit), ...shown, citeField(config, 'metadata.name'), ...edits(snapshot, config)],
    },
  ];
}

function loadFailures(snapshot: Snapshot): readonly LogHit<LogMatch>[] {
  return logHits(snapshot, (text) => (INVALID.test(text) ? { key: 'corefile' } : null), { atLeast: 1 });
}

function judgeContent(snapshot: Snapshot, { subject }: ClusterService, config: ObjectOf<'ConfigMap'>): Finding[] {
  const pods = snapshot.topology.pods.ofComponent(subject);
  const down = pods.length > 0 && !pods.some(isReady);
  const suspect = suspectsIn(readCorefile(config.data?.[KEY] ?? '')).find(({ stops }) => !stops || down);
  const denied = deniedLookups(snapshot);
  const edited = edits(snapshot, config);
  const failing = denied.examples.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1));
  if (!suspect) return [];
  const unknown = activeShift(snapshot, 'dns-unknown', { kind: 'Component', name: 'coredns' }, 'up') ?? null;
  const seen = failing.length > 0 || unknown !== null;
  if (!suspect.stops && !suspect.sure && (!seen || (edited.length === 0 && denied.callers.length < 2))) return [];
  const { directive, words } = suspect;
  const path = `data['${KEY}']`;
  const lines = directive
    ? citeLines(config, path, { from: directive.from, to: directive.to })
    : citeField(config, path);
  const victims =
    denied.callers.length > 0
      ? `; ${denied.callers.slice(0, 2).map(formatSubject).join(', ')} cannot resolve Services that exist`
      : '';
  return [
    {
      ...base(snapshot, config, subject),
      code: 'dns/config-wrong',
      strength: seen || suspect.stops ? 0.95 : edited.length > 0 ? 0.85 : 0.75,
      statement: `The \`${KEY}\` of ${formatSubject(subjectOf(config))} ${words}${victims}`,
      evidence: [
        lines,
        ...plain(config, path, directive === null),
        ...failing,
        ...(unknown ? [citeShift(unknown)] : []),
        ...edited,
      ],
      affects: denied.callers,
    },
  ];
}

// What is not in a file is shown by the file, named by its key.
function plain(config: ObjectOf<'ConfigMap'>, path: string, whole: boolean): readonly Evidence[] {
  return whole ? [] : [citeField(config, path)];
}

function base(snapshot: Snapshot, config: ObjectOf<'ConfigMap'>, dns: ClusterService['subject']) {
  const change = editOf(snapshot, config);
  return {
    subject: subjectOf(config),
    category: 'dns-config-wrong',
    role: 'cause',
    layer: 'control-plane',
    aliases: [dns],
    ...(change ? { change: change.id, since: change.time } : {}),
    remediation: [
      edit('patch-configmap', 'R3', `Restore the former ${KEY} in ${formatSubject(subjectOf(config))}`, [
        'The former version resolved names',
      ]),
    ],
  } as const;
}

function edits(snapshot: Snapshot, config: ObjectOf<'ConfigMap'>): readonly Evidence[] {
  const change = editOf(snapshot, config);
  return change ? [citeChange(change)] : [];
}

function editOf(snapshot: Snapshot, config: ObjectOf<'ConfigMap'>): Change | undefined {
  return recentEdit(snapshot, subjectOf(config), (path) => path.startsWith('data'));
}
