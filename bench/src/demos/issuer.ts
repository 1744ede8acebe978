import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { fire } from './stage.ts';

export interface LostIssuer {
  readonly namespace: string;
  readonly certificate: string;
  readonly issuer: string;
  readonly secretName: string;
  readonly at: number;
  /** Who wrote the issuer, when it was not its Secret that went away. */
  readonly manager?: string;
}

function condition(
  type: string,
  status: string,
  [reason, message]: readonly [reason: string, message: string],
  since: number,
): object {
  return { lastTransitionTime: stamp(since), message, reason, status, type };
}

/** A ClusterIssuer that finds no key pair, the Certificate that waits for it, and the alert. */
export function addLostIssuer(plan: Plan, lost: LostIssuer): void {
  const { scene } = plan;
  const { namespace, certificate: name, issuer, secretName, at, manager } = lost;
  const words = `Error getting keypair for CA issuer: secrets "${secretName}" not found`;
  const created = daysBefore(scene, 1);
  const meta = manager
    ? edited(created, { at, manager, wrote: { spec: { ca: 1 } } })
    : { ...made(created), changed: at };
  const issuerObject = object(scene, { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', name: issuer }, meta, {
    spec: { ca: { secretName } },
    status: { conditions: [condition('Ready', 'False', ['ErrGetKeyPair', words], at)] },
  });
  const waiting = 'Issuing certificate as Secret does not exist';
  const certificate = object(
    scene,
    { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name },
    { ...made(created), changed: at + 2 * SECOND },
    {
      spec: {
        dnsNames: ['demo-app.example.com'],
        issuerRef: { kind: 'ClusterIssuer', name: issuer },
        secretName: 'demo-app-tls',
      },
      status: {
        conditions: [
          condition('Ready', 'False', ['DoesNotExist', waiting], at + 2 * SECOND),
          condition('Issuing', 'True', ['DoesNotExist', waiting], at + 2 * SECOND),
        ],
      },
    },
  );
  const request = object(
    scene,
    { apiVersion: 'cert-manager.io/v1', kind: 'CertificateRequest', namespace, name: `${name}-2` },
    { created: at + 3 * SECOND, owner: certificate },
    {
      spec: { issuerRef: { kind: 'ClusterIssuer', name: issuer } },
      status: {
        conditions: [
          condition(
            'Ready',
            'False',
            ['Pending', 'Referenced issuer does not have a Ready status condition'],
            at + 3 * SECOND,
          ),
        ],
      },
    },
  );
  plan.objects.push(issuerObject, certificate, request);
  plan.events.push({
    about: about(issuerObject),
    type: 'Warning',
    reason: 'ErrGetKeyPair',
    message: words,
    component: 'cert-manager-clusterissuers',
    count: 12,
    first: at,
    last: scene.before(1),
  });
  fire(plan, {
    alertname: 'CertManagerCertNotReady',
    severity: 'critical',
    labels: { condition: 'True', exported_namespace: namespace, job: 'cert-manager', name, namespace },
    summary: `Certificate ${name} in namespace ${namespace} is not Ready.`,
    description: 'cert-manager reports that the certificate is not ready. The issuer may be unable to sign.',
    at: at + 2 * MINUTE,
  });
}
