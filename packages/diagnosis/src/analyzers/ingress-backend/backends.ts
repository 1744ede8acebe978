import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';

/** One Service an Ingress sends requests to. */
export interface Backend {
  readonly service: string;
  readonly port: number | string | null;
  /** The request path; null for the default backend. */
  readonly route: string | null;
  readonly host: string | null;
  /** Where it stands in the Ingress, ready to cite. */
  readonly path: string;
}

/** The Service backends of an Ingress in order; resource backends are left out. */
export function backendsOf(ingress: ObjectOf<'Ingress'>): readonly Backend[] {
  const { defaultBackend, rules } = ingress.spec ?? {};
  const fallback = defaultBackend?.service?.name
    ? [
        {
          service: defaultBackend.service.name,
          port: portOf(defaultBackend.service),
          route: null,
          host: null,
          path: 'spec.defaultBackend',
        },
      ]
    : [];
  const routed = (rules ?? []).flatMap(({ host, http }, index) =>
    (http?.paths ?? []).flatMap(({ path, backend }): Backend[] => {
      const service = backend?.service;
      if (!service?.name) return [];
      return [
        {
          service: service.name,
          port: portOf(service),
          route: path ?? '/',
          host: host ?? null,
          path: `spec.rules[${index}]`,
        },
      ];
    }),
  );
  return [...fallback, ...routed];
}

function portOf({
  port,
}: {
  port?: { name?: string | null | undefined; number?: number | null | undefined } | null | undefined;
}): number | string | null {
  return port?.number ?? port?.name ?? null;
}
