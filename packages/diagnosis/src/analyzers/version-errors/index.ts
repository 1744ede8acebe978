import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { DAY, parseTime } from '@headwater/core/time.ts';
import { citeField, citeTemplate } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { errorTemplates } from '../../logs/first-error.ts';
import { logClock, occurrenceOf } from '../../logs/freshness.ts';
import { maskTokens } from '../../logs/mask.ts';
import type { LogStream, LogTemplate } from '../../snapshot/input.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { connectionErrorIn } from '../../topology/connection-errors.ts';
import { quote } from '../_shared/log-hits.ts';
import { type LogScene, logScenes } from '../_shared/log-scenes.ts';
import { revisionsOf } from '../_shared/previous-revision.ts';
import { rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';

const CODE = 'rollout/new-errors';

/** Failures that only Pods of the newest revision log: the new version, not what it talks to. */
export const analyzer: Analyzer = {
  name: 'version-errors',
  codes: { [CODE]: 'Pods of a new revision log failures that Pods of the revision before do not, or did not.' },
  reads: ['Deployment', 'ReplicaSet', 'Pod', 'logs'],
  analyze(snapshot) {
    const scenes = Map.groupBy(logScenes(snapshot), ({ pod }) => parentKey(snapshot, pod));
    return snapshot.objects.list('Deployment').flatMap((object) => judge(snapshot, subjectOf(object), scenes) ?? []);
  },
};

type Scenes = ReadonlyMap<string, readonly LogScene[]>;

function parentKey(snapshot: Snapshot, pod: LogScene['pod']): string {
  const parent = snapshot.owners.parent(pod);
  return parent ? `${parent.namespace ?? ''}/${parent.name}` : '';
}

function judge(snapshot: Snapshot, subject: Subject, scenes: Scenes): Finding | null {
  const [newest, before] = revisionsOf(snapshot, subject);
  const created = parseTime(newest?.metadata.creationTimestamp);
  // A version that has run for a day did not break by itself.
  if (!newest || !before || created === null || snapshot.now - created > DAY) return null;
  const scenesOf = (name: string): readonly LogScene[] => scenes.get(`${subject.namespace ?? ''}/${name}`) ?? [];
  const olds = scenesOf(before.metadata.name).map(({ stream }) => stream);
  const found = scenesOf(newest.metadata.name)
    .filter(({ mode }) => mode !== 'crash')
    .flatMap(({ stream }) => newErrors(snapshot, stream, olds).map((template) => ({ stream, template })));
  const [worst] = found.sort((left, right) => right.template.count - left.template.count);
  if (!worst) return null;
  const evidence = [citeTemplate(worst.stream, worst.template), citeField(newest, 'metadata.creationTimestamp')];
  const change = suspectChange(snapshot, subject, /^spec\.template/, created);
  const said = quote(evidence, worst.template.sample.text);
  return {
    code: CODE,
    subject,
    category: 'version-errors',
    role: 'cause',
    layer: 'change',
    strength: olds.length > 0 ? 0.72 : 0.6,
    statement: `Pods of the newest revision of ${formatSubject(subject)} log failures${olds.length > 0 ? ' that Pods of the revision before do not' : ', beginning with it'}${said === '' ? '' : `: ${said}`}`,
    evidence: [...evidence, ...(change ? [change.evidence] : [])],
    aliases: [subjectOf(newest), { kind: 'Pod', namespace: worst.stream.namespace, name: worst.stream.pod }],
    ...(change ? { change: change.change.id } : {}),
    since: worst.template.sample.time ?? created,
    remediation: rollback(subject),
  };
}

const MIN_COUNT = 5;
const MIN_SHARE = 0.02;

function newErrors(snapshot: Snapshot, stream: LogStream, olds: readonly LogStream[]): readonly LogTemplate[] {
  const known = new Set(olds.flatMap(({ templates }) => templates.map(({ sample }) => shapeOf(sample.text))));
  return errorTemplates(stream).filter((template) => {
    // What a dependency refuses is no fault of the version that asks.
    if (known.has(shapeOf(template.sample.text)) || connectionErrorIn(template.sample.text)) return false;
    const occurrence = occurrenceOf(stream, [template], logClock(snapshot));
    return (
      occurrence !== null &&
      occurrence.state === 'persists' &&
      occurrence.count >= MIN_COUNT &&
      occurrence.share >= MIN_SHARE
    );
  });
}

function shapeOf(text: string): string {
  return maskTokens(text).join(' ');
}
