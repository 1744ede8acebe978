import { AppError } from '@headwater/core/errors.ts';
import type { ApiResource } from '@headwater/engine/ports/cluster.ts';
import { z } from 'zod';
import type { Transport } from '../http/transport.ts';
import { getJson } from './api.ts';

const GroupList = z.object({ groups: z.array(z.looseObject({ preferredVersion: z.looseObject({ groupVersion: z.string() }) })) });
const ResourceList = z.object({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean(), verbs: z.array(z.string()) })),
});

/** Every listable kind of every group, in its preferred version; a group that does not answer is named, not fatal. */
export async function discover(transport: Transport): Promise<{ resources: readonly ApiResource[]; failed: readonly string[] }> {
  const groups = GroupList.parse(await getJson(transport, { path: '/apis' })).groups.map(({ preferredVersion }) => preferredVersion.groupVersion);
  const failed: string[] = [];
  const lists = await Promise.all(
    ['v1', ...groups].map(async (apiVersion): Promise<ApiResource[]> => {
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
  return { resources: lists.flat(), failed: failed.sort() };
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
