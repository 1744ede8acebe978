import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { isKnownKind } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeEvent } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionsOf } from '../_shared/conditions.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { citeHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { rootOf } from '../_shared/workloads.ts';
import { tellingEvents } from '../_shared/telling-events.ts';

/** Somebody's word that the API server does not know a kind. */
export interface UnknownKind {
  readonly kind: string;
  /** As written: `group/version`, or a group alone. */
  readonly version: string;
  readonly group: string;
  /** True when the kind is known and its conversion fails. */
  readonly conversion: boolean;
  readonly asker: Subject;
  readonly evidence: readonly Evidence[];
}

type Named = Pick<UnknownKind, 'kind' | 'version' | 'group' | 'conversion'>;

/** Reads what kind a text says is unknown; null for other texts. */
export function unknownKindIn(line: string): Named | null {
  const told = line.includes('no matches for kind') || line.includes('conversion webhook for');
  if (!told) return null;
  // Structured logs print an error inside another quoted text.
  const text = line.replaceAll(/\\+"/g, '"');
  const missing = /no matches for kind "([^"]+)" in (?:version|group) "([^"]*)"/.exec(text);
  if (missing?.[1]) {
    const version = missing[2] ?? '';
    return {
      kind: missing[1],
      version,
      group: version.includes('/') ? (version.split('/')[0] ?? '') : version.includes('.') ? version : '',
      conversion: false,
    };
  }
  const conversion = /conversion webhook for ([^,\s]+), Kind=(\w+) failed/.exec(text);
  return conversion?.[1] && conversion[2]
    ? { kind: conversion[2], version: conversion[1], group: conversion[1].split('/')[0] ?? '', conversion: true }
    : null;
}

/** Every such complaint that holds now: in recent events, in logs, in the conditions of custom resources. */
export function unknownKinds(snapshot: Snapshot): readonly UnknownKind[] {
  return [...fromEvents(snapshot), ...fromLogs(snapshot), ...fromConditions(snapshot)];
}

function fromEvents(snapshot: Snapshot): UnknownKind[] {
  return tellingEvents(snapshot).flatMap((event) => {
    const named = !event.stale && isWithin(snapshot, event.last, RECENT) ? unknownKindIn(event.message) : null;
    return named ? [{ ...named, asker: snapshot.owners.root(event.subject), evidence: [citeEvent(event)] }] : [];
  });
}

function fromLogs(snapshot: Snapshot): UnknownKind[] {
  return logHits(snapshot, keyedKind, { atLeast: 1 }).map((hit) => ({
    ...hit.match.named,
    asker: rootOf(snapshot, hit.pod),
    evidence: citeHit(hit),
  }));
}

function keyedKind(text: string): (LogMatch & { readonly named: Named }) | null {
  const named = unknownKindIn(text);
  return named && { key: `${named.kind} ${named.version}`, named };
}

function fromConditions(snapshot: Snapshot): UnknownKind[] {
  return snapshot.objects.kinds().flatMap((kind) =>
    isKnownKind(kind)
      ? []
      : snapshot.objects.list(kind).flatMap((object) =>
          conditionsOf(object).flatMap(({ type, status, message }): UnknownKind[] => {
            const named = type && status !== 'True' ? unknownKindIn(message ?? '') : null;
            return named && type ? [{ ...named, asker: subjectOf(object), evidence: citeCondition(object, type) }] : [];
          }),
        ),
  );
}
