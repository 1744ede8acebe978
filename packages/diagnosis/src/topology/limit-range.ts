import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Container, PodSpec, Quantities } from '@headwater/contracts/kube/pod.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';

type LimitItem = NonNullable<NonNullable<ObjectOf<'LimitRange'>['spec']>['limits']>[number];

/** One bound of a LimitRange that a pod spec breaks; quantities as they are written. */
export interface LimitBreach {
  readonly bound: 'max' | 'min' | 'ratio';
  readonly type: string;
  /** Position of the item in `spec.limits`, for citing the bound. */
  readonly item: number;
  readonly resource: string;
  readonly limit: string;
  readonly actual: string;
  /** The container; null for bounds on the whole Pod or a claim. */
  readonly container: string | null;
  /** True when the value was not written in the spec but comes from the LimitRange's own defaults. */
  readonly byDefault: boolean;
}

/** The bounds of a LimitRange that a pod spec would break, with the LimitRange's own defaults applied. */
export function limitBreaches(range: ObjectOf<'LimitRange'>, spec: PodSpec | null | undefined): readonly LimitBreach[] {
  return (range.spec?.limits ?? []).flatMap((item, position) => {
    if (item.type === 'Container')
      return containersOf(spec).flatMap((container) => containerBreaches(item, position, container));
    return item.type === 'Pod' ? podBreaches(item, position, spec) : [];
  });
}

/** Resources of a container as the LimitRange completes them: written values first, then the range's defaults. */
export function effectiveResources(
  item: LimitItem,
  container: Container,
): { limits: Quantities; requests: Quantities } {
  const limits = { ...item.default, ...container.resources?.limits };
  // A written limit without a request becomes the request; only then do the range's request defaults count.
  const requests = {
    ...item.default,
    ...item.defaultRequest,
    ...container.resources?.limits,
    ...container.resources?.requests,
  };
  return { limits, requests };
}

function containersOf(spec: PodSpec | null | undefined): readonly Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}

function containerBreaches(item: LimitItem, position: number, container: Container): LimitBreach[] {
  const { limits, requests } = effectiveResources(item, container);
  const base = { type: 'Container', item: position, container: container.name };
  return [
    ...Object.entries(item.max ?? {}).flatMap(([resource, bound]) => {
      const actual = limits?.[resource] ?? requests?.[resource];
      return exceeds(actual, bound)
        ? [
            {
              ...base,
              bound: 'max' as const,
              resource,
              limit: String(bound),
              actual: String(actual),
              byDefault: isDefault(container, resource),
            },
          ]
        : [];
    }),
    ...Object.entries(item.min ?? {}).flatMap(([resource, bound]) => {
      const actual = requests?.[resource] ?? limits?.[resource];
      return exceeds(bound, actual)
        ? [
            {
              ...base,
              bound: 'min' as const,
              resource,
              limit: String(bound),
              actual: String(actual),
              byDefault: isDefault(container, resource),
            },
          ]
        : [];
    }),
    ...Object.entries(item.maxLimitRequestRatio ?? {}).flatMap(([resource, bound]) => {
      const [limit, request, most] = [limits?.[resource], requests?.[resource], bound].map(parseQuantity);
      if (limit == null || !request || most == null || limit / request <= most) return [];
      return [
        {
          ...base,
          bound: 'ratio' as const,
          resource,
          limit: String(bound),
          actual: String(Number((limit / request).toFixed(2))),
          byDefault: isDefault(container, resource),
        },
      ];
    }),
  ];
}

function podBreaches(item: LimitItem, position: number, spec: PodSpec | null | undefined): LimitBreach[] {
  return (['max', 'min'] as const).flatMap((bound) =>
    Object.entries(item[bound] ?? {}).flatMap(([resource, limit]) => {
      const total = sumOf(spec, resource, bound === 'max' ? 'limits' : 'requests');
      const broken = total !== null && (bound === 'max' ? exceeds(total, limit) : exceeds(limit, total));
      return broken
        ? [
            {
              bound,
              type: 'Pod',
              item: position,
              resource,
              limit: String(limit),
              actual: String(total),
              container: null,
              byDefault: false,
            },
          ]
        : [];
    }),
  );
}

function sumOf(spec: PodSpec | null | undefined, resource: string, field: 'limits' | 'requests'): number | null {
  let total: number | null = null;
  for (const container of spec?.containers ?? []) {
    const amount = parseQuantity(container.resources?.[field]?.[resource]);
    if (amount !== null) total = (total ?? 0) + amount;
  }
  return total;
}

function isDefault(container: Container, resource: string): boolean {
  return (
    container.resources?.limits?.[resource] === undefined && container.resources?.requests?.[resource] === undefined
  );
}

function exceeds(left: unknown, right: unknown): boolean {
  const [a, b] = [parseQuantity(left), parseQuantity(right)];
  return a !== null && b !== null && a > b;
}

/** What the API server said when a LimitRange refused an object. */
export interface LimitRefusal {
  readonly bound: 'max' | 'min' | 'ratio';
  readonly resource: string;
  readonly type: string;
  readonly limit: string;
  /** The offending value; null when the spec has none. */
  readonly actual: string | null;
}

const BOUND =
  /(maximum|minimum) ([\w./-]+) usage per (Container|Pod|PersistentVolumeClaim) is ([\w.]+)(?:, but (?:limit|request) is ([\w.]+)|\.\s+No)?/i;
const RATIO =
  /([\w./-]+) max limit to request ratio per (Container|Pod) is ([\w.]+), but (?:provided ratio is ([\d.]+)|no)/i;

/** Reads a LimitRange refusal (`maximum cpu usage per Container is 1, but limit is 2`) from a message; null when it says something else. */
export function parseLimitRefusal(message: string): LimitRefusal | null {
  const bound = BOUND.exec(message);
  if (bound?.[2] && bound[3] && bound[4]) {
    const limit = bound[4].replace(/\.$/, '');
    const actual = bound[5]?.replace(/\.$/, '') ?? null;
    return {
      bound: bound[1]?.toLowerCase() === 'minimum' ? 'min' : 'max',
      resource: bound[2],
      type: bound[3],
      limit,
      actual,
    };
  }
  const ratio = RATIO.exec(message);
  if (!ratio?.[1] || !ratio[2] || !ratio[3]) return null;
  return { bound: 'ratio', resource: ratio[1], type: ratio[2], limit: ratio[3], actual: ratio[4] ?? null };
}
