import { describe, expect, it } from 'vitest';
import { connectionErrorIn } from './connection-errors.ts';

describe('connectionErrorIn', () => {
  it.each([
    ['dial tcp: lookup catalog on 10.96.0.10:53: no such host', 'not-found', 'catalog', null],
    [
      'dial tcp: lookup catalog.shop.svc.cluster.local. on 10.96.0.10:53: read udp 10.1.2.3:5353->10.96.0.10:53: i/o timeout',
      'no-answer',
      'catalog.shop.svc.cluster.local',
      null,
    ],
    ['dial tcp 10.96.4.17:9555: connect: connection refused', 'refused', '10.96.4.17', 9555],
    ['dial tcp 10.96.4.17:9555: i/o timeout', 'timeout', '10.96.4.17', 9555],
    ['Caused by: java.net.UnknownHostException: orders-db', 'not-found', 'orders-db', null],
    ['Error: getaddrinfo ENOTFOUND payments', 'not-found', 'payments', null],
    ['Error: getaddrinfo EAI_AGAIN payments', 'no-answer', 'payments', null],
    ['Error: connect ECONNREFUSED 10.96.0.9:6379', 'refused', '10.96.0.9', 6379],
    [
      'psycopg2.OperationalError: could not translate host name "orders-db" to address: Name or service not known',
      'not-found',
      'orders-db',
      null,
    ],
    [
      'connection to server at "orders-db" (10.1.0.3), port 5432 failed: Connection refused',
      'refused',
      'orders-db',
      5432,
    ],
    [`(2005, "Unknown MySQL server host 'orders-db.data' (-2)")`, 'not-found', 'orders-db.data', null],
    ['curl: (6) Could not resolve host: api', 'not-found', 'api', null],
    ['nginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/default.conf:8', 'not-found', 'api', null],
    ['java.net.NoRouteToHostException: No route to host: orders-db:5432', 'unreachable', 'orders-db', 5432],
    ["HTTPConnectionPool(host='recs', port=8080): Read timed out.", 'timeout', 'recs', 8080],
    ['org.postgresql.util.PSQLException: Connection to orders-db:5432 refused.', 'refused', 'orders-db', 5432],
    [
      'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
      'reset',
      null,
      null,
    ],
    [
      'E1121 17:01:02.000000 1 controller.go:210] "Could not wait for Cache" err="timed out waiting for cache to be synced"',
      'timeout',
      null,
      null,
    ],
  ])('%s', (line, mode, host, port) => {
    expect(connectionErrorIn(line)).toEqual({ mode, host, port });
  });

  it.each(['server listening on :8080', 'hostname resolved in 3 ms', 'GET /host 200', 'timer reset'])(
    'is silent on: %s',
    (line) => {
      expect(connectionErrorIn(line)).toBeNull();
    },
  );
});
