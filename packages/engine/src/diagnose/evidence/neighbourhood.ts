import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { resolveTargets } from '@headwater/diagnosis/reasoning/targets.ts';
import { subjectOf } from '@headwater/diagnosis/snapshot/objects.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';

/** Enough for a workload, its Pods and what stands around them; a Node's two hundred Pods are not its neighbourhood. */
const MAX_SUBJECTS = 90;
const PODS_PER_WORKLOAD = 5;
const NEIGHBOURS_PER_SUBJECT = 12;

/** The objects an incident concerns, nearest first: causes, what the alerts name, symptoms, then owners, Pods and one hop around. */
export function neighbourhood(snapshot: Snapshot, diagnosis: Diagnosis): readonly Subject[] {
  const seeds = unique([
    ...diagnosis.causes.flatMap(({ subject, actor, aliases, chain }) => [
      subject,
      ...(actor ? [actor] : []),
      ...chain.flatMap(({ from, to }) => [from, to]),
      ...aliases.slice(0, PODS_PER_WORKLOAD),
    ]),
    ...resolveTargets(snapshot).map(({ subject }) => subject),
    ...diagnosis.symptoms.map(({ subject }) => subject),
    ...Object.values(diagnosis.evidence).flatMap(({ subject }) => subject ?? []),
  ]);
  const around = seeds.flatMap((subject) => [
    ...snapshot.owners.chain(subject),
    ...snapshot.owners.children(subject).slice(0, NEIGHBOURS_PER_SUBJECT).map(subjectOf),
    ...snapshot.owners.pods(subject).slice(0, PODS_PER_WORKLOAD).map(subjectOf),
    ...snapshot.topology
      .dependencies(subject)
      .slice(0, NEIGHBOURS_PER_SUBJECT)
      .map(({ to }) => to),
    ...snapshot.topology
      .dependents(subject)
      .slice(0, NEIGHBOURS_PER_SUBJECT)
      .map(({ from }) => from),
  ]);
  return unique([...seeds, ...around]).slice(0, MAX_SUBJECTS);
}

function unique(subjects: readonly Subject[]): Subject[] {
  return [...new Map(subjects.map((subject) => [subjectKey(subject), subject])).values()];
}
