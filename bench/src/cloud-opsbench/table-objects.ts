import type { KnownKind, KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatTime } from '@headwater/core/time.ts';
import { ageOf } from './clock.ts';
import { compact } from './containers.ts';
import { blankEnd, lineEnd, wordAt } from './text.ts';

type Row = Readonly<Record<string, string>>;

interface Column {
  readonly title: string;
  readonly from: number;
  /** Where the next column starts; undefined for the last. */
  readonly to: number | undefined;
}

/** The columns of a `kubectl get` table by their titles, whatever their order. */
function columnsOf(header: string): Column[] {
  const titles = [...header.matchAll(/\S+(?: \S+)*/g)];
  return titles.map((match, at) => ({ title: match[0], from: match.index, to: titles[at + 1]?.index }));
}

function rowOf(line: string, columns: readonly Column[]): Row {
  const row: Record<string, string> = {};
  for (const { title, from, to } of columns) row[title] = line.slice(from, to).trim();
  return row;
}

interface TableContext {
  readonly namespace: string;
  readonly now: number;
  /** Whether more than a row is known of an object; of a Node, which has no namespace, it is asked without one. */
  readonly isKnown: (name: string, namespace: string | undefined) => boolean;
}

/** Objects as far as a table shows them, for those nobody described; none of messages and errors. */
export function objectsFromTable(kind: string, text: string, { namespace, now, isKnown }: TableContext): KubeObject[] {
  const make = MAKERS[kind];
  if (!make || !/^(?:NAMESPACE\s+)?NAME\s/.test(text)) return [];
  const ofAll = text.startsWith('NAMESPACE');
  const headerEnd = lineEnd(text, 0);
  let columns: Column[] | undefined;
  const objects: KubeObject[] = [];
  for (let from = headerEnd + 1, end = 0; from < text.length; from = end + 1) {
    end = lineEnd(text, from);
    const first = wordAt(text, from);
    const name = ofAll ? wordAt(text, blankEnd(text, from + first.length, end)) : first;
    const home = kind === 'Node' ? undefined : ofAll ? first : namespace;
    // Nearly every row is of an object that was described too.
    if (isKnown(name, home) || !/^[a-z0-9][\w.:-]*$/.test(name)) continue;
    columns ??= columnsOf(text.slice(0, headerEnd));
    const row = rowOf(text.slice(from, end), columns);
    const metadata = compact({
      name,
      namespace: home,
      creationTimestamp: /\d/.test(row['AGE'] ?? '') ? formatTime(now - ageOf(row['AGE'] ?? '')) : undefined,
      labels: pairs(row['LABELS']) ?? undefined,
    });
    objects.push({ kind, metadata, ...make(row) });
  }
  return objects;
}

function pairs(text: string | undefined): Record<string, string> | null {
  const found = [...(text ?? '').matchAll(/([^=,\s]+)=([^,\s]*)/g)].map(
    ([, key = '', value = '']) => [key, value] as const,
  );
  return found.length === 0 ? null : Object.fromEntries(found);
}

function fraction(text: string | undefined): readonly [number, number] {
  const [left, right] = (text ?? '').split('/').map(Number);
  return [Number.isFinite(left) ? (left ?? 0) : 0, Number.isFinite(right) ? (right ?? 0) : 0];
}

function given(text: string | undefined): string | undefined {
  return text && !/^<.*>$/.test(text) ? text : undefined;
}

/** What a row tells of an object, beside its kind and metadata. */
type Shown<K extends KnownKind> = Partial<ObjectOf<K>> & Pick<KubeObject, 'apiVersion'>;

const MAKERS: Readonly<Record<string, (row: Row) => Pick<KubeObject, 'apiVersion'>>> = {
  Pod: podOf,
  Deployment: workloadOf,
  StatefulSet: workloadOf,
  Service: (row): Shown<'Service'> => ({
    apiVersion: 'v1',
    spec: {
      type: row['TYPE'],
      clusterIP: given(row['CLUSTER-IP']),
      selector: pairs(row['SELECTOR']) ?? undefined,
      ports: [...(row['PORT(S)'] ?? '').matchAll(/(\d+)(?::\d+)?\/(\w+)/g)].map(([, port, protocol]) => ({
        port: Number(port),
        protocol,
      })),
    },
  }),
  Node: (row): Shown<'Node'> => ({
    apiVersion: 'v1',
    spec: { unschedulable: /SchedulingDisabled/.test(row['STATUS'] ?? '') },
    status: { conditions: [{ type: 'Ready', status: /^Ready\b/.test(row['STATUS'] ?? '') ? 'True' : 'Unknown' }] },
  }),
};

function podOf(row: Row): Shown<'Pod'> {
  const [ready, all] = fraction(row['READY']);
  const status = row['STATUS'] ?? '';
  const phase = ['Running', 'Pending', 'Succeeded', 'Failed'].find((one) => one === status);
  const waits = /BackOff|^Err|^CreateContainer|^ContainerCreating|^Init|^InvalidImage/.test(status);
  const restarts = Number.parseInt(row['RESTARTS'] ?? '', 10) || 0;
  const nodeName = given(row['NODE']);
  return {
    apiVersion: 'v1',
    spec: {
      containers: Array.from({ length: all }, (_, at) => ({ name: `container-${at}` })),
      ...(nodeName ? { nodeName } : {}),
    },
    status: {
      phase: phase ?? (waits && restarts === 0 ? 'Pending' : 'Running'),
      podIP: given(row['IP']),
      conditions: [{ type: 'Ready', status: ready === all && all > 0 ? 'True' : 'False' }],
      containerStatuses: Array.from({ length: all }, (_, at) => ({
        name: `container-${at}`,
        ready: at < ready,
        restartCount: at < ready ? 0 : restarts,
        state: at >= ready && waits ? { waiting: { reason: status } } : at < ready ? { running: {} } : {},
      })),
    },
  };
}

function workloadOf(row: Row): Shown<'Deployment'> {
  const [ready, wanted] = fraction(row['READY']);
  const labels = pairs(row['SELECTOR']) ?? undefined;
  const images = (row['IMAGES'] ?? '').split(',');
  const containers = (row['CONTAINERS'] ?? '')
    .split(',')
    .filter(Boolean)
    .map((name, at) => ({ name, image: images[at] }));
  return {
    apiVersion: 'apps/v1',
    spec: {
      replicas: wanted,
      ...(labels ? { selector: { matchLabels: labels } } : {}),
      template: { metadata: { labels }, spec: { containers } },
    },
    status: { replicas: wanted, readyReplicas: ready, availableReplicas: ready, unavailableReplicas: wanted - ready },
  };
}
