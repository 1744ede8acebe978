import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { isJsonObject, textOf } from '@headwater/core/json.ts';
import { type LabelRequirement, matchesRequirement } from '@headwater/core/kube/selector.ts';
import { type ServedResource, resourceName } from './catalog.ts';
import { badRequest } from './status.ts';

export type Matcher = (object: KubeObject) => boolean;

/** The objects a request's `labelSelector` and `fieldSelector` choose. Throws a 400 for a selector that cannot be read. */
export function matcherOf(resource: ServedResource, query: URLSearchParams): Matcher | undefined {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(resource, query.get('fieldSelector') ?? '');
  if (labels.length === 0 && fields.length === 0) return undefined;
  return (object) =>
    labels.every((requirement) => matchesRequirement(object.metadata.labels ?? {}, requirement)) &&
    fields.every(({ path, value, equal }) => (fieldText(object, path) === value) === equal);
}

/** `app=web,tier in (a,b),!legacy` as requirements; throws a 400 that names the part that cannot be read. */
export function parseLabelSelector(text: string): LabelRequirement[] {
  return splitOutsideParentheses(text).map(parseRequirement);
}

// A comma inside `in (a,b)` belongs to the requirement.
function splitOutsideParentheses(text: string): string[] {
  const parts = text.match(/(?:\([^)]*\)|[^,(])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

const KEY = String.raw`[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?`;
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|!=|=)\\s*([\\w.-]*)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

function parseRequirement(part: string): LabelRequirement {
  const set = SET.exec(part);
  if (set) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return { key: set[1], operator: set[2] === 'in' ? 'In' : 'NotIn', values };
  }
  const equality = EQUALITY.exec(part);
  if (equality)
    return { key: equality[1], operator: equality[2] === '!=' ? 'NotIn' : 'In', values: [equality[3] ?? ''] };
  const existence = EXISTENCE.exec(part);
  if (existence) return { key: existence[2], operator: existence[1] === '!' ? 'DoesNotExist' : 'Exists' };
  throw badRequest(
    `unable to parse requirement: ${JSON.stringify(part)} is none of key=value, key!=value, key in (a,b), key notin (a,b), key, !key`,
  );
}

interface FieldRequirement {
  readonly path: string;
  readonly value: string;
  readonly equal: boolean;
}

const EVENT_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

// The fields the API server can select by; anything else it refuses, and so must the replay.
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [...EVENT_FIELDS.map((field) => `involvedObject.${field}`), 'reason', 'reportingComponent', 'source', 'type'],
  'events.events.k8s.io': [
    ...EVENT_FIELDS.map((field) => `regarding.${field}`),
    'reason',
    'reportingController',
    'type',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  replicationcontrollers: ['status.replicas'],
  'replicasets.apps': ['status.replicas'],
  'jobs.batch': ['status.successful'],
  'certificatesigningrequests.certificates.k8s.io': ['spec.signerName'],
};

function parseFieldSelector(resource: ServedResource, text: string): FieldRequirement[] {
  const allowed = ['metadata.name', 'metadata.namespace', ...(FIELDS[resourceName(resource)] ?? [])];
  return text
    .split(/(?<!\\),/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const match = /^\s*([\w.]+)\s*(==|!=|=)(.*)$/s.exec(part);
      if (!match)
        throw badRequest(
          `invalid field selector ${JSON.stringify(part)}: expected field=value, field==value or field!=value`,
        );
      const [, path = '', operator, value = ''] = match;
      if (!allowed.includes(path))
        throw badRequest(
          `field label not supported: ${path}; ${resourceName(resource)} can be selected by ${allowed.join(', ')}`,
        );
      return { path, value: value.replaceAll(/\\([\\,=])/g, '$1').trim(), equal: operator !== '!=' };
    });
}

function fieldText(object: KubeObject, path: string): string {
  // An event's `source` means its component; the newer API writes that elsewhere.
  if (object.kind === 'Event' && path === 'source') {
    return fieldText(object, 'source.component') || fieldText(object, 'reportingComponent');
  }
  let value: unknown = object;
  for (const key of path.split('.')) value = isJsonObject(value) ? value[key] : undefined;
  return typeof value === 'boolean'
    ? String(value)
    : value === undefined && /unschedulable|hostNetwork/.test(path)
      ? 'false'
      : textOf(value);
}
