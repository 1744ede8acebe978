import { formatTime } from '@headwater/core/time.ts';
import { ageOf } from './clock.ts';

type Json = Record<string, unknown>;
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
  return Object.fromEntries(columns.map(({ title, from, to }) => [title, line.slice(from, to).trim()]));
}

interface TableContext {
  readonly namespace: string;
  readonly now: number;
  /** Whether more than a row is known of an object. */
  readonly isKnown: (metadata: { readonly name: string; readonly namespace?: string }) => boolean;
}

/** Objects as far as a table shows them, for those nobody described; none of messages and errors. */
export function objectsFromTable(kind: string, text: string, { namespace, now, isKnown }: TableContext): Json[] {
  const make = MAKERS[kind];
  if (!make || !/^(?:NAMESPACE\s+)?NAME\s/.test(text)) return [];
  const [header = '', ...lines] = text.split('\n');
  const ofAll = header.startsWith('NAMESPACE');
  let columns: Column[] | undefined;
  return lines.flatMap((line) => {
    const [first = '', second = ''] = line.split(/\s+/, 2);
    const name = ofAll ? second : first;
    if (!/^[a-z0-9][\w.:-]*$/.test(name)) return [];
    const home = kind === 'Node' ? {} : { namespace: ofAll ? first : namespace };
    if (isKnown({ name, ...home })) return [];
    columns ??= columnsOf(header);
    const row = rowOf(line, columns);
    const created = row['AGE'] && /\d/.test(row['AGE']) ? formatTime(now - ageOf(row['AGE'])) : undefined;
    const labels = pairs(row['LABELS']);
    const metadata = {
      name,
      ...home,
      ...(created ? { creationTimestamp: created } : {}),
      ...(labels ? { labels } : {}),
    };
    return [{ kind, metadata, ...make(row) }];
  });
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

const MAKERS: Readonly<Record<string, (row: Row) => Json>> = {
  Pod: podOf,
  Deployment: workloadOf,
  StatefulSet: workloadOf,
  Service: (row) => ({
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
  Node: (row) => ({
    apiVersion: 'v1',
    spec: { unschedulable: /SchedulingDisabled/.test(row['STATUS'] ?? '') },
    status: { conditions: [{ type: 'Ready', status: /^Ready\b/.test(row['STATUS'] ?? '') ? 'True' : 'Unknown' }] },
  }),
};

function podOf(row: Row): Json {
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

function workloadOf(row: Row): Json {
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
