import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, logHits, quote } from '../_shared/log-hits.ts';
import { configAt } from '../_shared/mounted-config.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { lastChange, type Suspect, suspectChange } from '../_shared/suspect-change.ts';
import { changedConfig, configuredValue } from './source.ts';
import { type ConfigError, readConfigError, readReloadError, specificity } from './patterns.ts';

const BROKEN = 'config/malformed';
const RELOAD = 'config/reload-failed';

/** Configuration that the program it is for cannot read. */
export const analyzer: Analyzer = {
  name: 'config-malformed',
  codes: {
    [BROKEN]: 'A container ends because it cannot parse its configuration.',
    [RELOAD]: 'A program refuses its new configuration and goes on with the old one.',
  },
  reads: ['Pod', 'Deployment', 'ConfigMap', 'Secret', 'logs'],
  analyze(snapshot) {
    const broken = logHits(snapshot, readConfigError)
      .filter(({ mode }) => mode !== 'running')
      .sort((left, right) => specificity(left.match) - specificity(right.match));
    const refused = logHits(snapshot, readReloadError, { atLeast: 1 }).filter(({ mode }) => mode === 'running');
    return [
      ...groupByRoot(snapshot, broken, ({ view }) => view.name).flatMap((group) => report(snapshot, group, BROKEN)),
      ...groupByRoot(snapshot, refused, ({ view }) => view.name).flatMap((group) => report(snapshot, group, RELOAD)),
    ];
  },
};

interface Source {
  readonly subject: Subject;
  readonly words: string;
  readonly evidence: readonly Evidence[];
  readonly change: Suspect | undefined;
}

function report(snapshot: Snapshot, group: PodGroup<LogHit<ConfigError>>, code: string): Finding[] {
  const [hit] = group.entries;
  const { view, match } = hit;
  const source = sourceOf(snapshot, group);
  // A bad value may as well be data; only one that stands in the configuration is a matter of it.
  if (match.kind === 'value' && !source) return [];
  const subject = source?.subject ?? group.subject;
  const change = source
    ? source.change
    : suspectChange(snapshot, group.subject, /env|args|command|volumes|image/, hit.since);
  const said = quote(citeHit(hit), match.text);
  const isMap = subject.kind !== group.subject.kind;
  return [
    logFinding(group, {
      code,
      category: 'config-malformed',
      strength: code === RELOAD ? 0.75 : source ? 0.95 : 0.85,
      subject,
      aliases: [group.subject],
      affects: [group.subject],
      says: `Container \`${view.name}\` of ${formatSubject(group.subject)} cannot read its configuration${source ? `, ${source.words}` : ''}${said === '' ? '' : `: ${said}`}`,
      evidence: [...(source?.evidence ?? []), ...(change ? [change.evidence] : [])],
      ...(change ? { change: change.change.id } : {}),
      remediation: isMap
        ? [
            edit(
              'patch-configmap',
              'R2',
              `Restore the last valid content of ${formatSubject(subject)} and restart ${formatSubject(group.subject)}`,
              ['The object is not managed by GitOps; else revert the commit instead'],
            ),
          ]
        : [...rollback(subject), edit('patch-env', 'R2', `Correct the configuration of ${formatSubject(subject)}`)],
    }),
  ];
}

function sourceOf(snapshot: Snapshot, group: PodGroup<LogHit<ConfigError>>): Source | null {
  const [{ pod, view, match, since }] = group.entries;
  const mounted = match.file === null ? null : configAt(snapshot, pod, view, match.file);
  if (mounted) {
    const key = mounted.key === null ? '' : ` (key \`${mounted.key}\`)`;
    const content =
      mounted.object && mounted.key !== null && mounted.object.kind === 'ConfigMap'
        ? [citeField(mounted.object, `data['${mounted.key}']`)]
        : [];
    return {
      subject: mounted.subject,
      words: `which is ${formatSubject(mounted.subject)}${content.length > 0 ? key : ''}`,
      evidence: [citeField(pod, mounted.mount.path), ...content],
      change: lastChange(snapshot, mounted.subject, since),
    };
  }
  const value = match.value === null ? null : configuredValue(snapshot, group.entries[0], match.value);
  if (value)
    return {
      ...value,
      subject: value.config ?? group.subject,
      change: value.config
        ? lastChange(snapshot, value.config, since)
        : suspectChange(snapshot, group.subject, /env/, since),
    };
  const changed = match.kind === 'document' ? changedConfig(snapshot, pod, since) : null;
  return (
    changed && {
      subject: changed.subject,
      words: `and ${formatSubject(changed.subject)}, which it reads, was changed before`,
      evidence: [],
      change: changed.suspect,
    }
  );
}
