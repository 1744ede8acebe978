import { AppError } from '@headwater/core/errors.ts';
import type { ApiResource } from '@headwater/engine/ports/cluster.ts';
import { z } from 'zod';
import type { Transport } from '../http/transport.ts';
import { getJson } from './api.ts';

const GroupVersion = z.looseObject({ groupVersion: z.string() });
const GroupList = z.object({
  groups: z.array(z.looseObject({ preferredVersion: GroupVersion, versions: z.array(GroupVersion).default([]) })),
});
const ResourceList = z.object({
  resources: z.array(
    z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean(), verbs: z.array(z.string()) }),
  ),
});

/** Every listable kind of every group, in the group's preferred version where it has the kind; a group that does not answer is named, not fatal. */
export async function discover(
  transport: Transport,
): Promise<{ resources: readonly ApiResource[]; failed: readonly string[] }> {
  const failed: string[] = [];
  const lists = await Promise.all(
    (await versionsServed(transport)).map(async (apiVersion): Promise<ApiResource[]> => {
      try {
        return await resourcesOf(transport, apiVersion);
      } catch (error) {
        // An aggregated API that is down answers 503; the rest of the cluster can still be read.
        if (apiVersion === 'v1' || !(error instanceof AppError)) throw error;
        failed.push(apiVersion);
        return [];
      }
    }),
  );
  // The preferred version of a group comes first, so the first mention of a kind is the one to use.
  const resources = new Map<string, ApiResource>();
  for (const resource of lists.flat()) {
    const key = `${resource.apiVersion.split('/').slice(0, -1).join('/')}/${resource.plural}`;
    if (!resources.has(key)) resources.set(key, resource);
  }
  return { resources: [...resources.values()], failed: failed.sort() };
}

// Some kinds exist in an older version of their group only.
async function versionsServed(transport: Transport): Promise<string[]> {
  const parsed = GroupList.safeParse(await getJson(transport, { path: '/apis' }));
  if (!parsed.success)
    throw new AppError(
      'invalid',
      'the discovery answer of /apis is not an APIGroupList; is the address that of a Kubernetes API server?',
    );
  const groups = parsed.data.groups.flatMap(({ preferredVersion, versions }) =>
    [preferredVersion, ...versions].map(({ groupVersion }) => groupVersion),
  );
  return [...new Set(['v1', ...groups])];
}

async function resourcesOf(transport: Transport, apiVersion: string): Promise<ApiResource[]> {
  const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const parsed = ResourceList.safeParse(await getJson(transport, { path }));
  if (!parsed.success) throw new AppError('invalid', `the discovery answer of ${path} is not an APIResourceList`);
  return parsed.data.resources
    .filter(({ name, verbs }) => !name.includes('/') && verbs.includes('list'))
    .map(({ name, kind, namespaced, verbs }) => ({ apiVersion, kind, plural: name, namespaced, verbs }));
}

/** The path of a resource's collection, of one namespace when given. */
export function collectionPath({ apiVersion, plural }: ApiResource, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}` : `${root}/${plural}`;
}
