import type { Container } from '@headwater/contracts/kube/pod.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { bareHost } from '../../topology/host-references.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { type Product, PRODUCT_NAMES, servicesOfProduct } from '../_shared/dependencies.ts';
import type { Configured } from './wrong-addresses.ts';

const PORT_VARIABLE = /^(.+?)_?PORT$/i;
const HOST_SUFFIXES = ['HOST', 'HOSTNAME', 'ADDR', 'ADDRESS', 'SERVER', 'SERVICE', 'SVC', 'ENDPOINT'];
// Ports a program listens on itself.
const OWN =
  /^(?:SERVER|APP|HTTP|HTTPS|GRPC|METRICS?|HEALTH|ADMIN|DEBUG|MANAGEMENT|LISTEN|CONTAINER|TARGET|SERVICE|PROMETHEUS|PROBE)$/i;
// The kubelet injects these for every Service.
const INJECTED = /_SERVICE_PORT|_PORT_\d+_/;

/** Addresses whose host and port stand in two variables: `DB_HOST` and `DB_PORT`; the port alone when the host is secret. */
export function pairedAddresses(
  snapshot: Snapshot,
  view: TemplateView,
  ports: readonly PortVariable[],
): readonly Configured[] {
  return ports.flatMap(({ container, name, value, prefix, beside }) => {
    const host = beside ?? onlyServiceOf(snapshot, view, { prefix, port: Number(value) });
    return host === null ? [] : [configured(view, { container, name, value, host })];
  });
}

/** A variable that holds nothing but a port. */
export interface PortVariable {
  readonly container: string;
  readonly name: string;
  readonly value: string;
  readonly prefix: string;
  /** The host that a variable of the same prefix holds. */
  readonly beside: string | null;
}

/** The variables of a pod specification that hold a port of something else. */
export function portsIn(spec: TemplateView['spec']): readonly PortVariable[] {
  return (spec.containers ?? []).flatMap((container) =>
    (container.env ?? []).flatMap(({ name, value }) => {
      const prefix = name && !INJECTED.test(name) ? PORT_VARIABLE.exec(name)?.[1] : undefined;
      if (!name || prefix === undefined || OWN.test(prefix) || !value || !/^\d{2,5}$/.test(value)) return [];
      return [{ container: container.name, name, value, prefix, beside: hostBeside(container, prefix) }];
    }),
  );
}

function hostBeside({ env }: Container, prefix: string): string | null {
  const wanted = new Set(HOST_SUFFIXES.map((suffix) => `${prefix}_${suffix}`.toUpperCase()));
  const variable = env?.find(({ name, value }) => value && wanted.has(name?.toUpperCase() ?? ''));
  return variable?.value ? (bareHost(variable.value)?.host ?? null) : null;
}

/**
 * The Service meant when the host itself cannot be read (it comes from a Secret): one of the product the variable is named
 * after. Null when any of them has the port.
 */
function onlyServiceOf(
  snapshot: Snapshot,
  { namespace }: TemplateView,
  { prefix, port }: { prefix: string; port: number },
): string | null {
  const product = PRODUCT_NAMES.find((name: Product) => prefix.toLowerCase().includes(name));
  const services = product ? servicesOfProduct(snapshot, namespace, product) : [];
  const [first] = services;
  if (!first || services.some(({ spec }) => (spec?.ports ?? []).some((entry) => entry.port === port))) return null;
  return first.metadata.name;
}

function configured(
  view: TemplateView,
  { container, name, value, host }: { container: string; name: string; value: string; host: string },
): Configured {
  return {
    caller: view.component,
    namespace: view.namespace,
    holder: view.object,
    path: `${view.path}.containers[name=${container}].env[name=${name}].value`,
    name: `variable \`${name}\``,
    host,
    port: Number(value),
    text: value,
    certain: true,
  };
}
