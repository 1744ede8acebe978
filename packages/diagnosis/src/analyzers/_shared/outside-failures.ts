import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { cidrContains } from '../../topology/cidr.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { isAddress } from '../../topology/host-references.ts';
import { type FailedConnection, failedConnections } from './failed-connections.ts';

/** A connection to a host outside the cluster that fails now by silence or a closed door. */
export interface OutsideFailure {
  readonly caller: Subject;
  readonly host: string;
  readonly failure: FailedConnection;
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'];

/** Connections to the outside that time out or are unreachable; a refusal or an unknown name is an answer from there. */
export function outsideFailures(snapshot: Snapshot): readonly OutsideFailure[] {
  return failedConnections(snapshot).flatMap((failure) => {
    const { error, service, caller, hit } = failure;
    if (!error.host || service || !['timeout', 'unreachable', 'denied'].includes(error.mode)) return [];
    return isOutside(snapshot, error.host, hit.pod.metadata.namespace ?? '')
      ? [{ caller, host: error.host, failure }]
      : [];
  });
}

function isOutside(snapshot: Snapshot, host: string, namespace: string): boolean {
  if (isAddress(host)) return !PRIVATE.some((cidr) => cidrContains(cidr, host));
  // A public name has a dot and a letter-only last label that is no cluster suffix.
  return (
    /\.[a-z]{2,}$/.test(host) &&
    !/\.(local|internal|svc|cluster|lan)$/.test(host) &&
    !resolveHost(snapshot, host, namespace)
  );
}
