import { AppError } from '@headwater/core/errors.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { resolveKind } from '@headwater/engine/collect/resolve-kind.ts';
import type { ClusterReader } from '@headwater/engine/ports/cluster.ts';

/** The object a person named as KIND/NAME. Throws `not_found` with the closest existing name when there is none. */
export async function subjectsOf(
  cluster: ClusterReader,
  text: string,
  namespace: string | undefined,
): Promise<Subject> {
  const [kind = '', name = '', extra] = text.split('/');
  if (kind === '' || name === '' || extra !== undefined)
    throw new AppError('invalid', `"${text}" is no object; expected KIND/NAME, such as deploy/checkout`);
  const { resources } = await cluster.resources();
  const resource = resolveKind(kind, resources);
  const scope = resource.namespaced ? (namespace ?? 'default') : undefined;
  const outcome = await cluster.list({ resource, namespace: scope });
  if (outcome.state !== 'read')
    throw new AppError(outcome.state === 'forbidden' ? 'forbidden' : 'unavailable', outcome.message);
  const names = outcome.objects.map(({ metadata }) => metadata.name);
  if (!names.includes(name)) {
    const near = nearMiss(name, names);
    const where = scope ? ` in namespace ${scope}` : '';
    throw new AppError(
      'not_found',
      `no ${resource.kind} ${name}${where}${near ? `; did you mean ${near}?` : ''}${scope && !namespace ? ' (give another namespace with -n)' : ''}`,
    );
  }
  return { apiVersion: resource.apiVersion, kind: resource.kind, name, ...(scope ? { namespace: scope } : {}) };
}
