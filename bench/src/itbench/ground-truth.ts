import { parse } from 'yaml';

/** An entity or a set of like entities that a ground truth talks of. */
export interface Group {
  readonly id: string;
  readonly kind: string;
  readonly namespace: string;
  /** Regular expressions over names; the literal name when the truth gives one instead. */
  readonly filters: readonly string[];
  readonly rootCause: boolean;
}

export interface TruthAlert {
  readonly name: string;
  /** Absent where the truth does not say about whom the alert is. */
  readonly group?: string;
}

export interface Fault {
  /** Category, condition and mechanism, lower-case and joined: free text in every version of the format. */
  readonly text: string;
  readonly mechanism: string;
  readonly entity: { readonly kind: string; readonly name: string; readonly group?: string };
  /** A field that was edited, with both values. */
  readonly changed?: { readonly element: string; readonly from: string; readonly to: string };
}

export interface Propagation {
  readonly source: string;
  readonly target: string;
}

/** One scenario's ground truth, version 1, whatever its layout. */
export interface GroundTruth {
  readonly id: string;
  readonly groups: readonly Group[];
  readonly alerts: readonly TruthAlert[];
  readonly faults: readonly Fault[];
  /** Group ids that name the same thing. */
  readonly aliases: readonly (readonly string[])[];
  /** The answer to the chain: for the score alone. */
  readonly propagations: readonly Propagation[];
}

/** Reads a ground truth; what is malformed is left out, because the files were written by hand. */
export function readGroundTruth(id: string, text: string): GroundTruth {
  const document = record(parse(text));
  const body = 'spec' in document ? record(document['spec']) : document;
  return {
    id,
    groups: records(body['groups']).flatMap(groupOf),
    alerts: records(body['alerts']).flatMap(alertOf),
    faults: records(body['fault'] ?? body['faults']).map(faultOf),
    aliases: list(body['aliases']).map(strings),
    propagations: records(body['propagations']).flatMap((entry) => {
      const [source, target] = [word(entry['source']), word(entry['target'])];
      return source && target ? [{ source, target }] : [];
    }),
  };
}

function groupOf(entry: Fields): Group[] {
  const id = word(entry['id']);
  if (!id) return [];
  const filters = [entry['filter'], entry['filters']].flatMap((value) =>
    typeof value === 'string' ? [value] : strings(value),
  );
  const name = word(entry['name']);
  return [
    {
      id,
      kind: kindOf(word(entry['kind'])),
      namespace: word(entry['namespace']),
      filters: filters.length > 0 ? filters : name ? [`^${escape(name)}$`] : [],
      rootCause: entry['root_cause'] === true || entry['rootCause'] === true,
    },
  ];
}

// The truths write kinds in any case, cut them short, or spell the protocol of an experiment as a word.
const SPELLINGS: Readonly<Record<string, string>> = {
  hpa: 'HorizontalPodAutoscaler',
  pdb: 'PodDisruptionBudget',
  pvc: 'PersistentVolumeClaim',
  netpol: 'NetworkPolicy',
  ...Object.fromEntries(
    [
      'AuthorizationPolicy',
      'ConfigMap',
      'CronJob',
      'DNSChaos',
      'DaemonSet',
      'Deployment',
      'HTTPChaos',
      'HorizontalPodAutoscaler',
      'IOChaos',
      'JVMChaos',
      'Job',
      'KernelChaos',
      'Namespace',
      'NetworkChaos',
      'NetworkPolicy',
      'Node',
      'PeerAuthentication',
      'PersistentVolumeClaim',
      'Pod',
      'PodChaos',
      'PodDisruptionBudget',
      'PriorityClass',
      'ReplicaSet',
      'ResourceQuota',
      'Schedule',
      'Secret',
      'Service',
      'ServiceOperation',
      'StatefulSet',
      'StressChaos',
      'TimeChaos',
    ].map((kind) => [kind.toLowerCase(), kind]),
  ),
};

function kindOf(kind: string): string {
  const plain = kind.toLowerCase().replaceAll(/[^a-z]/g, '');
  return SPELLINGS[plain] ?? SPELLINGS[plain.replace(/s$/, '')] ?? (kind || 'Service');
}

function alertOf(entry: Fields): TruthAlert[] {
  const name = word(entry['id']) || word(entry['name']);
  const group = word(entry['group_id']);
  return name ? [{ name, ...(group ? { group } : {}) }] : [];
}

function faultOf(entry: Fields): Fault {
  const entity = record(entry['entity']);
  const changed = record(entry['changed'] ?? entity['changed']);
  const element = word(changed['element']);
  const mechanism = word(entry['fault_mechanism']);
  const group = word(entity['group_id']);
  return {
    mechanism,
    text: [entry['category'], entry['name'], entry['condition'], mechanism].map(word).join(' \n ').toLowerCase(),
    entity: { kind: kindOf(word(entity['kind'])), name: word(entity['name']), ...(group ? { group } : {}) },
    ...(element ? { changed: { element, from: word(changed['from']), to: word(changed['to']) } } : {}),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function records(value: unknown): readonly Fields[] {
  return list(value).map(record);
}

function strings(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === 'string');
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function escape(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
