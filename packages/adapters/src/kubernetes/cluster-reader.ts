import { AppError } from '@headwater/core/errors.ts';
import type { ApiResource, ClusterReader } from '@headwater/engine/ports/cluster.ts';
import { z } from 'zod';
import { getJson } from './api.ts';
import { connect, type ConnectOptions, resolveAccess } from './connect.ts';
import { discover } from './discovery.ts';
import { listAll } from './list.ts';
import { readLog } from './logs.ts';
import { readSecret } from './secret.ts';

/** Objects of one kind beyond this are cut and told; ten thousand Pods with their Events stay below it. */
const MAX_OBJECTS = 60_000;

const Version = z.looseObject({ gitVersion: z.string() });
const Review = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });

/** Opens a cluster for reading. Throws AppError when no cluster is configured or its credentials have expired. */
export async function openCluster(options: ConnectOptions): Promise<ClusterReader> {
  const access = resolveAccess(options);
  const transport = await connect(access, options);
  return {
    name: access.name,
    version: async () => expected(Version, await getJson(transport, { path: '/version' }), '/version').gitVersion,
    time: async () => {
      const { headers, body } = await transport.open({ path: '/version' });
      await body.dump();
      const millis = Date.parse(String(headers['date'] ?? ''));
      return Number.isNaN(millis) ? null : millis;
    },
    resources: () => discover(transport),
    list: (request) => listAll(transport, request, MAX_OBJECTS),
    logs: (request) => readLog(transport, request),
    secret: (namespace, name, hash) => readSecret(transport, { namespace, name, hash }),
    allowed: async (verb, resource, namespace) => {
      const review = await getJson(transport, {
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: reviewOf(verb, resource, namespace),
      });
      return expected(Review, review, 'a SelfSubjectAccessReview').status.allowed;
    },
    close: () => transport.close(),
  };
}

function expected<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const message = `the answer to ${what} is not what a Kubernetes API server says; is the address right?`;
  throw new AppError('invalid', message);
}

// A review is a question about rights; it changes nothing in the cluster.
function reviewOf(verb: string, { apiVersion, plural }: ApiResource, namespace?: string): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const [resource, subresource] = plural.split('/');
  return JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: {
        verb,
        group,
        version,
        resource,
        ...(subresource ? { subresource } : {}),
        ...(namespace ? { namespace } : {}),
      },
    },
  });
}
