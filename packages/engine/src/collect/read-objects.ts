import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { KindCoverage } from '@headwater/diagnosis/snapshot/input.ts';
import type { ApiResource, ClusterReader, ListOutcome } from '../ports/cluster.ts';
import { inParallel } from './in-parallel.ts';
import { kindsToRead, LEASE_NAMESPACES } from './kinds-to-read.ts';

export interface ObjectsRead {
  readonly objects: readonly KubeObject[];
  readonly coverage: readonly KindCoverage[];
  readonly gaps: readonly Gap[];
}

export interface ReadObjectsRequest {
  readonly cluster: ClusterReader;
  /** Namespaces to fall back to when a kind may not be listed over all of them; empty for none. */
  readonly namespaces: readonly string[];
  /** True: never ask for more than `namespaces` of a namespaced kind. */
  readonly restrict: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onKind?: (kind: string, done: number, total: number) => void;
}

/** Lists at once: enough to fill the wire, few enough that API priority and fairness does not queue us. */
const PARALLEL_LISTS = 6;

/** Reads every kind of interest; a refused kind is tried per namespace and else becomes a gap. */
export async function readObjects(request: ReadObjectsRequest): Promise<ObjectsRead> {
  const served = await request.cluster.resources();
  const { resources, omitted } = kindsToRead(served.resources);
  const coverage: KindCoverage[] = [];
  const gaps: Gap[] = served.failed.map((group) => gapOf(group, `The API group ${group} does not answer discovery`));
  if (omitted.length > 0) gaps.push(gapOf('objects', `${omitted.length} custom kinds were left out for their number`));
  let done = 0;
  const lists = await inParallel(resources, PARALLEL_LISTS, async (resource) => {
    const read = await readKind(request, resource);
    request.onKind?.(resource.kind, ++done, resources.length);
    return read;
  });
  const objects: KubeObject[] = [];
  for (const { outcome, resource, namespace } of lists.flat()) {
    const scope = { kind: resource.kind, ...(namespace ? { namespace } : {}) };
    const where = namespace ? ` in ${namespace}` : '';
    if (outcome.state === 'read') {
      // One by one: a call takes no more than some hundred thousand arguments, and there may be more Events.
      for (const object of outcome.objects) objects.push(object);
      coverage.push({ ...scope, state: 'read' });
      if (outcome.cut) gaps.push(gapOf(resource.kind, `Cut: ${outcome.cut}`));
    } else {
      coverage.push({ ...scope, state: outcome.state });
      gaps.push(
        gapOf(
          resource.kind,
          `${resource.kind} objects${where} ${outcome.state === 'forbidden' ? 'may not be listed' : 'could not be read'}: ${outcome.message}`,
        ),
      );
    }
  }
  return { objects, coverage, gaps };
}

interface KindRead {
  readonly resource: ApiResource;
  readonly namespace?: string | undefined;
  readonly outcome: ListOutcome;
}

async function readKind(
  { cluster, namespaces, restrict, signal }: ReadObjectsRequest,
  resource: ApiResource,
): Promise<KindRead[]> {
  const each = (scope: readonly string[]): Promise<KindRead[]> =>
    Promise.all(
      scope.map(async (namespace) => ({
        resource,
        namespace,
        outcome: await cluster.list({ resource, namespace, signal }),
      })),
    );
  if (resource.kind === 'Lease') return each(LEASE_NAMESPACES);
  if (restrict && resource.namespaced) return each(namespaces);
  const outcome = await cluster.list({ resource, signal });
  if (outcome.state === 'forbidden' && resource.namespaced && namespaces.length > 0) return each(namespaces);
  return [{ resource, outcome }];
}

function gapOf(source: string, statement: string): Gap {
  return { source, statement, wouldShow: `the state of ${source}` };
}
