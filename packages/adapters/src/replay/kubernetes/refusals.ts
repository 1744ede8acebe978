import type { ReplayRequest } from '../route-group.ts';
import { resourceName, type ServedResource } from './catalog.ts';
import type { ApiPath } from './paths.ts';
import type { ReplayState } from './state.ts';
import { apiError } from './status.ts';

/**
 * Refuses what the recorder was refused. A refusal in one namespace also refuses the list over all of them, as RBAC does. Throws a
 * 403, or a 503 where the recorder got no answer.
 */
export function authorize(
  state: ReplayState,
  target: { resource: ServedResource; path: ApiPath },
  request: ReplayRequest,
): void {
  const { resource, path } = target;
  const verb = verbOf(request, path);
  const described = describe(resource, path, verb);
  if (state.objects === 'forbidden') throw forbidden(resource, path, described);
  if (state.objects === 'unreachable') throw unreachable('the API server could not be reached when this was recorded');
  const { refusals } = resource;
  const refusal =
    refusals.get('') ?? (path.namespace === undefined ? refusals.values().next().value : refusals.get(path.namespace));
  if (refusal?.state === 'forbidden')
    throw forbidden(resource, path, verb === 'list' && refusal.message !== '' ? refusal.message : described);
  if (refusal) throw unreachable(refusal.message);
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function verbOf({ method, query }: ReplayRequest, { name }: ApiPath): string {
  if (method !== 'GET') return VERBS[method] ?? method.toLowerCase();
  if (/^(1|true)$/.test(query.get('watch') ?? '')) return 'watch';
  return name === undefined ? 'list' : 'get';
}

function describe(resource: ServedResource, { namespace, name }: ApiPath, verb: string): string {
  const what = `${resourceName(resource)}${name === undefined ? '' : ` "${name}"`}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `${what} is forbidden: User "replay" cannot ${verb} resource "${resource.plural}" in API group "${resource.group}" ${where}`;
}

function forbidden({ group, plural }: ServedResource, { name }: ApiPath, message: string): Error {
  const details = { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural };
  return apiError({ code: 403, reason: 'Forbidden', message, details });
}

function unreachable(message: string): Error {
  return apiError({ code: 503, reason: 'ServiceUnavailable', message });
}
