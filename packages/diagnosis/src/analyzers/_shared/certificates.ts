import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { groupOf, textAt } from './conditions.ts';

/** The Certificate whose DNS names include a Service of its namespace; undefined when none or several do. */
export function certificateOfService(
  snapshot: Snapshot,
  { metadata }: Pick<ObjectOf<'Service'>, 'metadata'>,
): KubeObject | undefined {
  const { name, namespace } = metadata;
  const names = new Set([
    name,
    `${name}.${namespace}`,
    `${name}.${namespace}.svc`,
    `${name}.${namespace}.svc.cluster.local`,
  ]);
  const found = snapshot.objects
    .list('Certificate', namespace ?? undefined)
    .filter(
      (certificate) =>
        groupOf(certificate) === 'cert-manager.io' && dnsNamesOf(certificate).some((each) => names.has(each)),
    );
  return found.length === 1 ? found[0] : undefined;
}

/** The Services a Certificate is made for, by its DNS names. */
export function servicesOfCertificate(snapshot: Snapshot, certificate: KubeObject): readonly ObjectOf<'Service'>[] {
  const names = new Set(
    dnsNamesOf(certificate).flatMap((each) => {
      const [name = '', space] = each.split('.');
      return space === undefined || space === certificate.metadata.namespace ? [name] : [];
    }),
  );
  return [...names].flatMap((name) => snapshot.objects.get('Service', certificate.metadata.namespace, name) ?? []);
}

/** The controller's object that is to make a Secret: a Certificate, an ExternalSecret, a SealedSecret. */
export function makerOfSecret(snapshot: Snapshot, namespace: string, name: string): KubeObject | undefined {
  for (const [kind, path] of MAKERS) {
    const maker = snapshot.objects
      .list(kind, namespace)
      .find((object) => (textAt(object, path) || object.metadata.name) === name);
    if (maker) return maker;
  }
  return undefined;
}

const MAKERS = [
  ['Certificate', 'spec.secretName'],
  ['ExternalSecret', 'spec.target.name'],
  ['SealedSecret', 'spec.template.metadata.name'],
  ['VaultStaticSecret', 'spec.destination.name'],
  ['VaultDynamicSecret', 'spec.destination.name'],
  ['SecretProviderClass', 'spec.secretObjects[0].secretName'],
] as const;

function dnsNamesOf(certificate: KubeObject): readonly string[] {
  const names = readField(certificate, 'spec.dnsNames');
  return Array.isArray(names) ? names.filter((each): each is string => typeof each === 'string') : [];
}
