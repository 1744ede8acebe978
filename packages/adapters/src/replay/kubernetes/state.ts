import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { atNow } from '@headwater/contracts/recording/at-now.ts';
import type { ListedKind } from '@headwater/contracts/recording/coverage.ts';
import type { SourceState } from '@headwater/contracts/recording/manifest.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { joinApiVersion, resourceOfKind } from '@headwater/core/kube/resources.ts';
import { compareText } from '@headwater/core/subject.ts';
import type { RecordingItem, RecordingSource, RefusedKind } from '@headwater/engine/ports/recording.ts';
import type { ReplayTime } from '../time.ts';
import { buildCatalog, type Catalog, resourceName, type ServedResource } from './catalog.ts';
import { toCoreEvent } from './event-versions.ts';
import { type JournalStep, objectsAtStart, reconcileSteps } from './journal.ts';
import { ReplayStore } from './store.ts';

/** What the Kubernetes part of a replay works on. */
export interface ReplayState {
  readonly source: RecordingSource;
  readonly time: ReplayTime;
  readonly catalog: Catalog;
  readonly store: ReplayStore;
  /** What is still to happen, oldest first; empty when the replay stands still. */
  readonly steps: readonly JournalStep[];
  /** How the recorder fared with all objects, and with container logs. */
  readonly objects: SourceState;
  readonly logs: SourceState;
}

/** Reads a recording into the state a replay starts from. */
export async function buildState(source: RecordingSource, time: ReplayTime): Promise<ReplayState> {
  const read = await readAll(source, time.end);
  const { sources = {} } = source.manifest;
  const known = [...read.objects, ...read.steps.map(({ object }) => object)];
  const catalog = buildCatalog({
    objects: known,
    listed: read.listed,
    refused: read.refused,
    state: sources.objects ?? 'present',
  });
  const store = new ReplayStore(Math.max(1, ...known.map(versionOf)));
  const initial = time.playing ? objectsAtStart(read.objects, read.steps) : read.objects;
  for (const object of initial) load(store, catalog, object);
  return {
    source,
    time,
    catalog,
    store,
    steps: time.playing ? [...read.steps, ...reconcileSteps(read.objects, read.steps, time.end)] : [],
    objects: sources.objects ?? 'present',
    logs: sources.logs ?? 'present',
  };
}

function load(store: ReplayStore, catalog: Catalog, object: KubeObject): void {
  const resource = catalog.of(object.apiVersion, object.kind);
  if (resource) store.load(storageName(resource), object);
}

/** The name objects of a resource are stored under: without version, and Events of both groups together. */
export function storageName(resource: Pick<ServedResource, 'group' | 'plural'>): string {
  const name = resourceName(resource);
  return name === 'events.events.k8s.io' ? 'events' : name;
}

interface ReadObjects {
  readonly objects: KubeObject[];
  readonly listed: ListedKind[];
  readonly refused: RefusedKind[];
  readonly steps: JournalStep[];
}

async function readAll(source: RecordingSource, end: number): Promise<ReadObjects> {
  const read: ReadObjects = { objects: [], listed: [], refused: [], steps: [] };
  for await (const item of source.read(['objects', 'history'])) takeItem(item, read, end);
  // Of one object recorded twice the later version, and of two versions of the API the current one, must win.
  read.objects.sort(
    (left, right) =>
      Number(isCurrent(left)) - Number(isCurrent(right)) ||
      versionOf(left) - versionOf(right) ||
      compareText(canonicalJson(left.metadata), canonicalJson(right.metadata)),
  );
  read.steps.sort((left, right) => left.at - right.at || versionOf(left.object) - versionOf(right.object));
  return read;
}

function takeItem(item: RecordingItem, read: ReadObjects, end: number): void {
  if (item.type === 'listed') read.listed.push(item.listed);
  if (item.type === 'refused') read.refused.push(item.refused);
  if (item.type === 'object') {
    const object = atNow(item.object, end);
    if (object) read.objects.push(toCoreEvent(object));
  }
  if (item.type === 'journal' && item.entry.observedAt <= end) {
    const { observedAt, type, object } = item.entry;
    read.steps.push({ at: observedAt, type, object: toCoreEvent(object) });
  }
}

function isCurrent({ apiVersion, kind }: KubeObject): boolean {
  const type = resourceOfKind(apiVersion, kind);
  return type !== undefined && joinApiVersion(type) === apiVersion;
}

function versionOf(object: KubeObject): number {
  const version = Number(object.metadata.resourceVersion ?? 0);
  return Number.isSafeInteger(version) && version > 0 ? version : 0;
}
