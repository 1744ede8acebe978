import type { z } from 'zod';
import { kind, labels, list, num, obj, str, strings } from './common.ts';

// Istio's kinds; other meshes are read through the Gateway API.

const destination = obj({ host: str, subset: str, port: obj({ number: num }) });
const routes = list({ destination, weight: num });
const percentage = obj({ value: num });

export const VirtualService = kind({
  spec: obj({
    hosts: strings,
    gateways: strings,
    http: list({
      name: str,
      route: routes,
      timeout: str,
      fault: obj({
        abort: obj({ httpStatus: num, grpcStatus: str, percentage }),
        delay: obj({ fixedDelay: str, percentage }),
      }),
    }),
    tcp: list({ route: routes }),
    tls: list({ route: routes }),
  }),
});
export type VirtualService = z.infer<typeof VirtualService>;

const trafficPolicy = obj({ tls: obj({ mode: str }), connectionPool: obj({ tcp: obj({ maxConnections: num }) }) });

export const DestinationRule = kind({
  spec: obj({ host: str, trafficPolicy, subsets: list({ name: str, labels, trafficPolicy }) }),
});
export type DestinationRule = z.infer<typeof DestinationRule>;

const workloadSelector = obj({ matchLabels: labels });

export const PeerAuthentication = kind({ spec: obj({ selector: workloadSelector, mtls: obj({ mode: str }) }) });
export type PeerAuthentication = z.infer<typeof PeerAuthentication>;

const source = obj({
  principals: strings,
  notPrincipals: strings,
  namespaces: strings,
  notNamespaces: strings,
  ipBlocks: strings,
  requestPrincipals: strings,
});
const operation = obj({
  hosts: strings,
  ports: strings,
  methods: strings,
  notMethods: strings,
  paths: strings,
  notPaths: strings,
});

export const AuthorizationPolicy = kind({
  spec: obj({
    selector: workloadSelector,
    targetRefs: list({ kind: str, group: str, name: str }),
    action: str,
    rules: list({
      from: list({ source }),
      to: list({ operation }),
      when: list({ key: str, values: strings, notValues: strings }),
    }),
  }),
});
export type AuthorizationPolicy = z.infer<typeof AuthorizationPolicy>;
