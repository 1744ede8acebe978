import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';

// The API server stores an Event once and serves it in both groups; the fields only have other names.
const RENAMED = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
] as const;

const CORE = 'v1';
const EVENTS = 'events.k8s.io/v1';

/** An Event as core/v1 writes it; other objects stay as they are. */
export function toCoreEvent(object: KubeObject): KubeObject {
  return isEvent(object, EVENTS)
    ? renamed(
        object,
        CORE,
        RENAMED.map(([core, events]) => [events, core] as const),
      )
    : object;
}

/** An Event as the given apiVersion writes it; other objects stay as they are. */
export function eventAs(object: KubeObject, apiVersion: string): KubeObject {
  return apiVersion === EVENTS && isEvent(object, CORE) ? renamed(object, EVENTS, RENAMED) : object;
}

function isEvent({ kind, apiVersion }: KubeObject, wanted: string): boolean {
  return kind === 'Event' && apiVersion === wanted;
}

function renamed(object: KubeObject, apiVersion: string, names: readonly (readonly [string, string])[]): KubeObject {
  const table = new Map<string, string>(names);
  const entries = Object.entries(object).map(([key, value]) => [table.get(key) ?? key, value] as const);
  return { ...(Object.fromEntries(entries) as KubeObject), apiVersion };
}
