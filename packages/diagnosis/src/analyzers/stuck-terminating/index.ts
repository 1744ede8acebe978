import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { compareSubjects, formatSubject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from '../_shared/freshness.ts';
import { explainNamespace } from './namespace.ts';
import { explainObject } from './object.ts';
import { explainPod } from './pod.ts';
import type { Explanation } from './explanation.ts';

/** Objects whose deletion does not come to an end. */
export const analyzer: Analyzer = {
  name: 'stuck-terminating',
  codes: {
    'deletion/finalizer': 'An object is being deleted and a finalizer nobody removes keeps it.',
    'deletion/node-gone': 'A Pod cannot be deleted because the kubelet of its Node does not answer.',
    'deletion/kill-failed': 'A Pod cannot be deleted because its containers or volumes cannot be torn down.',
    'deletion/in-use': 'A claim or volume is being deleted while something still uses it.',
    'deletion/namespace': 'A Namespace is being deleted and content in it remains or cannot be listed.',
    'deletion/stuck': 'An object has been terminating for minutes and nothing says why.',
  },
  reads: [
    'Pod',
    'Namespace',
    'PersistentVolumeClaim',
    'PersistentVolume',
    'CustomResourceDefinition',
    'Node',
    'APIService',
    'Event',
  ],
  analyze(snapshot) {
    const stuck = snapshot.objects
      .kinds()
      .filter((kind) => kind !== 'Event')
      .flatMap((kind) => snapshot.objects.list(kind).filter((object) => isStuck(snapshot, object)));
    const groups = Map.groupBy(stuck, (object) => groupKey(object));
    return [...groups.values()].flatMap((objects) => {
      const [first, ...others] = objects.sort((left, right) => compareSubjects(subjectOf(left), subjectOf(right)));
      const explanation = first ? explain(snapshot, first) : null;
      return first && explanation ? [report(snapshot, [first, ...others], explanation)] : [];
    });
  },
};

// A Pod's deletion time already includes its grace period; controllers get the same minutes for their finalizers.
const PATIENCE = 5 * MINUTE;

function isStuck(snapshot: Snapshot, { metadata }: KubeObject): boolean {
  if (!metadata.deletionTimestamp) return false;
  const age = ageOf(snapshot, metadata.deletionTimestamp);
  return age !== null && age > PATIENCE;
}

// A hundred objects held by one finalizer are one fault of one controller.
function groupKey(object: KubeObject): string {
  const { kind, metadata } = object;
  const finalizers = (metadata.finalizers ?? []).join(',');
  return finalizers === '' || kind === 'Namespace'
    ? `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
    : `${kind}/${metadata.namespace ?? ''}#${finalizers}`;
}

function explain(snapshot: Snapshot, object: KubeObject): Explanation | null {
  if (object.kind === 'Pod') return explainPod(snapshot, object);
  if (object.kind === 'Namespace') return explainNamespace(snapshot, object);
  return explainObject(snapshot, object);
}

function report(
  snapshot: Snapshot,
  [object, ...others]: readonly [KubeObject, ...KubeObject[]],
  explanation: Explanation,
): Finding {
  const subject = subjectOf(object);
  const space = snapshot.objects.get('Namespace', null, subject.namespace ?? '');
  const many = others.length > 0 ? ' and others like it' : '';
  return {
    code: explanation.code,
    subject,
    category: 'stuck-terminating',
    role: explanation.blames.length > 0 ? 'symptom' : 'cause',
    layer: 'state',
    strength: explanation.strength,
    statement: `${formatSubject(subject)}${many} cannot be deleted: ${explanation.text}`,
    evidence: [citeField(object, 'metadata.deletionTimestamp'), ...explanation.evidence],
    affects: [...others.slice(0, 20).map(subjectOf), ...(space?.metadata.deletionTimestamp ? [subjectOf(space)] : [])],
    blames: explanation.blames,
    since: parseTime(object.metadata.deletionTimestamp),
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement:
          'Repair the controller that owns the finalizer, or what keeps the object in use; force the deletion only when its cleanup is known to be done',
        preconditions: ['The Node of a Pod is confirmed dead before it is deleted by force'],
        undo: 'None: a forced deletion cannot be undone',
      },
    ],
  };
}
