import type { z } from 'zod';
import {
  bool,
  conditions,
  intOrString,
  kind,
  LabelSelectorShape,
  labels,
  list,
  num,
  obj,
  objectReference,
  str,
  strings,
} from './common.ts';

export const Service = kind({
  spec: obj({
    type: str,
    clusterIP: str,
    externalName: str,
    selector: labels,
    internalTrafficPolicy: str,
    externalTrafficPolicy: str,
    publishNotReadyAddresses: bool,
    ports: list({ name: str, port: num, targetPort: intOrString, nodePort: num, protocol: str, appProtocol: str }),
  }),
  status: obj({ loadBalancer: obj({ ingress: list({ ip: str, hostname: str }) }), conditions }),
});
export type Service = z.infer<typeof Service>;

const address = { ip: str, nodeName: str, targetRef: objectReference };

export const Endpoints = kind({
  subsets: list({
    addresses: list(address),
    notReadyAddresses: list(address),
    ports: list({ name: str, port: num, protocol: str }),
  }),
});
export type Endpoints = z.infer<typeof Endpoints>;

export const EndpointSlice = kind({
  addressType: str,
  endpoints: list({
    addresses: strings,
    conditions: obj({ ready: bool, serving: bool, terminating: bool }),
    nodeName: str,
    targetRef: objectReference,
  }),
  ports: list({ name: str, port: num, protocol: str }),
});
export type EndpointSlice = z.infer<typeof EndpointSlice>;

const ingressBackend = obj({
  service: obj({ name: str, port: obj({ name: str, number: num }) }),
  resource: objectReference,
});

export const Ingress = kind({
  spec: obj({
    ingressClassName: str,
    defaultBackend: ingressBackend,
    tls: list({ hosts: strings, secretName: str }),
    rules: list({ host: str, http: obj({ paths: list({ path: str, pathType: str, backend: ingressBackend }) }) }),
  }),
  status: obj({ loadBalancer: obj({ ingress: list({ ip: str, hostname: str }) }) }),
});
export type Ingress = z.infer<typeof Ingress>;

export const IngressClass = kind({ spec: obj({ controller: str }) });
export type IngressClass = z.infer<typeof IngressClass>;

const parentRef = { group: str, kind: str, namespace: str, name: str, sectionName: str, port: num };

export const Gateway = kind({
  spec: obj({
    gatewayClassName: str,
    listeners: list({
      name: str,
      port: num,
      protocol: str,
      hostname: str,
      tls: obj({ certificateRefs: list({ name: str, namespace: str, kind: str }) }),
      allowedRoutes: obj({ namespaces: obj({ from: str, selector: LabelSelectorShape }) }),
    }),
  }),
  status: obj({ conditions, listeners: list({ name: str, attachedRoutes: num, conditions }) }),
});
export type Gateway = z.infer<typeof Gateway>;

export const GatewayClass = kind({ spec: obj({ controllerName: str }), status: obj({ conditions }) });
export type GatewayClass = z.infer<typeof GatewayClass>;

export const HTTPRoute = kind({
  spec: obj({
    hostnames: strings,
    parentRefs: list(parentRef),
    rules: list({
      matches: list({ path: obj({ type: str, value: str }), method: str }),
      backendRefs: list({ kind: str, group: str, name: str, namespace: str, port: num, weight: num }),
    }),
  }),
  status: obj({ parents: list({ parentRef: obj(parentRef), controllerName: str, conditions }) }),
});
export type HTTPRoute = z.infer<typeof HTTPRoute>;

const peer = list({
  podSelector: LabelSelectorShape,
  namespaceSelector: LabelSelectorShape,
  ipBlock: obj({ cidr: str, except: strings }),
});
const policyPorts = list({ port: intOrString, endPort: num, protocol: str });

export const NetworkPolicy = kind({
  spec: obj({
    podSelector: LabelSelectorShape,
    policyTypes: strings,
    ingress: list({ from: peer, ports: policyPorts }),
    egress: list({ to: peer, ports: policyPorts }),
  }),
});
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;
