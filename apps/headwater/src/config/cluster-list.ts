import { formatPath, parseShape } from '@headwater/contracts/shape.ts';
import { AppError } from '@headwater/core/errors.ts';
import { z } from 'zod';
import type { Kind } from './kinds.ts';

const Endpoint = z.strictObject({
  url: z.string().regex(/^https?:\/\//),
  bearerToken: z.string().optional(),
  bearerTokenFile: z.string().optional(),
  basic: z.strictObject({ username: z.string(), password: z.string() }).optional(),
  tenant: z.string().optional(),
  caFile: z.string().optional(),
  certFile: z.string().optional(),
  keyFile: z.string().optional(),
  insecureSkipVerify: z.boolean().optional(),
});

const ClusterEntry = z.strictObject({
  /** What alerts carry in their `cluster` label. */
  name: z.string().min(1),
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  prometheus: Endpoint.optional(),
  loki: Endpoint.optional(),
  tempo: Endpoint.optional(),
});
export type ClusterEntry = z.infer<typeof ClusterEntry>;

const ClusterEntries = z.array(ClusterEntry);

/** Several clusters, each with the telemetry that goes with it; what is wrong inside one is told with its place. */
export const clusterList: Kind<readonly ClusterEntry[]> = {
  words: 'a list of clusters',
  read(value) {
    const given = typeof value === 'string' ? jsonOf(value) : value;
    if (!Array.isArray(given)) return undefined;
    const parsed = parseShape(ClusterEntries, given);
    if (!parsed.ok)
      refuse(parsed.errors.map(({ path, what, expected }) => `${formatPath(path)}: ${what}; ${expected}`));
    const names = parsed.value.map(({ name }) => name);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    if (twice.length > 0) refuse(twice.map((name) => `two clusters are called ${JSON.stringify(name)}`));
    return parsed.value;
  },
  write: (value) => JSON.stringify(value),
};

function refuse(faults: readonly string[]): never {
  throw new AppError('invalid', `HEADWATER_CLUSTERS is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, {
    details: { faults },
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
