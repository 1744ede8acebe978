import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { DAY, type Millis, parseTime } from '@headwater/core/time.ts';
import { citeField, citeTemplate } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { errorTemplates } from '../../logs/first-error.ts';
import { logClock, occurrenceOf } from '../../logs/freshness.ts';
import { maskTokens } from '../../logs/mask.ts';
import type { LogStream, LogTemplate } from '../../snapshot/input.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { sharedConnectionError } from '../../topology/connection-errors.ts';
import { distinct } from '../_shared/log-finding.ts';
import { quote } from '../_shared/log-hits.ts';
import { type LogScene, logScenes } from '../_shared/log-scenes.ts';
import { revisionsOf } from '../_shared/previous-revision.ts';
import { rollback } from '../_shared/remedies.ts';
import { lastChange, type Suspect, suspectChange } from '../_shared/suspect-change.ts';
import { FAILING, failingSinceRollout } from './failing-since.ts';
import { changedFigures, FIGURE } from './figures.ts';

const CODE = 'rollout/new-errors';

/** Failures that only Pods of the newest revision log: the new version, not what it talks to. */
export const analyzer: Analyzer = {
  name: 'version-errors',
  codes: {
    [CODE]: 'Pods of a new revision log failures that Pods of the revision before do not, or did not.',
    [FAILING]: 'A workload fails since its own rollout, and nothing that it calls does.',
    [FIGURE]: 'A figure that an alert names has another level since the rollout of the workload it is of.',
  },
  reads: ['Deployment', 'ReplicaSet', 'Pod', 'logs', 'metrics', 'alerts'],
  analyze(snapshot) {
    const scenes = Map.groupBy(logScenes(snapshot), ({ pod }) => parentKey(snapshot, pod));
    const heard = new Set([...scenes.keys()].map((key) => key.slice(0, key.indexOf('/'))));
    return [
      ...snapshot.objects
        .list('Deployment')
        .flatMap((object) =>
          heard.has(object.metadata.namespace ?? '') ? (judge(snapshot, subjectOf(object), scenes) ?? []) : [],
        ),
      ...changedFigures(snapshot),
      ...failingSinceRollout(snapshot),
    ];
  },
};

type Scenes = ReadonlyMap<string, readonly LogScene[]>;

function parentKey(snapshot: Snapshot, pod: LogScene['pod']): string {
  const parent = snapshot.owners.parent(pod);
  return parent ? `${parent.namespace ?? ''}/${parent.name}` : '';
}

interface Rollout {
  readonly at: Millis;
  readonly evidence: Evidence;
  readonly scenes: readonly LogScene[];
  /** Logs of the revision before; empty when its Pods are gone. */
  readonly before: readonly LogStream[];
  readonly aliases: readonly Subject[];
}

function rolloutOf(snapshot: Snapshot, subject: Subject, scenes: Scenes): Rollout | null {
  const scenesOf = (name: string): readonly LogScene[] => scenes.get(`${subject.namespace ?? ''}/${name}`) ?? [];
  const [newest, before] = revisionsOf(snapshot, subject);
  const created = parseTime(newest?.metadata.creationTimestamp);
  if (newest && before && created !== null)
    return {
      at: created,
      evidence: citeField(newest, 'metadata.creationTimestamp'),
      scenes: scenesOf(newest.metadata.name),
      before: scenesOf(before.metadata.name).map(({ stream }) => stream),
      aliases: [subjectOf(newest)],
    };
  // Without the ReplicaSets a journal or a deploy record still tells that the image changed.
  const change =
    suspectChange(snapshot, subject, /^spec\.template\.spec\.containers.*\.image$/) ?? deployOf(snapshot, subject);
  return change
    ? {
        at: change.change.time,
        evidence: change.evidence,
        scenes: scenesOf(newest?.metadata.name ?? subject.name),
        before: [],
        aliases: [],
      }
    : null;
}

// A pipeline's record names the deploy without telling fields.
function deployOf(snapshot: Snapshot, subject: Subject): Suspect | undefined {
  const last = lastChange(snapshot, subject);
  return last &&
    last.change.diff.length === 0 &&
    /deploy|rollout|roll out|release|image|upgrade/i.test(last.change.title)
    ? last
    : undefined;
}

function judge(snapshot: Snapshot, subject: Subject, scenes: Scenes): Finding | null {
  const rollout = rolloutOf(snapshot, subject, scenes);
  // A version that has run for a day did not break by itself.
  if (!rollout || snapshot.now - rollout.at > DAY) return null;
  const found = rollout.scenes
    .filter(({ mode }) => mode !== 'crash')
    .flatMap(({ stream }) => newErrors(snapshot, stream, rollout.before).map((template) => ({ stream, template })));
  const [worst] = found.sort((left, right) => right.template.count - left.template.count);
  if (!worst) return null;
  const compared = rollout.before.length > 0;
  const evidence = [citeTemplate(worst.stream, worst.template), rollout.evidence];
  const change = suspectChange(snapshot, subject, /^spec\.template/, rollout.at);
  const said = quote(evidence, worst.template.sample.text);
  return {
    code: CODE,
    subject,
    category: 'version-errors',
    role: 'cause',
    layer: 'change',
    strength: compared ? 0.72 : 0.6,
    statement: `Pods of the newest revision of ${formatSubject(subject)} log failures${compared ? ' that Pods of the revision before do not' : ', beginning with it'}${said === '' ? '' : `: ${said}`}`,
    evidence: distinct([...evidence, ...(change ? [change.evidence] : [])]),
    aliases: [...rollout.aliases, { kind: 'Pod', namespace: worst.stream.namespace, name: worst.stream.pod }],
    ...(change ? { change: change.change.id } : {}),
    since: worst.template.sample.time ?? rollout.at,
    remediation: rollback(subject),
  };
}

const MIN_COUNT = 5;
const MIN_SHARE = 0.02;

function newErrors(snapshot: Snapshot, stream: LogStream, olds: readonly LogStream[]): readonly LogTemplate[] {
  const known = new Set(olds.flatMap(({ templates }) => templates.map(({ sample }) => shapeOf(sample.text))));
  return errorTemplates(stream).filter((template) => {
    // What a dependency refuses is no fault of the version that asks.
    if (known.has(shapeOf(template.sample.text)) || sharedConnectionError(snapshot, template.sample.text)) return false;
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
