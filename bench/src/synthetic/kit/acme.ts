import type { Json, KubeJson } from '@headwater/testkit/world/json.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';

/** What the authority or a challenge says, and a part of it that only this failure has. */
export interface Refusal {
  readonly kind: 'Order' | 'Challenge';
  readonly reason: string;
  readonly mark: string;
}

/** A certificate that was asked for. */
export interface Asked {
  readonly at: number;
  readonly namespace: string;
  /** Of the certificate and its Secret. */
  readonly name: string;
}

const ISSUER = { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt-prod' };

function condition(since: number, [type, status, reason, message]: readonly [string, string, string, string]): Json {
  return { lastTransitionTime: stamp(since), message, reason, status, type };
}

/** The issuer of public certificates, registered long ago. */
export function issuerOf(scene: Scene): KubeJson {
  const created = daysBefore(scene, 200);
  return object(scene, { apiVersion: 'cert-manager.io/v1', kind: ISSUER.kind, name: ISSUER.name }, made(created), {
    spec: {
      acme: {
        server: 'https://acme-v02.api.letsencrypt.org/directory',
        privateKeySecretRef: { name: ISSUER.name },
      },
    },
    status: {
      conditions: [
        condition(created, [
          'Ready',
          'True',
          'ACMEAccountRegistered',
          'The ACME account was registered with the ACME server',
        ]),
      ],
    },
  });
}

/** The certificate: issued where the scene is repaired. */
export function certificateOf(scene: Scene, { at, namespace, name }: Asked): KubeJson {
  const since = scene.repaired ? scene.repairedAt : at;
  const missing = 'Issuing certificate as Secret does not exist';
  return object(
    scene,
    { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name },
    { ...made(at), changed: since },
    {
      spec: { dnsNames: [`www.${scene.cast.domain}`], issuerRef: ISSUER, secretName: name },
      status: {
        conditions: scene.repaired
          ? [condition(since, ['Ready', 'True', 'Ready', 'Certificate is up to date and has not expired'])]
          : [
              condition(since, ['Ready', 'False', 'DoesNotExist', missing]),
              condition(since, ['Issuing', 'True', 'DoesNotExist', missing]),
            ],
      },
    },
  );
}

/** The request, its order and its challenge, as far as each came. */
export function pending(
  scene: Scene,
  certificate: KubeJson,
  { at, namespace, name, kind, reason }: Asked & Refusal,
): KubeJson[] {
  const waiting = `Waiting on certificate issuance from order ${namespace}/${name}-1-2871: "pending"`;
  const request = object(
    scene,
    { apiVersion: 'cert-manager.io/v1', kind: 'CertificateRequest', namespace, name: `${name}-1` },
    { created: at + 2_000, owner: certificate },
    {
      spec: { issuerRef: ISSUER },
      status: { conditions: [condition(at, ['Ready', 'False', 'Pending', waiting])] },
    },
  );
  const rejected = kind === 'Order';
  const order = object(
    scene,
    { apiVersion: 'acme.cert-manager.io/v1', kind: 'Order', namespace, name: `${name}-1-2871` },
    { created: at + 3_000, owner: request },
    {
      spec: { dnsNames: [`www.${scene.cast.domain}`], issuerRef: ISSUER },
      status: rejected ? { state: 'errored', reason, failureTime: stamp(at) } : { state: 'pending' },
    },
  );
  if (rejected) return [request, order];
  const challenge = object(
    scene,
    { apiVersion: 'acme.cert-manager.io/v1', kind: 'Challenge', namespace, name: `${name}-1-2871-1904` },
    { created: at + 5_000, owner: order, finalizers: ['acme.cert-manager.io/finalizer'] },
    {
      spec: {
        dnsName: `www.${scene.cast.domain}`,
        issuerRef: ISSUER,
        type: reason.includes('HTTP-01') ? 'HTTP-01' : 'DNS-01',
      },
      status: { presented: !reason.startsWith('Error presenting'), processing: true, reason, state: 'pending' },
    },
  );
  return [request, order, challenge];
}
