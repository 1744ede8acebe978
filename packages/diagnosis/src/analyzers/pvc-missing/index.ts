import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { absentClaims, claimNames, usersOf, waitingPod } from '../_shared/claims.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import type { PodObject } from '../_shared/pods.ts';
import { refusedClaim } from '../_shared/quota-state.ts';
import { rollback } from '../_shared/remedies.ts';
import { missingClaim } from '../_shared/scheduler-message.ts';
import { citeUnplaced, unplacedPods } from '../_shared/scheduling.ts';
import { rootOf } from '../_shared/workloads.ts';

/** Workloads that mount a PersistentVolumeClaim which does not exist. */
export const analyzer: Analyzer = {
  name: 'pvc-missing',
  codes: { 'storage/pvc-missing': 'Pods wait for a PersistentVolumeClaim that does not exist.' },
  reads: ['Pod', 'PersistentVolumeClaim', 'ResourceQuota', 'Event'],
  analyze: (snapshot) => {
    const missing = new Map<string, { namespace: string; name: string; pod: PodObject }>();
    for (const [namespace, name] of absentClaims(snapshot)) {
      const pod = waitingPod(usersOf(snapshot, namespace, name));
      if (pod) missing.set(`${namespace}/${name}`, { namespace, name, pod });
    }
    // Where claims were not listed, the scheduler's word stands.
    for (const { pod, message } of unplacedPods(snapshot)) {
      const name = message ? missingClaim(message.text) : null;
      const namespace = pod.metadata.namespace ?? '';
      if (name && snapshot.objects.existence('PersistentVolumeClaim', namespace, name) === 'unknown')
        missing.set(`${namespace}/${name}`, { namespace, name, pod });
    }
    return [...missing.values()].map((one) => report(snapshot, one));
  },
};

interface Missing {
  readonly namespace: string;
  readonly name: string;
  readonly pod: PodObject;
}

function report(snapshot: Snapshot, { namespace, name, pod }: Missing): Finding {
  const subject = rootOf(snapshot, pod);
  const claim: Subject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name };
  const listed = snapshot.objects.existence('PersistentVolumeClaim', namespace, name) === 'absent';
  const near = listed ? nearMiss(name, snapshot.objects.names('PersistentVolumeClaim', namespace)) : null;
  const refused = listed ? refusedClaim(snapshot, namespace, name) : null;
  const unplaced = unplacedPods(snapshot).filter((one) => one.pod === pod);
  return {
    code: 'storage/pvc-missing',
    subject,
    category: 'pvc-missing',
    // A claim that the quota does not let in is missing because of the quota.
    role: refused ? 'symptom' : 'cause',
    layer: 'state',
    strength: listed ? 0.95 : 0.85,
    statement: `${formatSubject(subject)} mounts PersistentVolumeClaim \`${name}\`, which does not exist${near ? `; \`${near}\` does` : ''}`,
    evidence: [
      volumeEvidence(snapshot, pod, name),
      ...(listed ? [citeAbsent(snapshot, claim)] : []),
      ...(unplaced.length > 0 ? unplaced.slice(0, 1).flatMap(citeUnplaced) : [citeField(pod, 'status.phase')]),
    ],
    aliases: [claim],
    affects: [subjectOf(pod)],
    ...(refused ? { blames: [subjectOf(refused.quota)] } : {}),
    since: parseTime(pod.metadata.creationTimestamp),
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: `Create or restore PersistentVolumeClaim \`${name}\``,
        preconditions: ['It is known which data belongs on it'],
        undo: 'Delete the new claim',
      },
      ...rollback(subject),
    ],
  };
}

function volumeEvidence(snapshot: Snapshot, pod: PodObject, name: string): Evidence {
  const volume = (pod.spec?.volumes ?? []).find((one) =>
    claimNames({ volumes: [one] }, pod.metadata.name).includes(name),
  );
  return citePodSpec(snapshot, pod, volume ? `spec.volumes[name=${volume.name}]` : 'spec.volumes');
}
