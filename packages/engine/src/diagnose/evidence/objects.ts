import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { redactObject } from '@headwater/core/masking/redact-object.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeEvent } from '@headwater/diagnosis/evidence/cite.ts';
import { evidenceId } from '@headwater/diagnosis/evidence/evidence.ts';
import { subjectOf } from '@headwater/diagnosis/snapshot/objects.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { type EvidenceDraft, withId } from './draft.ts';

/** A ConfigMap may be a megabyte; what a person reads of it is its beginning. */
const MAX_OBJECT_CHARS = 48 * 1024;
const MAX_EVENTS = 150;

/** The objects themselves, without credentials and without the bookkeeping of the API server. */
export function objectEvidence(snapshot: Snapshot, subjects: readonly Subject[]): EvidenceDraft[] {
  return subjects.flatMap((subject) => {
    const object = snapshot.objects.find(subject);
    if (!object || object.kind === 'Event') return [];
    const about = subjectOf(object);
    return [
      withId({
        kind: 'object',
        source: 'kubernetes',
        subject: about,
        namespace: about.namespace ?? null,
        observedAt: null,
        text: formatSubject(about),
        query: `object:${subjectKey(about)}`,
        redacted: object.kind === 'Secret',
        content: readable(object),
      }),
    ];
  });
}

function readable(object: KubeObject): unknown {
  const { metadata, ...rest } = redactObject(object);
  const { managedFields: _, ...kept } = metadata;
  const slim = { ...rest, metadata: kept };
  const text = JSON.stringify(slim);
  return text.length <= MAX_OBJECT_CHARS ? slim : { cut: text.slice(0, MAX_OBJECT_CHARS), characters: text.length };
}

/** The Events about some subjects, newest first. */
export function eventEvidence(snapshot: Snapshot, subjects: readonly Subject[]): EvidenceDraft[] {
  const events = subjects.flatMap((subject) => snapshot.events.of(subject));
  events.sort((left, right) => (right.last ?? 0) - (left.last ?? 0));
  return events.slice(0, MAX_EVENTS).map((event) => {
    const cited = citeEvent(event);
    const { type, reason, message, count, first, last, component } = event;
    return {
      id: evidenceId(cited),
      kind: 'event',
      source: cited.source,
      subject: event.subject,
      namespace: event.subject.namespace ?? null,
      observedAt: last,
      text: cited.text,
      query: cited.query,
      redacted: false,
      content: { type, reason, message, count, first, last, component },
    };
  });
}
