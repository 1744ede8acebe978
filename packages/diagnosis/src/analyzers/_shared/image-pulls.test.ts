import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { pullFailures } from './image-pulls.ts';

function waitingPod(
  message: string,
  {
    reason = 'ErrImagePull',
    image = 'quay.io/acme/api:v2',
    spec = {},
  }: { reason?: string; image?: string; spec?: object } = {},
) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { containers: [{ name: 'api', image }], ...spec },
    status: { phase: 'Pending', containerStatuses: [{ name: 'api', state: { waiting: { reason, message } } }] },
  };
}

function faultsOf(...objects: unknown[]): string[] {
  return pullFailures(buildSnapshot(fixtureInput({ objects }))).map(({ fault }) => fault);
}

describe('pullFailures', () => {
  it.each([
    ['not-found', 'rpc error: code = NotFound desc = failed to resolve reference: not found'],
    ['not-found', 'manifest for acme/api:v2 not found: manifest unknown: manifest unknown'],
    ['not-found', 'reading manifest v2 in quay.io/acme/api: name unknown: repository not found'],
    [
      'not-found',
      "Error response from daemon: pull access denied for acme/api, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ['not-found', 'unexpected status from HEAD request to https://quay.io/v2/acme/api/manifests/v2: 403 Forbidden'],
    ['credentials', 'failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized'],
    ['credentials', 'unauthorized: authentication required'],
    ['credentials', 'no basic auth credentials'],
    ['unresolvable', 'dial tcp: lookup quay.io on 10.0.0.2:53: no such host'],
    ['unresolvable', 'dial tcp: lookup quay.io: i/o timeout'],
    ['unresolvable', 'Get "https://quay.io/v2/": dial tcp: lookup quay.io on 127.0.0.53:53: server misbehaving'],
    ['unavailable', 'dial tcp 1.2.3.4:443: i/o timeout'],
    ['unavailable', 'net/http: TLS handshake timeout'],
    ['unavailable', 'toomanyrequests: You have reached your pull rate limit'],
    ['unavailable', 'unexpected status code 503 Service Unavailable'],
    ['tls', 'x509: certificate signed by unknown authority'],
    ['tls', 'http: server gave HTTP response to HTTPS client'],
    ['platform', 'no match for platform in manifest: not found'],
    ['no-space', 'write /var/lib/containerd/tmp: no space left on device'],
    ['unknown', 'something nobody has seen before'],
  ])('reads %s from: %s', (fault, message) => {
    expect(faultsOf(waitingPod(message))).toEqual([fault]);
  });

  it('is not misled by tags and names that look like reasons', () => {
    expect(
      faultsOf(
        waitingPod('failed to pull "quay.io/acme/timeout:503": manifest unknown', {
          image: 'quay.io/acme/timeout:503',
        }),
      ),
    ).toEqual(['not-found']);
  });

  it('takes a refusal for missing credentials once a pull secret is referenced', () => {
    const refusal = 'pull access denied, repository does not exist or may require authorization';
    expect(faultsOf(waitingPod(refusal))).toEqual(['not-found']);
    expect(faultsOf(waitingPod(refusal, { spec: { imagePullSecrets: [{ name: 'hub' }] } }))).toEqual(['credentials']);
  });

  it('takes the pull secrets of the ServiceAccount, the default one when none is named', () => {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'shop' },
      imagePullSecrets: [{ name: 'hub' }],
    };
    expect(faultsOf(account, waitingPod('403 Forbidden'))).toEqual(['credentials']);
  });

  it('reads the event when the state only repeats itself, and no earlier Pod of the same name', () => {
    const pod = waitingPod('Back-off pulling image "quay.io/acme/api:v2"', { reason: 'ImagePullBackOff' });
    const event = (uid: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e1', namespace: 'shop' },
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'api', uid },
      reason: 'Failed',
      message: 'Failed to pull image "quay.io/acme/api:v2": manifest unknown',
    });
    const current = { ...pod, metadata: { ...pod.metadata, uid: 'u2' } };
    expect(faultsOf(current, event('u2'))).toEqual(['not-found']);
    expect(faultsOf(current, event('u1'))).toEqual(['unknown']);
  });

  it('leaves out what runs, what is gone, and what sits on a Node that is down', () => {
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'w1' },
      status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
    };
    const pod = waitingPod('manifest unknown', { spec: { nodeName: 'w1' } });
    expect(faultsOf(pod)).toEqual(['not-found']);
    expect(faultsOf(node, pod)).toEqual([]);
    expect(faultsOf({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-03-01T09:00:00Z' } })).toEqual([]);
    expect(faultsOf(waitingPod('', { reason: 'ContainerCreating' }))).toEqual([]);
  });
});
