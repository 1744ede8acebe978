import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import type { Change } from '../../changes/change.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { turnOf } from '../_shared/change-words.ts';
import { usersOfConfig } from '../_shared/config-users.ts';
import { flagsIn } from '../_shared/flags.ts';
import { handEditOf } from '../_shared/hand-edits.ts';
import { quote } from '../_shared/log-hits.ts';
import { changesBeforeOnset, OBSERVED_LATE, onsetOf } from '../_shared/onset.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { onlyStaleFail } from '../_shared/stale-config.ts';
import { isInTrouble, troubleEvidence } from '../_shared/trouble.ts';
import { isUndoneLater } from '../_shared/undone.ts';
import { extremeSettings, isTuning } from './tuning.ts';

const CHANGED = 'config/changed-before-incident';
const TUNING = 'config/tuning-changed';
const EXTREME = 'config/tuning-extreme';

/** Configuration that was altered shortly before the workloads that read it got into trouble. */
export const analyzer: Analyzer = {
  name: 'config-changed',
  codes: {
    [CHANGED]: 'A ConfigMap or Secret was changed shortly before its consumers got into trouble.',
    [TUNING]: 'A rollout changed a tuning variable of a workload shortly before its trouble.',
    [EXTREME]: 'A tuning variable of a workload in trouble has an extreme value.',
  },
  reads: ['ConfigMap', 'Secret', 'Deployment', 'ReplicaSet', 'changes', 'history'],
  analyze(snapshot) {
    const changed = changesBeforeOnset(snapshot).flatMap((change) => {
      const finding = ofConfig(snapshot, change) ?? ofTuning(snapshot, change);
      return finding && !isUndoneLater(snapshot, change) ? [finding] : [];
    });
    const latest = [
      ...new Map(changed.map((finding) => [`${finding.code} ${subjectKey(finding.subject)}`, finding])).values(),
    ];
    const tuned = new Set(latest.filter(({ code }) => code === TUNING).map(({ subject }) => subjectKey(subject)));
    return [
      ...latest,
      ...extremeSettings(snapshot).flatMap((setting) =>
        tuned.has(subjectKey(setting.workload)) || !isInTrouble(snapshot, setting.workload) ? [] : [ofExtreme(setting)],
      ),
    ];
  },
};

function ofConfig(snapshot: Snapshot, change: Change): Finding | null {
  const { subject, source } = change;
  if (!subject || !/^(?:ConfigMap|Secret)$/.test(subject.kind) || source === 'created' || source === 'event')
    return null;
  // A turned flag, and an edit past the manager of an object, are finer answers, given elsewhere.
  if (flagsIn(change).length > 0 || isByHand(snapshot, subject, change.time)) return null;
  const users = usersOfConfig(snapshot, subject)
    // What is read only at start cannot have hurt a container that was not restarted.
    .filter(
      ({ workload, reference }) =>
        isInTrouble(snapshot, workload) &&
        (reference.via === 'mount' ||
          (restartedInto(snapshot, workload, change.time) && !onlyStaleFail(snapshot, workload, subject))),
    )
    .map(({ workload }) => workload);
  const [user] = users;
  if (!user) return null;
  const evidence = [citeChange(change), ...troubleEvidence(snapshot, user)];
  const field = change.diff[0];
  const what = field ? quote(evidence, field.path) : '';
  return {
    code: CHANGED,
    subject,
    category: 'config-changed',
    role: 'cause',
    layer: 'change',
    strength: (field ? 0.72 : 0.62) + (onsetOf(snapshot) === null ? -0.05 : 0.03),
    statement: `${formatSubject(subject)}, which ${formatSubject(user)} reads, was changed shortly before the trouble${what === '' ? '' : `: ${what}${turnOf(evidence, field)}`}`,
    evidence,
    affects: [...new Map(users.map((workload) => [subjectKey(workload), workload])).values()],
    actor: subject,
    change: change.id,
    since: change.time,
    remediation: [
      edit(
        'patch-configmap',
        'R2',
        `Restore the former content of ${formatSubject(subject)} and restart its consumers`,
        ['The object is not managed by GitOps; else revert the commit instead'],
      ),
    ],
  };
}

function isByHand(snapshot: Snapshot, subject: Subject, time: number): boolean {
  const object = snapshot.objects.find(subject);
  const byHand = object && handEditOf(object);
  return byHand != null && Math.abs(byHand.writer.time - time) <= MINUTE;
}

// A healthy container that started only after the trouble began was restarted to mend it.
function restartedInto(snapshot: Snapshot, workload: Subject, change: number): boolean {
  const began = (onsetOf(snapshot) ?? snapshot.now) + OBSERVED_LATE;
  return snapshot.topology.pods.ofComponent(workload).some(({ status }) =>
    (status?.containerStatuses ?? []).some(({ state, lastState, ready, restartCount }) => {
      const started = Date.parse(state?.running?.startedAt ?? lastState?.terminated?.startedAt ?? '');
      const steady = ready === true && (restartCount ?? 0) === 0;
      return started >= change && (!steady || started <= began);
    }),
  );
}

function ofTuning(snapshot: Snapshot, change: Change): Finding | null {
  const { subject } = change;
  if (!subject || change.source !== 'rollout' || !isInTrouble(snapshot, subject)) return null;
  const field = change.diff.find(({ path }) => isTuning(path));
  // A rollout that changed the image as well is a new version; its settings are part of it.
  if (!field || change.diff.some(({ path }) => path.endsWith('.image'))) return null;
  const evidence = [citeChange(change), ...troubleEvidence(snapshot, subject)];
  return {
    code: TUNING,
    subject,
    category: 'config-changed',
    role: 'cause',
    layer: 'change',
    strength: 0.78,
    statement: `A rollout of ${formatSubject(subject)} changed ${quote(evidence, field.path) || 'a tuning variable'}${turnOf(evidence, field)} shortly before its trouble`,
    evidence,
    change: change.id,
    since: change.time,
    remediation: rollback(subject),
  };
}

function ofExtreme({
  workload,
  object,
  path,
  name,
  value,
  words,
}: ReturnType<typeof extremeSettings>[number]): Finding {
  return {
    code: EXTREME,
    subject: workload,
    category: 'config-changed',
    role: 'cause',
    layer: 'state',
    strength: 0.72,
    statement: `${formatSubject(workload)} runs with \`${name}\` set to \`${value}\`: ${words}`,
    evidence: [citeField(object, path)],
    remediation: [
      edit('patch-env', 'R2', `Restore a usual value of ${name} in ${formatSubject(workload)}`),
      ...rollback(workload),
    ],
  };
}
