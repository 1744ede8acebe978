import type { IncidentItem } from '@headwater/contracts/http/incident.ts';

export const LIST_FIELDS = ['status', 'severity', 'cluster', 'namespace', 'category', 'assignee'] as const;
export type ListField = (typeof LIST_FIELDS)[number];

/** What the list shows, exactly as it stands in the address. */
export interface IncidentFilter extends Readonly<Record<ListField, readonly string[]>> {
  readonly q: string;
  readonly sort: 'startedAt' | 'updatedAt' | 'severity';
}

const ACTIVE = ['open', 'acknowledged'] as const;

export const DEFAULT_FILTER: IncidentFilter = {
  status: ACTIVE,
  severity: [],
  cluster: [],
  namespace: [],
  category: [],
  assignee: [],
  q: '',
  sort: 'startedAt',
};

const SORTS: readonly IncidentFilter['sort'][] = ['startedAt', 'updatedAt', 'severity'];

/** The search part of an address. `status=any` shows every status; no status means the default, what is active. */
export type FilterSearch = Partial<Record<ListField | 'q' | 'sort', string>>;

function sameValues(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value) => right.includes(value));
}

/** The filter an address stands for; unknown parameters are left to others, unknown sorts fall back. */
export function filterFromSearch(search: FilterSearch): IncidentFilter {
  const values = (field: ListField): readonly string[] =>
    (search[field] ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const status = values('status');
  return {
    status: status.includes('any') ? [] : status.length === 0 ? DEFAULT_FILTER.status : status,
    severity: values('severity'),
    cluster: values('cluster'),
    namespace: values('namespace'),
    category: values('category'),
    assignee: values('assignee'),
    q: search.q ?? '',
    sort: SORTS.find((sort) => sort === search.sort) ?? DEFAULT_FILTER.sort,
  };
}

/** The shortest address of a filter: defaults are left out. */
export function searchFromFilter(filter: IncidentFilter): FilterSearch {
  const search: FilterSearch = {};
  for (const field of LIST_FIELDS) {
    if (!sameValues(filter[field], DEFAULT_FILTER[field])) search[field] = filter[field].join(',');
  }
  if (filter.status.length === 0) search.status = 'any';
  if (filter.q !== '') search.q = filter.q;
  if (filter.sort !== DEFAULT_FILTER.sort) search.sort = filter.sort;
  return search;
}

/** The same filter with one value of a field switched on or off. */
export function toggled(filter: IncidentFilter, field: ListField, value: string): IncidentFilter {
  const held = filter[field];
  const values = held.includes(value) ? held.filter((one) => one !== value) : [...held, value];
  return { ...filter, [field]: values };
}

/** True when only what is shown by default is asked for: an empty list then means that all is well. */
export function isDefault(filter: IncidentFilter): boolean {
  return Object.keys(searchFromFilter({ ...filter, sort: DEFAULT_FILTER.sort })).length === 0;
}

/** Whether a changed incident still belongs in the list; `q` is the server's to judge, so it never removes a row. */
export function belongs(filter: IncidentFilter, incident: IncidentItem, login: string): boolean {
  const among = (wanted: readonly string[], values: readonly string[]): boolean =>
    wanted.length === 0 || values.some((value) => wanted.includes(value));
  const assignee = incident.assignee === login ? [login, 'me'] : [incident.assignee ?? 'none'];
  return (
    !incident.hidden &&
    among(filter.status, [incident.status]) &&
    among(filter.severity, [incident.severity]) &&
    among(filter.cluster, [incident.cluster]) &&
    among(filter.namespace, incident.namespaces) &&
    among(filter.category, incident.causeCategory === null ? [] : [incident.causeCategory]) &&
    among(filter.assignee, assignee)
  );
}
